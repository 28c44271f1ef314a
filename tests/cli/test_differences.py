"""`callrouter differences`: what staff have to explain, and do."""

from datetime import UTC, datetime
from functools import partial

import pytest

from callrouter.cli.user import user
from callrouter.reconciliation.compare import MISSING_HERE, MISSING_THERE, OTHER_LENGTH, Finding
from callrouter.reconciliation.findings import store_finding
from tests.cli.running import CommandLine

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
CALL, LEG, OTHER = "CA" + "1" * 32, "CA" + "2" * 32, "CA" + "3" * 32
FINDINGS = (
    (Finding(CALL, MISSING_THERE, None, "ended", CALL, "2026-11-24"), False),
    (Finding(LEG, OTHER_LENGTH, "90 s", "60 s", CALL, "2026-11-24"), True),
    (Finding(OTHER, MISSING_HERE, "completed, 5 s", None, None, "2026-11-23"), False),
)


@pytest.fixture
def command_line(callrouter: CommandLine) -> CommandLine:
    database = callrouter.database()
    for finding, corrected in FINDINGS:
        database.transact(partial(store_finding, finding=finding, corrected=corrected, now=NOW))
    database.close()
    return callrouter


def listed(command_line: CommandLine, *words: str) -> list[tuple[str, str]]:
    return [(row["sid"], row["what"]) for row in command_line.rows("differences", "list", *words)]


def test_what_waits_for_staff_is_listed(command_line: CommandLine) -> None:
    assert listed(command_line) == [(OTHER, MISSING_HERE), (CALL, MISSING_THERE)]
    assert listed(command_line, "--day", "2026-11-24") == [(CALL, MISSING_THERE)]


def test_all_of_a_day_is_listed(command_line: CommandLine) -> None:
    assert listed(command_line, "--day", "2026-11-24", "--all") == [
        (CALL, MISSING_THERE),
        (LEG, OTHER_LENGTH),
    ]


def test_what_is_explained_is_kept_with_who_and_why(command_line: CommandLine) -> None:
    done = command_line("differences", "explain", CALL, "--reason", " a test call ")
    assert (done.exit_code, done.stdout) == (0, "1 explained: missing there.\n")
    assert listed(command_line) == [(OTHER, MISSING_HERE)]
    [row, _] = command_line.rows("differences", "list", "--day", "2026-11-24", "--all")
    assert (row["explained_by"], row["explanation"]) == (user(), "a test call")
    assert row["explained_at"] is not None


def test_a_call_that_only_the_carrier_knows_is_explained_by_its_own_name(command_line: CommandLine) -> None:
    assert command_line("differences", "explain", OTHER, "--reason", "the carrier's support").exit_code == 0
    assert listed(command_line) == [(CALL, MISSING_THERE)]


def test_there_is_nothing_to_explain_about_what_differs_in_nothing(command_line: CommandLine) -> None:
    for callsid in (LEG, "CA" + "9" * 32):
        done = command_line("differences", "explain", callsid, "--reason", "why not")
        assert (done.exit_code, done.stdout) == (1, "")
        assert f"nothing about {callsid} is to be explained" in done.stderr


def test_a_reason_is_given_and_holds_no_number(command_line: CommandLine) -> None:
    assert command_line("differences", "explain", CALL, "--reason", "  ").exit_code == 2
    assert (
        command_line("differences", "explain", CALL, "--reason", "+13105550188 tried the line").exit_code == 0
    )
    assert "3105550188" not in command_line("differences", "list", "--all").stdout


def test_what_is_explained_is_told_for_programs(command_line: CommandLine) -> None:
    explained = command_line.rows("differences", "explain", CALL, "--reason", "a test call")
    assert explained == [{"call": CALL, "explained": [MISSING_THERE], "dry_run": False}]
