"""`callrouter disputes`: a partner objects, staff decide, and everybody can read what came of it."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from callrouter.billing.disputes.objection import REASONS
from tests.cli.running import CommandLine
from tests.scenarios.call import PlacedCall
from tests.scenarios.places import NATIONAL
from tests.scenarios.world import World


@pytest.fixture
def world(callrouter: CommandLine) -> Iterator[World]:
    world = World(callrouter.settings.database_url)
    yield world
    world.closes()


@pytest.fixture
def charged(world: World) -> PlacedCall:
    call = world.caller().dials(NATIONAL)
    world.center("sunrise-la").accepts()
    assert call.costs("sunrise", "35.00 USD")
    return call


@pytest.fixture
def disputed(callrouter: CommandLine, charged: PlacedCall) -> PlacedCall:
    raised = callrouter(
        "disputes", "raise", charged.sid[:12], "--reason", "bad-line", "--evidence", "only noise"
    )
    assert (raised.exit_code, raised.stdout) == (
        0,
        "Objection 1 of sunrise is open; 35.00 USD are left of the charge.\n",
    )
    return charged


@pytest.mark.parametrize(
    ("words", "told", "after", "credited"),
    [
        (["accept"], "accepted: 35.00 USD", "becomes free: 35.00 USD before, 0.00 USD after", "35.00"),
        (
            ["part", "--amount", "10.00"],
            "accepted in part: 10.00 USD",
            "changes: 35.00 USD before, 25.00 USD after",
            "10.00",
        ),
        (["refuse"], "refused: 0.00 USD", None, "0.00"),
    ],
)
def test_an_objection_is_raised_decided_and_read(
    callrouter: CommandLine,
    disputed: PlacedCall,
    words: list[str],
    told: str,
    after: str | None,
    credited: str,
) -> None:
    assert "objection 1 of sunrise (bad-line), raised " in callrouter("show", disputed.sid).stdout
    assert len(callrouter.rows("disputes", "list", "--open")) == 1
    done = callrouter("disputes", "decide", disputed.sid[:12], *words, "--note", "looked into")
    verdict, *effect = done.stdout.splitlines()
    assert (done.exit_code, verdict) == (0, f"Objection 1 is {told} credited.")
    assert [f"{disputed.sid} of sunrise {after}" in line for line in effect[:1]] == [True] * bool(after)
    assert len(effect) == (2 if after else 0)
    assert callrouter.rows("disputes", "list", "--open") == []
    [listed] = callrouter.rows("disputes", "list", "--partner", "sunrise")
    assert (listed["call"], listed["charged"], listed["credited"]) == (disputed.sid, "35.00", credited)
    assert (listed["evidence"], listed["note"]) == ("only noise", "looked into")
    shown = callrouter("show", disputed.sid).stdout
    assert f": only noise; {told.partition(':')[0]} by " in shown
    assert f" (looked into), {credited} USD credited\n" in shown
    [account] = callrouter.rows("billing", "balance")
    assert account["credited"] == credited


def test_the_same_decision_again_is_refused(callrouter: CommandLine, disputed: PlacedCall) -> None:
    words = ("disputes", "decide", disputed.sid, "accept", "--note", "looked into")
    assert callrouter(*words).exit_code == 0
    again = callrouter(*words)
    assert (again.exit_code, "objection 1 was decided on " in again.stderr) == (1, True)
    assert [entry["entry"] for entry in callrouter.lines("export", "charges")] == ["charge", "credit"]


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (["accept"], 2, "Missing option '--note'"),
        (["accept", "--note", " "], 2, "say why"),
        (["accept", "--note", "x", "--amount", "1.00"], 2, "say --amount for a part"),
        (["part", "--note", "x"], 2, "say --amount for a part"),
        (["part", "--note", "x", "--amount", "35.00"], 1, "more than nothing and less than that"),
        (["perhaps", "--note", "x"], 2, "'perhaps' is not one of"),
    ],
)
def test_what_is_no_decision_leaves_it_open(
    callrouter: CommandLine, disputed: PlacedCall, words: list[str], status: int, told: str
) -> None:
    done = callrouter("disputes", "decide", disputed.sid, *words)
    assert (done.exit_code, told in done.stderr) == (status, True), done.stderr
    assert len(callrouter.rows("disputes", "list", "--open")) == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--reason", "not-admitted", "--evidence", "x"], "'not-admitted' is not one of"),
        (["--reason", "other"], "Missing option '--evidence'"),
        (["--reason", "other", "--evidence", ""], "say why"),
    ],
)
def test_what_is_no_objection_is_told(
    callrouter: CommandLine, charged: PlacedCall, words: list[str], told: str
) -> None:
    done = callrouter("disputes", "raise", charged.sid, *words)
    assert (done.exit_code, told in done.stderr) == (2, True), done.stderr
    assert callrouter.rows("disputes", "list") == []


def test_the_help_tells_the_reasons_and_why_there_are_no_others(callrouter: CommandLine) -> None:
    shown = " ".join(callrouter("disputes", "raise", "--help").stdout.split())
    assert "no reason about the caller, nor about what came of the call" in shown
    for name, meant in REASONS.items():
        assert f"{name} {meant}" in shown


def test_a_caller_s_number_in_the_evidence_is_not_kept(callrouter: CommandLine, charged: PlacedCall) -> None:
    words = ("--reason", "repeat", "--evidence", "(310) 555-0188 had called before")
    assert callrouter("disputes", "raise", charged.sid, *words).exit_code == 0
    [listed] = callrouter.rows("disputes", "list")
    assert listed["evidence"] == "[number] had called before"


def test_figures_of_a_month(callrouter: CommandLine, disputed: PlacedCall) -> None:
    callrouter("disputes", "decide", disputed.sid, "part", "--amount", "10.00", "--note", "looked into")
    month = f"{datetime.now(ZoneInfo('America/Los_Angeles')):%Y-%m}"
    [row] = callrouter.rows("disputes", "figures")
    assert (row["partner"], row["reason"], row["raised"], row["in_part"]) == ("sunrise", "bad-line", 1, 1)
    assert (row["disputed"], row["credited"]) == ("35.00", "10.00")
    assert callrouter.rows("disputes", "figures", "--month", "2026-01") == []
    assert callrouter.rows("disputes", "figures", "--month", month) == [row]


def test_a_partner_that_there_never_was_is_told(callrouter: CommandLine, world: World) -> None:
    done = callrouter("disputes", "list", "--partner", "nobody")
    assert (done.exit_code, "there is no partner nobody" in done.stderr) == (1, True)
