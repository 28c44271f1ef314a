"""The page Audit: whatever staff did, from every table that keeps it, found by person, action, thing and time."""

import csv
import io
import json
import re
from dataclasses import fields, replace

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from callrouter.billing.manual_entries import ManualEntry, adjust, record_payment
from callrouter.directory.faults import Source
from callrouter.directory.load import LoadResult, Signed, load_directory
from callrouter.directory.proposals.proposal import WaitingProposal, load_or_propose, withdraw
from callrouter.privacy.audit import Access, record_access
from callrouter.reports.staff.act_sources import ACT_SOURCES, NAMES, ActColumns
from callrouter.staff.accounts import StaffAct, add_account, change_role, remove_account
from callrouter.staff.roles import Role
from tests.console.conftest import OpenConsole
from tests.console.walking import walked_both_ways
from tests.scenarios.places import DIRECTORY
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
    assert re.findall("<span>(.*) on this page", page.get(AUDIT).text) == ["1 of 3 are"]
    assert walked_both_ways(page, AUDIT, ROW) == ["payment entered", "adjustment entered", "calls looked up"]


def test_an_export_is_the_list_whole(page: FlaskClient, acts: None) -> None:
    text = page.get(f"{AUDIT}/export.csv?person=Ben+Ruiz&zone=America/Denver").text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["action"] for row in rows] == ["payment entered", "adjustment entered"]
    assert "at (America/Denver)" in rows[0]


def test_every_table_has_every_column_by_its_name() -> None:
    assert set(NAMES) == {each.name for each in fields(ActColumns)} - {"are_acts"}
    assert len(ACT_SOURCES) > 5
    for source in ACT_SOURCES:
        assert [column.name for column in source.rows().selected_columns] == list(NAMES)


@pytest.fixture
def changes(world: World) -> None:
    """Bob came, got another role and left; the directory got another weight, and a price was proposed and withdrawn."""
    act = StaffAct("Ada Okafor", world.clock.now(), "a new job")
    for deed in (
        lambda session: add_account(session, "bob", Role.VIEWER, act),
        lambda session: change_role(session, "bob", Role.BILLING, act),
        lambda session: remove_account(session, "bob", act),
    ):
        world.database.transact(deed)
    world.passes(minutes=1)
    seats = tuple(replace(seat, weight=7) for seat in DIRECTORY.helplines["national"].seats)
    heavier = replace(DIRECTORY.helplines["national"], seats=seats)
    edited = replace(world.directory, helplines={**world.directory.helplines, "national": heavier})
    rates = tuple(
        replace(rate, price_minor=rate.price_minor + 1) for rate in edited.partners["sunrise"].rates
    )
    dearer = replace(edited.partners["sunrise"], rates=rates)
    priced = replace(edited, partners={**edited.partners, "sunrise": dearer})
    now = world.clock.now()
    with world.database.engine.begin() as connection:
        assert isinstance(load_directory(connection, edited, now, None, Signed("Ben Ruiz")), LoadResult)
        waiting = load_or_propose(connection, priced, now, Source(), "Ben Ruiz")
        assert isinstance(waiting, WaitingProposal)
        withdraw(connection, waiting.number, now, "Ada Okafor")


def test_changes_stand_with_before_and_after(page: FlaskClient, changes: None) -> None:
    lines = [json.loads(line) for line in page.get(f"{AUDIT}/export.jsonl").text.splitlines()]
    made = {line["action"]: line["changes"] for line in lines}
    assert made["staff added"] == [{"what": "bob", "before": None, "after": "viewer"}]
    assert made["staff role changed"] == [{"what": "bob", "before": "viewer", "after": "billing"}]
    assert made["staff removed"] == [{"what": "bob", "before": "billing", "after": None}]
    weight = {"what": "helplines national: seats sunrise-la weight", "before": "1", "after": "7"}
    assert weight in made["directory changed"]
    [*prices] = made["directory change proposed"]
    assert {price["what"].split(":")[0] for price in prices} == {"partners sunrise"}
    assert all(price["before"] != price["after"] for price in prices)
    [decided] = made["directory change withdrawn"]
    assert (decided["before"], decided["after"]) == ("waiting", "withdrawn")


def test_the_page_shows_the_same_changes_and_leads_to_what_was_changed(
    page: FlaskClient, changes: None
) -> None:
    text = page.get(AUDIT).text
    assert "<del>viewer</del> → <ins>billing</ins>" in text
    assert re.search(r"seats sunrise-la weight</span> <del>1</del> → <ins>7</ins>", text)
    for there in re.findall(r'<td class="nowrap"><a href="([^"]+)">(?:version|proposal)', text):
        assert page.get(there).status_code == 200, there


def test_a_workbook_has_a_row_for_each_change(page: FlaskClient, changes: None) -> None:
    book = load_workbook(io.BytesIO(page.get(f"{AUDIT}/export.xlsx").data))
    rows = list(book["changes"].iter_rows(values_only=True))
    assert rows[0] == ("act", "position", "what", "before", "after")
    keys = {row[0] for row in book["audit"].iter_rows(min_row=2, values_only=True)}
    assert len(rows) > 4
    assert {row[0] for row in rows[1:]} <= keys


@pytest.mark.parametrize("query", ["since=soon", "after=x~y"])
def test_what_cannot_be_read_is_explained(page: FlaskClient, query: str) -> None:
    assert page.get(f"{AUDIT}?{query}").status_code == 400


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATIONS, Role.BILLING])
def test_others_do_not_read_it(as_role: OpenConsole, role: Role) -> None:
    assert as_role(role).get(AUDIT).status_code == 403
