"""`callrouter billing`: what is done by hand in the partners' accounts."""

from collections.abc import Iterator

import pytest

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


def test_a_charge_is_credited_and_everybody_can_read_why(callrouter: CommandLine, charged: PlacedCall) -> None:
    done = callrouter("billing", "credit", charged.sid[:12], "--reason", "the line was bad")
    assert (done.exit_code, done.stdout) == (0, f"35.00 USD credited for {charged.sid}.\n")
    entries = callrouter.lines("export", "charges")
    assert [(e["entry"], e["amount"], e["state"]) for e in entries] == [
        ("charge", "35.00", "credited"),
        ("credit", "35.00", "unconfirmed"),
    ]
    assert entries[1]["reason"] == "the line was bad"
    [call] = callrouter.lines("export", "calls")
    assert call["charge"] == {"amount": "35.00", "currency": "USD", "kind": "helpline", "state": "credited"}
    assert "credit 35.00 USD to sunrise (helpline), posted" in callrouter("show", charged.sid).stdout


def test_a_part_is_credited_in_the_currency_of_the_charge(callrouter: CommandLine, charged: PlacedCall) -> None:
    done = callrouter("billing", "credit", charged.sid, "--amount", "10.50", "--reason", "agreed")
    assert done.stdout == f"10.50 USD credited for {charged.sid}.\n"
    [call] = callrouter.lines("export", "calls")
    assert call["charge"]["state"] == "unconfirmed"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--amount", "35.01", "--reason", "x"], "35.00 USD are left of the charge"),
        (["--amount", "1.005", "--reason", "x"], "--amount: '1.005' is not an amount in whole minor units"),
        (["--amount", "ten", "--reason", "x"], "--amount: 'ten' is not an amount; write it like \"35.00\""),
        (["--reason", "  "], "--reason is empty; say why, the partner reads it"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_entered(
    callrouter: CommandLine, charged: PlacedCall, words: list[str], told: str
) -> None:
    done = callrouter("billing", "credit", charged.sid, *words)
    assert done.exit_code != 0
    assert told in done.stderr
    assert len(callrouter.lines("export", "charges")) == 1


def test_a_call_without_a_charge_cannot_be_credited(callrouter: CommandLine, world: World) -> None:
    call = world.caller().dials(NATIONAL)
    world.settles()
    done = callrouter("billing", "credit", call.sid, "--reason", "x")
    assert (done.exit_code, "was not charged" in done.stderr) == (1, True)
