"""The export of the list of calls: every row that is shown, with a manifest of the same moment, or nothing."""

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any
from zipfile import BadZipFile, ZipFile

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from callrouter.reports.calls.pages import all_calls
from callrouter.staff.roles import RIGHTS, Right, Role
from console.calls.export_progress import MOST_KNOWN, ExportBoard, ExportProgress, ExportState
from tests.console.conftest import OpenConsole
from tests.scenarios.call import PlacedCall
from tests.scenarios.places import SUNRISE_PAGE
from tests.scenarios.three_calls import place_three_calls
from tests.scenarios.world import World

LIST = "/console/calls"
EXPORT = f"{LIST}/export"


@pytest.fixture
def calls(world: World) -> list[PlacedCall]:
    return place_three_calls(world)


@pytest.fixture
def page(as_role: OpenConsole) -> FlaskClient:
    return as_role(Role.BILLING)


def unpacked(data: bytes) -> tuple[bytes, dict[str, Any]]:
    """The file in an archive, and its manifest."""
    with ZipFile(io.BytesIO(data)) as archive:
        name, manifest = archive.namelist()
        assert manifest == "manifest.json"
        return archive.read(name), json.loads(archive.read(manifest))


def exported(page: FlaskClient, form: str, query: str = "") -> tuple[bytes, dict[str, Any]]:
    return unpacked(page.get(f"{EXPORT}.{form}?{query}").data)


def count(page: FlaskClient, query: str) -> str:
    [found] = re.findall(r"<caption[^>]*>([\d,]+) call", page.get(f"{LIST}?{query}").text)
    return found  # type: ignore[no-any-return]


def test_the_manifest_says_what_the_file_has(
    page: FlaskClient, calls: list[PlacedCall], world: World
) -> None:
    query = "charge=charged&columns=arrived,call,charge&zone=America/Denver"
    file, manifest = exported(page, "csv.zip", query)
    rows = list(csv.DictReader(io.StringIO(file.decode())))
    assert manifest["rows"] == len(rows) == int(count(page, query)) == 2
    assert [row["sid"] for row in rows] == [calls[1].sid, calls[0].sid]
    assert manifest["sums"] == [{"currency": "USD", "charged_calls": 2, "amount": "55.00"}]
    assert Decimal(manifest["sums"][0]["amount"]) == sum(Decimal(row["charge_amount"]) for row in rows)
    assert manifest["sha256"] == hashlib.sha256(file).hexdigest()
    assert list(rows[0]) == ["arrived_at (America/Denver)", *manifest["columns"][1:]]
    assert (manifest["file"], manifest["zone"]) == ("calls.csv", "America/Denver")
    assert manifest["filter"] == {"charge": "charged"}
    assert manifest["exported_by"] == "Pat Example"
    assert datetime.fromisoformat(manifest["moment"]) == world.clock.now()
    assert manifest["until"] is None
    assert datetime.fromisoformat(manifest["since"]) < calls_begin(world)


def calls_begin(world: World) -> datetime:
    return min(row["arrived_at"] for row in world.rows("call"))  # type: ignore[no-any-return]


def test_every_form_has_the_same_rows_and_sums(page: FlaskClient, calls: list[PlacedCall]) -> None:
    sids = [call.sid for call in reversed(calls)]
    file, manifest = exported(page, "jsonl.zip")
    assert [json.loads(line)["sid"] for line in file.splitlines()] == sids
    book = load_workbook(io.BytesIO(page.get(f"{EXPORT}.xlsx").data))
    names = [cell.value for cell in book["calls"][1]]
    assert [row[names.index("sid")] for row in book["calls"].iter_rows(min_row=2, values_only=True)] == sids
    facts = {str(fact): str(value) for fact, value in book["manifest"].iter_rows(min_row=2, values_only=True)}
    assert facts["rows"] == str(manifest["rows"]) == "3"
    assert json.loads(facts["sums"]) == manifest["sums"]
    assert facts["exported_by"] == manifest["exported_by"]
    assert page.get(f"{EXPORT}.jsonl").data == file


def test_rows_and_manifest_are_of_one_moment_while_calls_go_on(
    page: FlaskClient, calls: list[PlacedCall], world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callrouter.reports.calls.pages.BATCH", 1)
    monkeypatch.setattr("console.calls.archive._PIECE", 1)
    answer = page.get(f"{EXPORT}.csv.zip", buffered=False)
    pieces = iter(answer.iter_encoded())
    first = next(pieces) + next(pieces)
    world.caller("+13105550123").dials(SUNRISE_PAGE)
    world.center("sunrise-la").accepts()
    world.settles()
    file, manifest = unpacked(first + b"".join(pieces))
    rows = list(csv.DictReader(io.StringIO(file.decode())))
    assert manifest["rows"] == len(rows) == 3
    assert sum(Decimal(row["charge_amount"] or 0) for row in rows) == Decimal(manifest["sums"][0]["amount"])
    assert exported(page, "csv.zip")[1]["rows"] == 4


def test_what_breaks_off_is_no_archive_and_the_page_says_so(
    page: FlaskClient, calls: list[PlacedCall], monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks_off(*arguments: Any) -> Iterator[Any]:
        yield from list(all_calls(*arguments))[:1]
        raise ConnectionError("the database is gone")

    monkeypatch.setattr("console.calls.export.all_calls", breaks_off)
    monkeypatch.setattr("console.calls.archive._PIECE", 1)
    answer = page.get(f"{EXPORT}.csv.zip?token=t", buffered=False)
    came = bytearray()
    with pytest.raises(ConnectionError):
        for piece in answer.iter_encoded():
            came += piece
    assert came.startswith(b"PK")
    with pytest.raises(BadZipFile):
        ZipFile(io.BytesIO(came))
    assert "broken off" in page.get(f"{EXPORT}/progress/t").text


def test_the_page_says_how_many_there_are_and_how_far_the_export_is(
    page: FlaskClient, calls: list[PlacedCall], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.calls.archive._PIECE", 1)
    monkeypatch.setattr("callrouter.reports.calls.pages.BATCH", 1)
    text = page.get(f"{EXPORT}?charge=charged").text
    assert "<h1>Export 2 calls</h1>" in text
    assert "No download has begun" in text
    [there] = re.findall(r'href="([^"]+csv\.zip[^"]+)"', text)
    [progress] = re.findall(r'hx-get="([^"]+)"', text)
    answer = page.get(there.replace("&amp;", "&"), buffered=False)
    pieces = iter(answer.iter_encoded())
    while "of 2 calls are written" not in page.get(progress).text:
        next(pieces)
    list(pieces)
    assert "All 2 calls were sent" in page.get(progress).text


def test_nobody_else_sees_how_far_an_export_is(
    page: FlaskClient, calls: list[PlacedCall], world: World
) -> None:
    exported(page, "csv.zip", "token=t")
    assert "All 3 calls" in page.get(f"{EXPORT}/progress/t").text
    board = ExportBoard()
    list(board.watched("t", 1, lambda progress: [b"x"]))
    assert board.find("t", 1) is not None
    assert board.find("t", 2) is None


def test_an_export_stands_in_the_audit_log(page: FlaskClient, calls: list[PlacedCall], world: World) -> None:
    page.get(f"{EXPORT}.csv.zip?outcome=answered")
    [entry] = world.rows("audit_log")
    assert (entry["person"], entry["action"]) == ("Pat Example", "calls exported")
    assert entry["subject"] == "csv.zip: outcome answered; 2 rows"


def test_a_large_workbook_is_refused_before_it_begins(
    page: FlaskClient, calls: list[PlacedCall], world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.calls.export.MOST_IN_WORKBOOK", 2)
    answer = page.get(f"{EXPORT}.xlsx")
    assert answer.status_code == 400
    assert "take CSV" in answer.text
    assert ".xlsx" not in page.get(EXPORT).text
    assert page.get(f"{EXPORT}.xlsx?outcome=answered").status_code == 200
    assert [entry["subject"] for entry in world.rows("audit_log")] == ["xlsx: outcome answered; 2 rows"]


def test_ended_exports_are_forgotten_and_running_ones_are_not() -> None:
    board = ExportBoard()
    running = board.watched("first", 1, lambda progress: [b"x", b"y"])
    next(running)
    for number in range(MOST_KNOWN + 5):
        list(board.watched(str(number), 1, lambda progress: [b"x"]))
    assert board.find("first", 1) == ExportProgress(1, ExportState.RUNNING)
    assert board.find("0", 1) is None
    assert board.find(str(MOST_KNOWN + 4), 1) == ExportProgress(1, ExportState.WHOLE)


@pytest.mark.parametrize("form", ["csv.zip", "jsonl.zip", "xlsx", "csv", "jsonl"])
def test_calls_of_one_caller_are_exported_only_by_who_may_search(
    page: FlaskClient, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    assert page.get(f"{EXPORT}.{form}?caller=abc").status_code == 200
    monkeypatch.setitem(RIGHTS, Role.BILLING, RIGHTS[Role.BILLING] - {Right.SEARCH_NUMBERS})
    assert page.get(f"{EXPORT}.{form}?caller=abc").status_code == 403


def test_a_caller_is_not_in_the_manifest(page: FlaskClient, calls: list[PlacedCall], world: World) -> None:
    match = world.rows("call")[0]["caller_pseudonym"]
    _, manifest = exported(page, "csv.zip", f"caller={match}")
    assert manifest["filter"] == {"caller": "one caller"}
    assert match not in json.dumps(manifest)


def test_what_there_is_not_is_not_exported(page: FlaskClient) -> None:
    assert page.get(f"{EXPORT}.doc").status_code == 404
    assert page.get(f"{EXPORT}.csv.zip?center=nowhere").status_code == 404
    assert page.get(f"{EXPORT}?center=nowhere").status_code == 404
