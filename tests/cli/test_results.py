"""What came of a command, for programs: one row on standard output, and nothing else there."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from callrouter.cli.dependencies import CommandDependencies
from callrouter.privacy.vault import Vault
from tests.cli.running import CommandLine
from tests.scenarios.call import PlacedCall
from tests.scenarios.places import NATIONAL, SUNRISE_PAGE
from tests.scenarios.world import World

WHY = ("--reason", "agreed")


@pytest.fixture
def world(callrouter: CommandLine) -> Iterator[World]:
    """With the vault of the command line."""
    world = World(callrouter.settings.database_url)
    world.vault = Vault(callrouter.settings.vault_keys)
    world.starts_anew()
    yield world
    world.closes()


@pytest.fixture
def charged(world: World) -> PlacedCall:
    call = world.caller().dials(NATIONAL)
    world.center("sunrise-la").accepts()
    world.settles()
    return call


def test_money_has_its_currency_in_a_key_of_its_own(callrouter: CommandLine, charged: PlacedCall) -> None:
    ten = {"amount": "10.00", "currency": "USD", "dry_run": False}
    credited = without_effect(callrouter.rows("billing", "credit", charged.sid, "--amount", "10.00", *WHY))
    assert credited == {"call": charged.sid, **ten}
    added = without_effect(callrouter.rows("billing", "adjust", "sunrise", "10.00", *WHY))
    assert added == {"partner": "sunrise", **ten}
    off = without_effect(callrouter.rows("billing", "adjust", "sunrise", "10.00", "--off", *WHY))
    assert off == {"partner": "sunrise", **ten, "amount": "-10.00"}
    paid = without_effect(
        callrouter.rows("billing", "record-payment", "sunrise", "10.00", "--reference", "wire 17")
    )
    assert paid == {"partner": "sunrise", **ten, "reference": "wire 17"}


def without_effect(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The only row, without what the act did to charges and balances."""
    [row] = rows
    return {name: value for name, value in row.items() if name not in {"charges", "balances"}}


def test_what_an_act_does_to_charges_and_balances_is_told_before_it_is_done(
    callrouter: CommandLine, charged: PlacedCall
) -> None:
    words = ("billing", "credit", charged.sid, *WHY)
    [tried], [done] = callrouter.rows(*words, "--dry-run"), callrouter.rows(*words)
    [charge], [balance] = tried["charges"], tried["balances"]
    change = {"before": "35.00", "after": "0.00", "currency": "USD"}
    assert charge == {"call": charged.sid, "partner": "sunrise", **change, "why": "agreed"}
    assert balance == {"partner": "sunrise", **change, "simulated": True}
    assert (tried, done) == ({**done, "dry_run": True}, {**tried, "dry_run": False})


def test_objections_are_raised_and_decided(callrouter: CommandLine, charged: PlacedCall) -> None:
    about = {"number": 1, "call": charged.sid}
    raised = ("disputes", "raise", charged.sid, "--reason", "bad-line", "--evidence", "noise")
    assert callrouter.rows(*raised) == [
        {**about, "partner": "sunrise", "decision": "open", "left_amount": "35.00", "currency": "USD"}
    ]
    decided = callrouter.rows("disputes", "decide", charged.sid, "accept", "--note", "so did we")
    credited = {"credited_amount": "35.00", "currency": "USD"}
    assert without_effect(decided) == {**about, "decision": "accepted", **credited, "dry_run": False}


def test_promises_are_given_and_closed(callrouter: CommandLine, world: World) -> None:
    promised = world.caller().presses("", "1").dials(NATIONAL)
    [given] = callrouter.rows(
        "promises", "assign", promised.sid, "harbor-sd", "--zone", "America/Los_Angeles"
    )
    assert (given["call"], given["owner"]) == (promised.sid, "harbor-sd")
    assert given["due_at"][-6:] in {"-08:00", "-07:00"}
    assert callrouter.rows("promises", "close", promised.sid, "--as", "kept", *WHY) == [
        {"call": promised.sid, "state": "kept", "dry_run": False}
    ]


def test_drain_prints_what_waits_also_where_it_gives_up(callrouter: CommandLine, world: World) -> None:
    assert world.caller().presses("9").dials(NATIONAL).sid
    done = callrouter("drain", "--timeout", "0", "--format", "json")
    [left] = json.loads(done.stdout)
    assert (done.exit_code, left["facts"] > 0, left["set_aside"]) == (1, True, 0)
    assert "facts still wait" in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("explain", NATIONAL),
        ("billing", "report"),
        ("billing", "report", "--month", "2026-03"),
        ("billing", "close", "2026-03"),
        ("doctor",),
    ],
)
def test_what_is_said_besides_stands_on_stderr(
    callrouter: CommandLine, charged: PlacedCall, words: tuple[str, ...]
) -> None:
    assert json.loads(callrouter(*words, "--format", "json").stdout)


def test_the_report_is_of_this_month_unless_another_is_named(
    callrouter: CommandLine, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime(2026, 4, 1, 3, tzinfo=UTC)
    monkeypatch.setattr(CommandDependencies, "now", lambda _: now)
    words = ("billing", "report")
    assert callrouter.rows(*words)["month"] == "2026-04"
    assert callrouter.rows(*words, "--zone", "America/Los_Angeles")["month"] == "2026-03"
    assert callrouter.rows(*words, "--month", "2026-01")["month"] == "2026-01"
    assert "Month 2026-04." in callrouter(*words).stderr


def test_the_times_of_a_story_stand_in_a_zone(callrouter: CommandLine, charged: PlacedCall) -> None:
    words = ("show", charged.sid, "--zone", "America/Los_Angeles")
    shown = callrouter(*words).stdout
    assert "arrived      2026-03-04T10:00:00-08:00, from" in shown
    assert "\n  10:00:00" in shown
    [story] = callrouter.rows(*words)
    assert story["arrived_at"] == "2026-03-04T10:00:00.000000-08:00"
    assert story["legs"][0]["began_at"].endswith("-08:00")


def test_a_list_and_an_explanation_stand_in_a_zone(callrouter: CommandLine, world: World) -> None:
    assert world.caller().presses("2").dials(SUNRISE_PAGE).promised["state"] == "open"
    assert "-08:00  " in callrouter("promises", "list", "--zone", "America/Los_Angeles").stdout
    told = callrouter(
        "explain", NATIONAL, "--at", "2026-03-04T18:00:00Z", "--zone", "America/New_York"
    ).stderr
    assert "at 2026-03-04T13:00:00-05:00," in told
