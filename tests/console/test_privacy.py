"""The page Privacy: what is kept, purged and held back; and a caller who is erased after a second look."""

import re

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser

from callrouter.staff.roles import Role
from tests.browser import fits_the_window, has_no_violation, served, window
from tests.console.conftest import OpenConsole
from tests.console.pages import CONFIRM_PAGE, KnownPerson, console
from tests.console.test_money_acts import SHOWN
from tests.scenarios.call import PlacedCall
from tests.scenarios.places import NATIONAL
from tests.scenarios.purging import purges
from tests.scenarios.world import World
from tests.server.running import free_port

PAGE = "/console/privacy"
ERASE = f"{PAGE}/erase"
CALLER = "+13105550188"
FORM = {"number": "(310) 555-0188", "reason": "she asked by letter"}


@pytest.fixture
def page(as_role: OpenConsole) -> FlaskClient:
    return as_role(Role.COMPLIANCE)


@pytest.fixture
def promised(world: World) -> PlacedCall:
    call = world.caller(CALLER).presses("", "1").dials(NATIONAL)
    assert call.promised["state"] == "open"
    return call


def looked_at(page: FlaskClient, **form: str) -> tuple[str, str]:
    """What it will do, and what agrees to it."""
    shown = page.post(ERASE, data=FORM | form)
    assert shown.status_code == 200, shown.text
    return shown.text, SHOWN.findall(shown.text)[0]


def test_a_caller_is_erased_after_a_second_look(
    page: FlaskClient, world: World, promised: PlacedCall
) -> None:
    text, agreed = looked_at(page)
    assert "1 call leads to nobody any more" in text
    assert "sealed numbers: 1" in text
    assert "open promises: 1" in text
    assert promised.promised["state"] == "open"
    done = page.post(ERASE, data=FORM | {"shown": agreed})
    assert (done.status_code, promised.promised["state"]) == (302, "withdrawn")
    assert world.rows("sealed_number") == []
    [act] = world.rows("privacy_act")
    assert (act["act"], act["person"], act["reason"]) == ("erasure", "Pat Example", "she asked by letter")
    shown = page.get(done.location).text
    assert "she asked by letter" in shown
    assert "erasure" in shown


def test_a_second_click_erases_nothing_again(page: FlaskClient, world: World, promised: PlacedCall) -> None:
    _, agreed = looked_at(page)
    for _ in range(2):
        done = page.post(ERASE, data=FORM | {"shown": agreed})
    assert "This was done already" in page.get(done.location).text
    assert len(world.rows("privacy_act")) == 1


def test_what_meanwhile_would_do_something_else_is_shown_again(
    page: FlaskClient, world: World, promised: PlacedCall
) -> None:
    _, agreed = looked_at(page)
    world.caller(CALLER).dials(NATIONAL)
    world.catch_up()
    answer = page.post(ERASE, data=FORM | {"shown": agreed})
    assert answer.status_code == 409
    assert "2 calls lead to nobody any more" in answer.text
    assert world.rows("privacy_act") == []


def test_a_look_alone_is_audited_for_it_tells_who_called(page: FlaskClient, world: World) -> None:
    text, _ = looked_at(page)
    assert "No call leads to this number" in text
    [entry] = world.rows("audit_log")
    assert (entry["action"], entry["person"]) == ("erasure prepared", "Pat Example")
    assert entry["reason"] == FORM["reason"]


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"number": "12"}, "write one whole number"),
        ({"number": "+17378742833"}, "that stands for a withheld number"),
        ({"reason": ""}, "Reason:"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field(
    page: FlaskClient, world: World, form: dict[str, str], told: str
) -> None:
    answer = page.post(ERASE, data=FORM | form)
    assert answer.status_code == 400
    assert told in answer.text
    assert world.rows("audit_log") == []


def test_it_asks_for_a_proof_of_who_one_is(world: World, promised: PlacedCall) -> None:
    person = KnownPerson(Role.COMPLIANCE, confirmed=False)
    stale = console(world.database, world.vault, world.clock.now, person).test_client()
    assert stale.post(ERASE, data=FORM).location == CONFIRM_PAGE
    assert promised.promised["state"] == "open"


def test_the_number_is_in_no_address_and_no_table(
    page: FlaskClient, world: World, promised: PlacedCall
) -> None:
    _, agreed = looked_at(page)
    done = page.post(ERASE, data=FORM | {"shown": agreed})
    assert "555" not in done.location
    for table in ("audit_log", "privacy_act", "staff_confirmed_act"):
        assert "5550188" not in re.sub(r"\D", "", repr([list(row.values()) for row in world.rows(table)]))


def test_purges_are_listed_with_what_they_held_back(
    page: FlaskClient, world: World, promised: PlacedCall
) -> None:
    world.caller("+13105550123").dials(NATIONAL)
    world.passes(days=2)
    purges(world)
    shown = page.get(PAGE).text
    assert "sealed numbers: 1" in shown
    assert "goes on" not in shown
    assert "can still be opened from backups" not in shown
    world.passes(days=100)
    held = page.get(PAGE).text
    assert "open promises" in held
    assert "more than 2 days late" not in held


def test_a_late_purge_and_a_failure_are_told_at_the_top(page: FlaskClient, world: World) -> None:
    world.caller(CALLER).dials(NATIONAL)
    assert "more than 2 days late" not in page.get(PAGE).text
    world.passes(days=95)
    assert "more than 2 days late" in page.get(PAGE).text


def test_backups_that_are_open_are_told(page: FlaskClient, world: World) -> None:
    world.caller(CALLER).dials(NATIONAL)
    world.passes(days=2)
    assert purges(world).keys == 1
    assert "1 data key destroyed since the last rotation" in page.get(PAGE).text


@pytest.mark.parametrize(
    ("role", "status"), [(Role.VIEWER, 403), (Role.OPERATIONS, 403), (Role.BILLING, 403), (Role.ADMIN, 200)]
)
def test_only_some_may_see_it(as_role: OpenConsole, role: Role, status: int) -> None:
    assert as_role(role).get(PAGE).status_code == status
    assert as_role(role).get(ERASE).status_code == status


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_fit_a_phone_and_have_no_violation(
    chromium: Browser, world: World, promised: PlacedCall, scheme: str
) -> None:
    world.passes(days=2)
    purges(world)
    app = console(world.database, world.vault, world.clock.now, KnownPerson(Role.ADMIN))
    port = free_port()
    phone = {"viewport": {"width": 390, "height": 844}, "color_scheme": scheme}
    with served(app, port), window(chromium, f"http://127.0.0.1:{port}", **phone) as tab:
        for path in (PAGE, ERASE):
            tab.goto(path)
            has_no_violation(tab)
            fits_the_window(tab)
        tab.get_by_label("Telephone number").fill(FORM["number"])
        tab.get_by_label("Reason").fill(FORM["reason"])
        tab.get_by_role("button", name="Show what it does").click()
        has_no_violation(tab)
        fits_the_window(tab)
