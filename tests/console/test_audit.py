"""The page Audit: whatever staff did, from every table that keeps it, found by person, action, thing and time."""

import csv
import io
import re
from urllib.parse import urljoin

import pytest
from flask.testing import FlaskClient

from callrouter.billing.manual_entries import ManualEntry, adjust, record_payment
from callrouter.privacy.audit import Access, record_access
from callrouter.staff.roles import Role
from tests.console.conftest import OpenConsole
from tests.scenarios.world import World

AUDIT = "/console/audit"
ROW = re.compile(r'<th scope="row">([^<]+)</th>')


@pytest.fixture
def acts(world: World) -> None:
    """Ada looked somebody up; an hour later Ben adjusted an account and recorded a payment, both at once."""
    shelf = world.dependencies.directories
    access = Access("Ada Okafor", "the caller asks", world.clock.now())
    world.database.transact(
        lambda session: record_access(session, access, "calls looked up", "+1 310 ••• ••88")
    )
    world.passes(hours=1)
    now = world.clock.now()
    off, wire = (
        ManualEntry("sunrise", "12.50", why, "Ben Ruiz", simulated=True)
        for why in ("agreed with them", "wire 17")
    )
    world.database.transact(lambda session: adjust(session, shelf, off, now))
    world.database.transact(lambda session: record_payment(session, shelf, wire, now))


@pytest.fixture
def page(as_role: OpenConsole) -> FlaskClient:
    return as_role(Role.COMPLIANCE)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["payment entered", "adjustment entered", "calls looked up"]),
        ("person=Ada+Okafor", ["calls looked up"]),
        ("action=payment+entered", ["payment entered"]),
        ("subject=sunrise", ["payment entered", "adjustment entered"]),
        ("since=2026-03-05", []),
        ("until=2026-03-04T18:30:00Z", ["calls looked up"]),
    ],
)
def test_acts_are_found(page: FlaskClient, acts: None, query: str, found: list[str]) -> None:
    answer = page.get(f"{AUDIT}?{query}")
    assert answer.status_code == 200
    assert ROW.findall(answer.text) == found


def test_an_act_has_who_what_and_why(page: FlaskClient, acts: None) -> None:
    text = page.get(AUDIT).text
    for part in ("Ben Ruiz", "12.50 USD", "agreed with them", "the caller asks"):
        assert part in text


def test_each_act_is_on_one_page_also_those_of_one_moment(
    page: FlaskClient, acts: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.audit.PAGE", 1)
    found, address = [], AUDIT
    while address:
        text = page.get(address).text
        assert re.findall("<span>(.*) on this page", text) == ["1 of 3 are"]
        found += ROW.findall(text)
        older = re.search(r'rel="next" href="([^"]+)"', text)
        address = urljoin(address, older[1].replace("&amp;", "&")) if older else ""
    assert found == ["payment entered", "adjustment entered", "calls looked up"]


def test_an_export_is_the_list_whole(page: FlaskClient, acts: None) -> None:
    text = page.get(f"{AUDIT}/export.csv?person=Ben+Ruiz&zone=America/Denver").text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["action"] for row in rows] == ["payment entered", "adjustment entered"]
    assert "at (America/Denver)" in rows[0]


@pytest.mark.parametrize("query", ["since=soon", "after=x~y"])
def test_what_cannot_be_read_is_explained(page: FlaskClient, query: str) -> None:
    assert page.get(f"{AUDIT}?{query}").status_code == 400


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATIONS, Role.BILLING])
def test_others_do_not_read_it(as_role: OpenConsole, role: Role) -> None:
    assert as_role(role).get(AUDIT).status_code == 403
