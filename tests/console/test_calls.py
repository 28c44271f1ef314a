"""The page Calls: any call is found, the filter is the address, and an export is what the list shows."""

import csv
import io
import json
import re
from zipfile import ZipFile

import pytest
from flask.testing import FlaskClient

from callrouter.reports.calls.pages import CallRow
from callrouter.staff.roles import Role
from console.calls.columns import CALL_COLUMNS, DEFAULT_COLUMNS
from tests.console.conftest import OpenConsole
from tests.console.pages import CONFIRM_PAGE, KnownPerson, console
from tests.console.walking import walked_both_ways
from tests.scenarios.call import PlacedCall
from tests.scenarios.three_calls import ALICE, place_three_calls
from tests.scenarios.world import World

LIST = "/console/calls"
ROW = re.compile(r'href="/console/calls/(CA[0-9a-f]{32})')


@pytest.fixture
def calls(world: World) -> list[PlacedCall]:
    return place_three_calls(world)


@pytest.fixture
def page(as_role: OpenConsole) -> FlaskClient:
    return as_role(Role.BILLING)


def shown(page: FlaskClient, calls: list[PlacedCall], query: str = "") -> list[int]:
    """Which of the calls the list shows, in its order."""
    answer = page.get(f"{LIST}?{query}")
    assert answer.status_code == 200, answer.text
    return [[call.sid for call in calls].index(sid) for sid in ROW.findall(answer.text)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [2, 1, 0]),
        ("outcome=in+progress", [2]),
        ("outcome=answered", [1, 0]),
        ("center=harbor-sd", [1]),
        ("partner=sunrise", [2, 1, 0]),
        ("helpline=national", [1]),
        ("charge=charged", [1, 0]),
        ("charge=not+charged", [2]),
        ("line=(844)+561-0606", [1]),
        ("until=2020-01-01&since=all", []),
    ],
)
def test_the_filter_is_the_address(
    page: FlaskClient, calls: list[PlacedCall], query: str, found: list[int]
) -> None:
    assert shown(page, calls, query) == found


def test_a_part_of_the_callsid_finds_the_call(page: FlaskClient, calls: list[PlacedCall]) -> None:
    assert shown(page, calls, f"sid={calls[1].sid[12:20]}") == [1]


@pytest.mark.parametrize(
    "query", ["columns=mood", "since=soon", "outcome=fine", "zone=Mars/Base", "after=x~y", "center=nowhere"]
)
def test_a_filter_that_cannot_be_read_is_explained(
    page: FlaskClient, calls: list[PlacedCall], query: str
) -> None:
    answer = page.get(f"{LIST}?{query}")
    assert answer.status_code in (400, 404)
    assert query.partition("=")[2].split("~")[0] in answer.text


def test_every_call_is_on_one_page_in_both_directions(
    page: FlaskClient, calls: list[PlacedCall], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.calls.pages.PAGE", 1)
    assert walked_both_ways(page, LIST, ROW) == [call.sid for call in reversed(calls)]


def test_times_stand_in_the_zone_of_the_address(page: FlaskClient, calls: list[PlacedCall]) -> None:
    there = page.get(f"{LIST}?zone=Pacific/Honolulu").text
    assert "times in Pacific/Honolulu" in there
    assert there != page.get(f"{LIST}?zone=UTC").text


def test_an_export_is_what_the_list_shows(page: FlaskClient, calls: list[PlacedCall]) -> None:
    rows = list(csv.DictReader(io.StringIO(page.get(f"{LIST}/export.csv?charge=charged").text)))
    assert [row["sid"] for row in rows] == [calls[1].sid, calls[0].sid]
    assert [row["charge_amount"] for row in rows] == ["35.00", "20.00"]
    lines = page.get(f"{LIST}/export.jsonl?charge=charged").text.splitlines()
    assert [json.loads(line)["sid"] for line in lines] == [row["sid"] for row in rows]
    assert page.get(f"{LIST}/export.xlsx").data.startswith(b"PK")


def heads(text: str) -> list[str]:
    """The words above the columns of the list."""
    [row] = re.findall("<thead><tr>(.*)</tr></thead>", text)
    return [re.sub("<[^>]+>", "", head) for head in re.findall("<th[^>]*>(.*?)</th>", row)]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", [column.name for column in DEFAULT_COLUMNS]),
        ("columns=partner,call,arrived", ["arrived", "call", "partner"]),
        ("columns=charge", ["call", "charge"]),
        ("columns=" + ",".join(column.name for column in CALL_COLUMNS), [each.name for each in CALL_COLUMNS]),
    ],
)
def test_an_export_has_the_columns_that_are_shown(
    page: FlaskClient, calls: list[PlacedCall], query: str, shown: list[str]
) -> None:
    text = page.get(f"{LIST}?{query}").text
    assert heads(text) == shown
    [offer] = re.findall(r'href="(/console/calls/export[^"]*)"', text)
    offered = page.get(offer.replace("&amp;", "&")).text
    [there] = re.findall(r'href="(/console/calls/export\.jsonl\?[^"]*)"', offered)
    exported = [name for column in CALL_COLUMNS if column.name in shown for name in column.exported]
    for line in page.get(there.replace("&amp;", "&")).text.splitlines():
        assert list(json.loads(line)) == exported


def test_every_column_that_is_exported_is_one_of_a_call() -> None:
    names = [name for column in CALL_COLUMNS for name in column.exported]
    assert sorted(names) == sorted(CallRow.__annotations__)


def test_columns_that_are_chosen_stay_in_every_address(page: FlaskClient, calls: list[PlacedCall]) -> None:
    chosen = page.get(f"{LIST}?outcome=answered&columns=call&columns=charge&columns=line").location
    assert chosen == f"{LIST}?outcome=answered&columns=call,line,charge"
    text = page.get(chosen).text
    assert f'href="{LIST}?outcome=answered"' in text
    assert f'href="{LIST}?columns=call,line,charge"' in text
    assert 'name="columns" value="call,line,charge"' in text


def test_the_usual_columns_need_no_word_in_the_address(page: FlaskClient) -> None:
    usual = "&".join(f"columns={column.name}" for column in DEFAULT_COLUMNS)
    assert page.get(f"{LIST}?{usual}").location == LIST


def test_times_of_an_export_name_their_zone(page: FlaskClient, calls: list[PlacedCall]) -> None:
    [head, *_] = page.get(f"{LIST}/export.csv?zone=America/Denver").text.splitlines()
    assert "arrived_at (America/Denver)" in head


def test_a_viewer_exports_nothing_and_searches_no_number(as_role: OpenConsole) -> None:
    viewer = as_role(Role.VIEWER)
    assert viewer.get(f"{LIST}/export.csv").status_code == 403
    assert viewer.get(f"{LIST}/of-a-number").status_code == 403


@pytest.mark.parametrize(
    "typed", ["tel:+13105550188", "310–555–0188", "\u202a+13105550188\u202c", "001 310 555 0188"]
)
def test_a_number_is_found_however_it_was_copied(
    page: FlaskClient, calls: list[PlacedCall], typed: str
) -> None:
    answer = page.post(f"{LIST}/of-a-number", data={"number": typed, "reason": "the caller asks"})
    assert ROW.findall(page.get(answer.location).text) == [calls[1].sid, calls[0].sid]


def test_an_extension_is_said_to_be_too_much(page: FlaskClient) -> None:
    answer = page.post(f"{LIST}/of-a-number", data={"number": "310-555-0188 x12", "reason": "asks"})
    assert "without an extension" in answer.text


def test_a_number_is_found_by_its_match_and_the_audit_log_has_who_looked(
    page: FlaskClient, calls: list[PlacedCall], world: World
) -> None:
    form = {"number": "(310) 555-0188", "reason": "the caller asks"}
    answer = page.post(f"{LIST}/of-a-number", data=form)
    assert "3105550188" not in answer.location
    text = page.get(answer.location).text
    assert ROW.findall(text) == [calls[1].sid, calls[0].sid]
    assert "0188" not in text
    [entry] = world.rows("audit_log")
    assert (entry["person"], entry["action"], entry["reason"]) == (
        "Pat Example",
        "calls looked up",
        "the caller asks",
    )
    assert entry["subject"] == "+1 310 ••• ••88"


def test_the_form_keeps_what_was_typed_and_says_what_is_wrong(page: FlaskClient) -> None:
    answer = page.post(f"{LIST}/of-a-number", data={"number": "310 <b>", "reason": ""})
    assert answer.status_code == 400
    assert 'value="310 &lt;b&gt;"' in answer.text
    assert "Say why you look for this caller" in answer.text


def test_a_call_is_told_from_first_ring_to_charge(page: FlaskClient, calls: list[PlacedCall]) -> None:
    text = page.get(f"{LIST}/{calls[1].sid}").text
    for part in (
        "the call comes in",
        "a paid advertiser",
        "harbor-sd is rung",
        "harbor-sd: accepted",
        "35.00 USD",
    ):
        assert part in text, part
    assert "+1 310 ••• ••88" in text
    assert "3105550188" not in text


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATIONS])
def test_who_may_not_see_charges_sees_none(as_role: OpenConsole, calls: list[PlacedCall], role: Role) -> None:
    page = as_role(role)
    usual, chosen = page.get(LIST).text, page.get(f"{LIST}?columns=call,charge,line").text
    assert "charge" not in usual.lower()
    assert heads(chosen) == ["call", "line"]
    assert "35.00" not in usual + chosen
    story = page.get(f"{LIST}/{calls[1].sid}").text
    assert "harbor-sd: accepted" in story
    assert "35.00" not in story
    assert "charge" not in story.lower()


@pytest.mark.parametrize(
    "query", ["charge=charged", "charge=not+charged", "figure=charged~2026-03~simulated~partner:harbor~USD"]
)
def test_nobody_finds_calls_by_charges_that_they_may_not_see(
    as_role: OpenConsole, calls: list[PlacedCall], query: str
) -> None:
    page = as_role(Role.OPERATIONS)
    for address in (LIST, f"{LIST}/export", f"{LIST}/export.csv", f"{LIST}/views/new"):
        answer = page.get(f"{address}?{query}")
        assert answer.status_code == 403, address
        assert "only by those who may see charges" in answer.text
    assert as_role(Role.COMPLIANCE).get(f"{LIST}?{query}").status_code == 200


def test_an_export_without_the_right_to_see_charges_has_none(
    as_role: OpenConsole, calls: list[PlacedCall]
) -> None:
    page = as_role(Role.OPERATIONS)
    file = page.get(f"{LIST}/export.csv?columns=call,charge,line").text
    assert file.splitlines()[0] == "sid,dialled"
    archive = ZipFile(io.BytesIO(page.get(f"{LIST}/export.csv.zip").data))
    assert b"35.00" not in archive.read("calls.csv")
    manifest = json.loads(archive.read("manifest.json"))
    assert (manifest["rows"], manifest["sums"]) == (3, None)
    assert not [column for column in manifest["columns"] if "charge" in column]


def test_any_id_that_is_pasted_leads_to_its_page(page: FlaskClient, calls: list[PlacedCall]) -> None:
    assert page.get(f"/console/find?q=+{calls[0].sid[:12]}").location.startswith(f"{LIST}/{calls[0].sid}")
    assert page.get("/console/find?q=harbor-sd").location == f"{LIST}?center=harbor-sd"
    assert page.get("/console/find?q=nothing").status_code == 404


def test_a_number_is_searched_only_by_somebody_who_confirmed_lately(world: World) -> None:
    stale = KnownPerson(Role.OPERATIONS, confirmed=False)
    page = console(world.database, world.vault, world.clock.now, stale).test_client()
    answer = page.post(f"{LIST}/of-a-number", data={"number": ALICE, "reason": "the caller asks"})
    assert answer.location == CONFIRM_PAGE
    assert world.rows("audit_log") == []
