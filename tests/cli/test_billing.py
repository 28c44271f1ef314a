"""`callrouter billing`: what is done by hand in the partners' accounts."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.cli.running import CommandLine
from tests.scenarios.call import PlacedCall
from tests.scenarios.places import NATIONAL, SUNRISE_PAGE
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


def test_a_charge_is_credited_and_everybody_can_read_why(
    callrouter: CommandLine, charged: PlacedCall
) -> None:
    done = callrouter("billing", "credit", charged.sid[:12], "--reason", "the line was bad")
    assert (done.exit_code, done.stdout.splitlines()) == (
        0,
        [
            f"35.00 USD credited for {charged.sid}.",
            f"  {charged.sid} of sunrise becomes free: 35.00 USD before, 0.00 USD after (the line was bad)",
            "  balance of sunrise (simulated): 35.00 USD before, 0.00 USD after",
        ],
    )
    entries = callrouter.lines("export", "charges")
    assert [(e["entry"], e["amount"], e["state"]) for e in entries] == [
        ("charge", "35.00", "credited"),
        ("credit", "35.00", "unconfirmed"),
    ]
    assert entries[1]["reason"] == "the line was bad"
    [call] = callrouter.lines("export", "calls")
    assert call["charge"] == {"amount": "35.00", "currency": "USD", "kind": "helpline", "state": "credited"}
    assert "credit 35.00 USD to sunrise (helpline), posted" in callrouter("show", charged.sid).stdout


def test_a_part_is_credited_in_the_currency_of_the_charge(
    callrouter: CommandLine, charged: PlacedCall
) -> None:
    done = callrouter("billing", "credit", charged.sid, "--amount", "10.50", "--reason", "agreed")
    assert done.stdout.splitlines() == [
        f"10.50 USD credited for {charged.sid}.",
        f"  {charged.sid} of sunrise changes: 35.00 USD before, 24.50 USD after (agreed)",
        "  balance of sunrise (simulated): 35.00 USD before, 24.50 USD after",
    ]
    [call] = callrouter.lines("export", "calls")
    assert call["charge"]["state"] == "unconfirmed"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--amount", "35.01", "--reason", "x"], "35.00 USD are left of the charge"),
        (["--amount", "1.005", "--reason", "x"], "--amount: '1.005' is not an amount in whole minor units"),
        (["--amount", "ten", "--reason", "x"], "--amount: 'ten' is not an amount; write it like \"35.00\""),
        (["--reason", "  "], "it is empty: say why, in words"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_entered(
    callrouter: CommandLine, charged: PlacedCall, words: list[str], told: str
) -> None:
    done = callrouter("billing", "credit", charged.sid, *words)
    assert done.exit_code != 0
    assert told in done.stderr
    assert len(callrouter.lines("export", "charges")) == 1


def test_a_reason_with_a_caller_s_number_is_kept_without_it(
    callrouter: CommandLine, charged: PlacedCall
) -> None:
    done = callrouter("billing", "credit", charged.sid, "--reason", "the caller +13105550188 complained")
    assert done.exit_code == 0
    [line] = [line for line in callrouter.rows("billing", "statement", "sunrise") if line["what"] == "credit"]
    assert line["why"] == "the caller [number] complained"


def test_a_call_without_a_charge_cannot_be_credited(callrouter: CommandLine, world: World) -> None:
    call = world.caller().dials(NATIONAL)
    world.settles()
    done = callrouter("billing", "credit", call.sid, "--reason", "x")
    assert (done.exit_code, "was not charged" in done.stderr) == (1, True)


def test_a_month_is_reported_by_partner_and_kind(
    callrouter: CommandLine, world: World, charged: PlacedCall
) -> None:
    for number in ("+16175550101", "+16175550102"):
        call = world.caller(number).dials(NATIONAL)
        world.center("sunrise-la").does_not_answer()
        world.center("harbor-sd").accepts()
        assert call.costs("harbor", "35.00 USD")
    listing = world.caller("+16175550103").dials(SUNRISE_PAGE)
    world.center("sunrise-la").accepts()
    assert listing.costs("sunrise", "20.00 USD")
    callrouter("billing", "credit", charged.sid, "--reason", "bad line", "--amount", "5.00")
    report = callrouter.rows("billing", "report", "--month", "2026-03")
    rows = {(row["partner"], row["kind"]): row for row in report["rows"]}
    assert (
        rows["harbor", "helpline"].items()
        >= {
            "partner": "harbor",
            "kind": "helpline",
            "currency": "USD",
            "calls": 2,
            "answered": 2,
            "charged": 2,
            "amount": "70.00",
            "credited": "0.00",
            "simulated": True,
        }.items()
    )
    sunrise = rows["sunrise", "helpline"]
    assert (sunrise["calls"], sunrise["answered"], sunrise["amount"]) == (3, 1, "35.00")
    assert rows["sunrise", "listing"]["amount"] == "20.00"
    assert report["total"]["amount"] == "125.00"


def test_the_report_adds_up_to_the_entries(callrouter: CommandLine, charged: PlacedCall) -> None:
    callrouter("billing", "credit", charged.sid, "--reason", "bad line")
    [month] = {
        entry["period"] for entry in callrouter.lines("export", "charges") if entry["entry"] == "charge"
    }
    report = callrouter.rows("billing", "report", "--month", month)
    charges = [e for e in callrouter.lines("export", "charges") if e["period"] == month]
    assert report["total"]["amount"] == charges[0]["amount"]
    assert report["total"]["charged"] == 1


def test_a_month_belongs_to_each_partners_zone(callrouter: CommandLine, world: World) -> None:
    """It is April in New York, and still March in Los Angeles."""
    world.is_now(datetime(2026, 4, 1, 5, 0, tzinfo=UTC))
    call = world.caller().dials(NATIONAL)
    world.center("sunrise-la").accepts()
    assert call.costs("sunrise", "35.00 USD")
    assert callrouter.rows("billing", "report", "--month", "2026-04") == {
        "month": "2026-04",
        "rows": [],
        "total": None,
        "totals": [],
    }
    [row] = callrouter.rows("billing", "report", "--month", "2026-03")["rows"]
    assert (row["partner"], row["calls"], row["charged"]) == ("sunrise", 1, 1)


def test_what_is_no_month_is_wrong_use(callrouter: CommandLine) -> None:
    done = callrouter("billing", "report", "--month", "2026-13")
    assert (done.exit_code, "write it as 2026-11" in done.stderr) == (2, True)
