"""Whatever id is pasted, with what was copied along, leads to the page of what it names."""

import re

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from callrouter.alerts.model import RaisedAlert
from callrouter.billing.disputes.objection import Objection, object_to_charge
from callrouter.billing.manual_entries import ManualEntry, record_payment
from callrouter.invoices.invoice_of_charge import invoice_of_charge
from callrouter.staff.roles import Role
from tests.console.conftest import OpenConsole
from tests.scenarios.call import PlacedCall
from tests.scenarios.places import NATIONAL
from tests.scenarios.three_calls import place_three_calls
from tests.scenarios.world import World

LIST = "/console/calls"


@pytest.fixture
def calls(world: World) -> list[PlacedCall]:
    return place_three_calls(world)


@pytest.fixture
def page(as_role: OpenConsole) -> FlaskClient:
    return as_role(Role.ADMIN)


def leads_to(page: FlaskClient, pasted: str) -> str:
    answer = page.get("/console/find", query_string={"q": pasted})
    assert answer.status_code == 302, answer.text
    assert page.get(answer.location).status_code == 200
    return answer.location


@pytest.mark.parametrize("around", ["{}", "  {}\n", "“{}”", "({})", "{}…", "'{}',"])
def test_a_call_is_found_by_its_id_and_by_the_beginning_of_it(
    page: FlaskClient, calls: list[PlacedCall], around: str
) -> None:
    for text in (calls[0].sid, calls[0].sid[:10]):
        assert leads_to(page, around.format(text)) == f"{LIST}/{calls[0].sid}"


def test_another_part_of_the_id_leads_to_the_list(page: FlaskClient, calls: list[PlacedCall]) -> None:
    part = calls[1].sid[12:24]
    there = leads_to(page, part)
    assert there == f"{LIST}?sid={part}&since=all"
    assert calls[1].sid in page.get(there).text


def test_a_leg_leads_to_its_call(page: FlaskClient, calls: list[PlacedCall], world: World) -> None:
    legs = [row for row in world.rows("leg") if row["sid"]]
    assert legs
    for leg in legs:
        assert leads_to(page, leg["sid"]) == f"{LIST}/{leg['call']}"


def test_a_return_call_and_a_recording_lead_to_their_call(
    page: FlaskClient, calls: list[PlacedCall], world: World
) -> None:
    call = calls[0].sid
    with world.database.engine.begin() as connection:
        row = {
            "call": call,
            "owner": None,
            "recording": "RE" + "a" * 32,
            "seconds": 9,
            "left_at": world.clock.now(),
        }
        connection.execute(
            sa.text("INSERT INTO message VALUES (:call, :owner, :recording, :seconds, :left_at)"), row
        )
    assert leads_to(page, "RE" + "a" * 32) == f"{LIST}/{call}"
    assert leads_to(page, "RE" + "a" * 10 + "…") == f"{LIST}/{call}"


@pytest.mark.parametrize(
    ("pasted", "query"),
    [
        ("sunrise", "partner=sunrise"),
        ("harbor-sd", "center=harbor-sd"),
        ("national", "helpline=national"),
        ("sunrise-la-page", "center=sunrise-la"),
        (NATIONAL, f"line=%2B{NATIONAL[1:]}"),
        ("(844) 561-0606", "line=%2B18445610606"),
    ],
)
def test_keys_and_our_numbers_lead_to_their_calls(
    page: FlaskClient, calls: list[PlacedCall], pasted: str, query: str
) -> None:
    assert leads_to(page, pasted) == f"{LIST}?{query}"


@pytest.mark.parametrize(
    "pasted",
    [
        "+13105550188",
        "3105550188",
        "2125550188",
        "13105550188",
        "(310) 555–0188",
        "tel:+13105550188",
        "Ada at +1 310 555 0188",
        "entry 3105550188",
        "called-3105550188",
    ],
)
def test_a_callers_number_leads_to_the_form_and_stands_nowhere(
    page: FlaskClient, calls: list[PlacedCall], pasted: str
) -> None:
    for answer in (
        page.post("/console/find", data={"q": pasted}),
        page.get("/console/find", query_string={"q": pasted}),
    ):
        assert answer.status_code == 404
        assert 'href="/console/calls/of-a-number"' in answer.text
        assert "0188" not in answer.text.split("<main")[1].split("</main>")[0]


@pytest.mark.parametrize(
    "pasted", ["+13105550188", "2125550188", "Ada at +1 310 555 0188", "entry 3105550188"]
)
def test_the_database_is_not_asked_for_a_callers_number(
    page: FlaskClient, world: World, calls: list[PlacedCall], pasted: str
) -> None:
    asked: list[str] = []

    def listener(*about: object) -> None:
        asked.append(repr(about[2:4]))

    sa.event.listen(sa.Engine, "before_cursor_execute", listener)
    page.post("/console/find", data={"q": pasted})
    page.post("/console/find", data={"q": "harbor-sd"})
    sa.event.remove(sa.Engine, "before_cursor_execute", listener)
    assert any("harbor-sd" in each for each in asked)
    assert all("5550188" not in re.sub(r"[^0-9]", "", each) for each in asked)


def test_the_field_on_every_page_puts_nothing_into_an_address(page: FlaskClient) -> None:
    assert '<form class="find" role="search" action="/console/find" method="post">' in page.get(LIST).text
    assert page.post("/console/find", data={"q": "entry 999999"}).status_code == 404


@pytest.mark.parametrize(
    "pasted",
    ["version 999999999999999", "proposal 2147483648", "2147483648", "9" * 15, "9" * 40, "entry 2147483648"],
)
def test_a_number_that_is_too_large_for_anything_is_not_known(page: FlaskClient, pasted: str) -> None:
    answer = page.get("/console/find", query_string={"q": pasted})
    assert answer.status_code == 404 or "sid=9999" in answer.location


def test_a_viewer_is_not_sent_to_a_form_that_they_may_not_open(
    as_role: OpenConsole, calls: list[PlacedCall]
) -> None:
    text = as_role(Role.VIEWER).get("/console/find", query_string={"q": "3105550188"}).text
    assert "of-a-number" not in text.split("<main")[1]
    assert "may not look for" in text


@pytest.fixture
def numbers(world: World, calls: list[PlacedCall]) -> World:
    """A payment, a dispute and alerts of three kinds."""
    shelf, now = world.dependencies.directories, world.clock.now()
    paid = ManualEntry("sunrise", "7.00", "wire 1", "Ben Ruiz", True)
    world.database.transact(lambda session: record_payment(session, shelf, paid, now))
    objection = Objection(calls[1].sid, "bad-line", "noise", "Ben Ruiz")
    world.database.transact(lambda session: object_to_charge(session, invoice_of_charge, objection, now))
    alert = {"happened_at": now, "raised_at": now, "call": None, "center": None, "helpline": None}
    with world.database.engine.begin() as connection:
        for number, about in enumerate(
            ({"call": calls[0].sid}, {"center": "harbor-sd"}, {"helpline": "national"}, {})
        ):
            what = "promise-overdue" if "call" in about else "center-paused"
            values = {**alert, **about, "id": 900 + number, "key": str(number), "what": what}
            connection.execute(sa.insert(RaisedAlert), values)
    return world


def test_what_has_a_number_is_found_by_its_kind(
    page: FlaskClient, numbers: World, calls: list[PlacedCall]
) -> None:
    [dispute] = numbers.rows("dispute")
    assert leads_to(page, f"Dispute {dispute['id']}") == f"{LIST}/{calls[1].sid}"
    for entry in numbers.rows("ledger_entry"):
        there = leads_to(page, f"entry no. {entry['id']}")
        assert there == (f"{LIST}/{entry['call']}" if entry["call"] else there)
        if entry["entry_type"] == "payment":
            assert there.startswith("/console/billing/accounts/sunrise?after=")
            first, *_ = re.findall(r'<th scope="row" class="nowrap">([a-z]+)', page.get(there).text)
            assert first == "payment"
    assert leads_to(page, "alert #900") == f"{LIST}/{calls[0].sid}"
    assert leads_to(page, "alert 901") == "/console/rotation/centers/harbor-sd"
    assert leads_to(page, "alert 902") == "/console/rotation/helplines/national"
    assert leads_to(page, "alert 903") == "/console/now"
    assert leads_to(page, "version 1") == "/console/directory/versions/1"
    for disclosure in numbers.rows("disclosure"):
        assert leads_to(page, f"disclosure {disclosure['sequence']}") == f"{LIST}/{disclosure['call']}"


def test_a_bare_number_of_one_thing_leads_there_and_of_several_asks(
    page: FlaskClient, numbers: World
) -> None:
    assert leads_to(page, "901") == "/console/rotation/centers/harbor-sd"
    answer = page.get("/console/find?q=1")
    assert answer.status_code == 200
    assert "version 1 of the directory" in answer.text
    assert "entry 1: a charge of" in answer.text
    for there in re.findall('<li><a href="([^"]+)">(?:entry|version|dispute|disclosure)', answer.text):
        assert page.get(there.replace("&amp;", "&")).status_code == 200


def test_nobody_learns_of_what_they_may_not_see(as_role: OpenConsole, numbers: World) -> None:
    viewer = as_role(Role.VIEWER)
    payment = next(row["id"] for row in numbers.rows("ledger_entry") if row["entry_type"] == "payment")
    assert viewer.get(f"/console/find?q=entry+{payment}").status_code == 404
    answer = viewer.get("/console/find?q=1", follow_redirects=True)
    assert "of sunrise" not in answer.text


@pytest.mark.parametrize(
    "pasted", ["", "nothing", "entry 999999", "alert 1 or 2", "RE12", "CA12", "%", "'; DROP"]
)
def test_what_nothing_has_is_said(page: FlaskClient, calls: list[PlacedCall], pasted: str) -> None:
    assert page.get("/console/find", query_string={"q": pasted}).status_code in (400, 404)
