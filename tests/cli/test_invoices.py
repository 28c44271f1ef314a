"""`callrouter billing close|invoices|print`: from a call to an invoice that an accountant can open."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pypdf import PdfReader

from callrouter.cli.dependencies import CommandDependencies
from tests.cli.running import CommandLine
from tests.cli.terminal import on_a_terminal
from tests.evidence.logs import logs
from tests.scenarios.call import PlacedCall
from tests.scenarios.places import NATIONAL, SUNRISE_PAGE
from tests.scenarios.world import START, World

MONTH = "2026-03"


@pytest.fixture
def world(callrouter: CommandLine) -> Iterator[World]:
    world = World(callrouter.settings.database_url)
    yield world
    world.closes()


@pytest.fixture
def month(world: World) -> list[PlacedCall]:
    """Three calls that were charged, and one that was too short."""
    calls = []
    for number, (dialled, center, seconds) in enumerate(
        [
            (NATIONAL, "sunrise-la", 90),
            (NATIONAL, "harbor-sd", 90),
            (SUNRISE_PAGE, "sunrise-la", 300),
            (SUNRISE_PAGE, "sunrise-la", 3),
        ]
    ):
        call = world.caller(f"+1617555010{number}").dials(dialled)
        if center == "harbor-sd":
            world.center("sunrise-la").does_not_answer()
        world.center(center).accepts(seconds)
        world.catch_up()
        calls.append(call)
    world.settles()
    return calls


def compare(world: World) -> None:
    """The day of the calls, once it is over."""
    world.passes(days=1)
    assert world.compares(START.date()) == []


def close(callrouter: CommandLine, world: World) -> list[dict[str, str]]:
    compare(world)
    rows: list[dict[str, str]] = callrouter.rows("billing", "close", MONTH)
    logs(world.database)
    return rows


def test_what_is_not_explained_is_listed_call_by_call_and_nothing_is_issued(
    callrouter: CommandLine, world: World, month: list[PlacedCall]
) -> None:
    done = callrouter("billing", "close", MONTH)
    assert done.exit_code == 1
    for call in month:
        assert call.sid in done.stdout
    assert "callrouter reconcile --day 2026-03-04" in done.stdout
    assert done.stdout.count("not compared with the carrier's records") == 1, "told once for all partners"
    assert callrouter.rows("billing", "invoices") == []


def test_once_the_carrier_has_confirmed_them_each_partner_gets_its_invoice(
    callrouter: CommandLine, world: World, month: list[PlacedCall]
) -> None:
    rows = close(callrouter, world)
    assert {(row["partner"], row["state"]) for row in rows if row["invoice"]} == {
        ("harbor", "closed"),
        ("sunrise", "closed"),
    }
    again = callrouter.rows("billing", "close", MONTH)
    assert [row["invoice"] for row in again] == [row["invoice"] for row in rows]
    assert {row["why"] for row in again} == {"it was closed before"}


def test_invoices_report_and_entries_come_to_the_same_cent(
    callrouter: CommandLine, world: World, month: list[PlacedCall]
) -> None:
    credited = callrouter("billing", "credit", month[0].sid, "--amount", "4.50", "--reason", "agreed")
    assert credited.exit_code == 0, credited.output
    close(callrouter, world)
    invoices = {row["partner"]: _cents(row["total"]) for row in callrouter.rows("billing", "invoices")}
    reported: dict[str, int] = {}
    for row in callrouter.rows("billing", "report", "--month", MONTH)["rows"]:
        owed = _cents(row["amount"]) - _cents(row["credited"])
        reported[row["partner"]] = reported.get(row["partner"], 0) + owed
    entered: dict[str, int] = {}
    for entry in callrouter.lines("export", "charges"):
        sign = -1 if entry["entry"] == "credit" else 1
        entered[entry["partner"]] = entered.get(entry["partner"], 0) + sign * _cents(entry["amount"])
    assert invoices == {"sunrise": 5050, "harbor": 3500}
    assert {key: owed for key, owed in reported.items() if owed} == invoices == entered


def _cents(decimals: str) -> int:
    return int(decimals.replace(".", ""))


def test_an_invoice_is_printed_and_says_what_the_caller_s_choice_has_to_do_with_it(
    callrouter: CommandLine, world: World, month: list[PlacedCall], tmp_path: Path
) -> None:
    [name] = [row["invoice"] for row in close(callrouter, world) if row["partner"] == "sunrise"]
    file = tmp_path / "invoice.pdf"
    assert callrouter("billing", "print", name, "--to", str(file)).exit_code == 0
    text = "".join(page.extract_text() for page in PdfReader(file).pages)
    for told in (name, "No fee depends on the choice of treatment", "55.00 USD", month[0].sid, month[3].sid):
        assert told in text
    assert "SIMULATED" in text
    first = file.read_bytes()
    assert callrouter("billing", "print", name, "--to", str(file)).exit_code == 0
    assert file.read_bytes() == first


def test_all_of_a_month_is_printed_as_one_archive(
    callrouter: CommandLine, world: World, month: list[PlacedCall], tmp_path: Path
) -> None:
    close(callrouter, world)
    file = tmp_path / "march.zip"
    done = callrouter("billing", "print", "--month", MONTH, "--format", "zip", "--to", str(file))
    assert (done.exit_code, done.stdout) == (0, f"2 printed to {file}.\n")
    with zipfile.ZipFile(io.BytesIO(file.read_bytes())) as archive:
        assert {name.rpartition(".")[2] for name in archive.namelist()} == {"pdf", "csv", "xlsx"}
        assert len(archive.namelist()) == 6


def test_unless_a_month_is_named_it_is_this_one_that_is_printed(
    callrouter: CommandLine,
    world: World,
    month: list[PlacedCall],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    close(callrouter, world)
    words = ("billing", "print", "--format", "zip", "--to", str(tmp_path / "invoices.zip"))
    monkeypatch.setattr(CommandDependencies, "now", lambda _: datetime(2026, 3, 31, 23, tzinfo=UTC))
    assert callrouter(*words).stdout.startswith("2 printed to ")
    monkeypatch.setattr(CommandDependencies, "now", lambda _: datetime(2026, 4, 1, tzinfo=UTC))
    assert "there is no invoice to print of 2026-04" in callrouter(*words).stderr


def test_an_invoice_that_is_named_twice_is_printed_once(
    callrouter: CommandLine, world: World, month: list[PlacedCall], tmp_path: Path
) -> None:
    [name, *_] = [row["invoice"] for row in close(callrouter, world) if row["invoice"]]
    done = callrouter(
        "billing", "print", name, name, "--format", "zip", "--to", str(tmp_path / "invoices.zip")
    )
    assert done.stdout.startswith("1 printed to ")
    with zipfile.ZipFile(tmp_path / "invoices.zip") as archive:
        assert len(archive.namelist()) == 3
    assert callrouter("billing", "print", name, name, "--to", str(tmp_path / "invoice.pdf")).exit_code == 0


def test_the_month_of_a_partner_alone_is_closed(
    callrouter: CommandLine, world: World, month: list[PlacedCall]
) -> None:
    compare(world)
    rows = callrouter.rows("billing", "close", MONTH, "--partner", "harbor")
    assert [row["partner"] for row in rows] == ["harbor"]
    assert [row["partner"] for row in callrouter.rows("billing", "invoices")] == ["harbor"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("close", "2026-13"), "is not a month"),
        (("close", "9999-12"), "9999-12 is not a month that anything can be in"),
        (("close", MONTH, "--partner", "nobody"), "there is no partner nobody; known are"),
        (("print", "INV-000001", "--to", "-"), "there is no invoice INV-000001"),
        (("print", "--to", "-"), "name one invoice"),
        (("print", "--format", "zip", "--month", MONTH, "--to", "-"), "there is no invoice to print"),
    ],
)
def test_what_is_wrong_is_told(
    callrouter: CommandLine, world: World, words: tuple[str, ...], told: str
) -> None:
    done = callrouter("billing", *words)
    assert done.exit_code != 0
    assert told in done.stderr


def test_a_dry_run_shows_each_invoice_and_issues_none(
    callrouter: CommandLine, world: World, month: list[PlacedCall]
) -> None:
    compare(world)
    before = {table: world.rows(table) for table in world.counts()}
    shown = callrouter("billing", "close", MONTH, "--dry-run")
    assert (shown.exit_code, shown.stdout.splitlines()[0]) == (0, "Dry run, nothing is changed:")
    rows = {row["partner"]: row for row in callrouter.rows("billing", "close", MONTH, "--dry-run")}
    assert {(rows[key]["state"], rows[key]["invoice"]) for key in ("harbor", "sunrise")} == {
        ("would be closed", None)
    }
    assert rows["sunrise"]["why"] == "an invoice of 55.00 USD, lines: 3"
    assert rows["harbor"]["why"] == "an invoice of 35.00 USD, lines: 1"
    assert {table: world.rows(table) for table in world.counts()} == before
    assert [row["invoice"] for row in callrouter.rows("billing", "close", MONTH) if row["invoice"]] == [
        "SIM-000001",
        "SIM-000002",
    ]


def test_a_dry_run_lists_what_is_not_explained_and_fails_as_closing_does(
    callrouter: CommandLine, world: World, month: list[PlacedCall]
) -> None:
    shown, done = callrouter("billing", "close", MONTH, "--dry-run"), callrouter("billing", "close", MONTH)
    assert (shown.exit_code, done.exit_code) == (1, 1)
    assert shown.stdout == f"Dry run, nothing is changed:\n{done.stdout}"


def test_on_a_terminal_a_month_is_closed_after_it_was_shown_and_agreed_to(
    callrouter: CommandLine, world: World, month: list[PlacedCall]
) -> None:
    compare(world)
    words = ("billing", "close", MONTH, "--partner", "sunrise")
    no = on_a_terminal(callrouter, *words, answer="n\n")
    assert (no.exit_code, "an invoice of 55.00 USD, lines: 3" in no.screen) == (1, True)
    assert callrouter.rows("billing", "invoices") == []
    yes = on_a_terminal(callrouter, *words, answer="y\n")
    assert (yes.exit_code, "SIM-000001" in yes.screen.partition("[y/N]")[2]) == (0, True)
    again = on_a_terminal(callrouter, *words)
    assert (again.exit_code, "[y/N]" in again.screen) == (0, False), "there is nothing to agree to"


def test_what_is_told_late_is_on_the_next_invoice(
    callrouter: CommandLine, world: World, month: list[PlacedCall]
) -> None:
    close(callrouter, world)
    assert callrouter("billing", "credit", month[0].sid, "--reason", "the line was bad").exit_code == 0
    world.passes(days=31)
    rows = callrouter.rows("billing", "close", "2026-04")
    [late] = [row for row in rows if row["invoice"]]
    [issued] = callrouter.rows("billing", "invoices", "--month", "2026-04")
    assert (issued["invoice"], issued["total"], issued["lines"]) == (late["invoice"], "-35.00", 1)
