"""`callrouter calls list`: the latest calls, by whatever staff look for, those in progress included."""

import json
from collections.abc import Iterator

import pytest

from callrouter.cli.user import user
from callrouter.privacy.vault import Vault
from tests.cli.running import CommandLine
from tests.scenarios.call import PlacedCall
from tests.scenarios.places import SUNRISE_PAGE
from tests.scenarios.three_calls import ALICE, place_three_calls
from tests.scenarios.world import World


@pytest.fixture
def world(callrouter: CommandLine) -> Iterator[World]:
    """With the vault of the command line."""
    world = World(callrouter.settings.database_url)
    world.vault = Vault(callrouter.settings.vault_keys)
    world.starts_anew()
    yield world
    world.closes()


@pytest.fixture
def calls(world: World) -> list[PlacedCall]:
    return place_three_calls(world)


def listed(callrouter: CommandLine, calls: list[PlacedCall], *words: str) -> list[int]:
    """Which of the calls, in the order in which they are listed."""
    sids = [call.sid for call in calls]
    return [sids.index(row["sid"]) for row in callrouter.rows("calls", "list", *words)]


def test_the_newest_stands_first_and_a_call_in_progress_among_them(
    callrouter: CommandLine, calls: list[PlacedCall]
) -> None:
    assert listed(callrouter, calls) == [2, 1, 0]
    [now, helpline, listing] = callrouter.rows("calls", "list")
    assert (now["status"], now["outcome"], now["ended_at"]) == ("ringing", None, None)
    assert (now["ringing"], now["answered_by"], now["caller"]) == ("sunrise-la", None, "+1 617 ••• ••23")
    assert (helpline["status"], helpline["outcome"], helpline["answered_by"], helpline["ringing"]) == (
        "ended",
        "answered",
        "harbor-sd",
        None,
    )
    assert (listing["listing"], listing["dialled"], listing["simulated"]) == (
        "sunrise-la-page",
        SUNRISE_PAGE,
        True,
    )


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("--in-progress",), [2]),
        (("--outcome", "answered"), [1, 0]),
        (("--outcome", "unserved"), []),
        (("--center", "harbor-sd"), [1]),
        (("--center", "sunrise-la"), [2, 1, 0]),
        (("--partner", "harbor"), [1]),
        (("--helpline", "national"), [1]),
        (("--since", "2026-03-05"), [2]),
        (("--until", "2026-03-05"), [1, 0]),
        (("--since", "2026-03-04T00:00:00Z", "--until", "2026-03-05", "--center", "harbor-sd"), [1]),
    ],
)
def test_calls_are_found_by_whatever_is_asked_for(
    callrouter: CommandLine, calls: list[PlacedCall], words: tuple[str, ...], found: list[int]
) -> None:
    assert listed(callrouter, calls, *words) == found


@pytest.mark.parametrize("written", [ALICE, "(310) 555-0188", "1-310-555-0188"])
def test_a_caller_s_calls_are_looked_up_by_the_number_and_the_audit_has_it(
    callrouter: CommandLine, world: World, calls: list[PlacedCall], written: str
) -> None:
    words = ("--caller", written, "--reason", "the caller asks")
    done = callrouter("calls", "list", *words)
    assert (done.exit_code, "0188" in done.output) == (0, False)
    assert listed(callrouter, calls, *words) == [1, 0]
    entered = [
        (row["person"], row["action"], row["subject"], row["reason"]) for row in world.rows("audit_log")
    ]
    assert entered == [(user(), "calls looked up", "+1 310 ••• ••88", "the caller asks")] * 2


def test_the_audit_has_a_look_that_finds_nothing_too(callrouter: CommandLine, world: World) -> None:
    words = ("calls", "list", "--caller", "+12125550100", "--reason", "asked by the police")
    assert callrouter.rows(*words) == []
    assert len(world.rows("audit_log")) == 1


def test_without_a_caller_nothing_is_entered_in_the_audit(callrouter: CommandLine, world: World) -> None:
    assert callrouter.rows("calls", "list") == []
    assert world.rows("audit_log") == []


def test_what_is_cut_off_is_said(callrouter: CommandLine, calls: list[PlacedCall]) -> None:
    words = ("calls", "list", "--limit", "1")
    done = callrouter(*words, "--format", "jsonl")
    assert [json.loads(line)["sid"] for line in done.stdout.splitlines()] == [calls[2].sid]
    assert done.stderr == "2 more: narrow it down, or let more be shown with --limit.\n"
    assert callrouter(*words, "--since", "2026-03-05").stderr == ""
    assert callrouter("calls", "list", "--limit", "3").stderr == ""


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (("--center", "sunrise"), 1, "there is no center 'sunrise': did you mean sunrise-la?"),
        (("--partner", "nobody"), 1, "there is no partner 'nobody'"),
        (("--helpline", "x"), 1, "there is no helpline 'x'"),
        (("--caller", "anonymous", "--reason", "x"), 1, "that is not a whole telephone number"),
        (("--caller", ALICE), 2, "--caller and --reason go together"),
        (("--reason", "x"), 2, "--caller and --reason go together"),
        (("--in-progress", "--outcome", "answered"), 2, "a call in progress has no outcome yet"),
        (("--since", "2026-03-05", "--until", "2026-03-04"), 2, "--until is before --since"),
        (("--since", "yesterday"), 2, "write a date (2026-11-23"),
        (("--limit", "0"), 2, "x>=1"),
    ],
)
def test_what_cannot_be_looked_for_is_told(
    callrouter: CommandLine, world: World, words: tuple[str, ...], status: int, told: str
) -> None:
    done = callrouter("calls", "list", *words)
    assert (done.exit_code, done.stdout, told in done.stderr) == (status, "", True), done.stderr
    assert world.rows("audit_log") == []
