"""`callrouter billing balance|statement|adjust|record-payment`: an account is read, and entered in by hand."""

import csv
import io
import json
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


def test_what_is_entered_by_hand_is_told_and_stands_in_the_account(
    callrouter: CommandLine, charged: PlacedCall
) -> None:
    added = callrouter("billing", "adjust", "sunrise", "12.50", "--reason", "a copy of the contract")
    balance = "  balance of sunrise (simulated): "
    assert (added.exit_code, added.stdout.splitlines()) == (
        0,
        ["12.50 USD added to what sunrise owes.", f"{balance}35.00 USD before, 47.50 USD after"],
    )
    taken_off = callrouter("billing", "adjust", "sunrise", "2.50", "--off", "--reason", "the outage")
    assert taken_off.stdout.splitlines() == [
        "2.50 USD taken off what sunrise owes.",
        f"{balance}47.50 USD before, 45.00 USD after",
    ]
    paid = callrouter("billing", "record-payment", "sunrise", "40.00", "--reference", "  wire   17 ")
    assert paid.stdout.splitlines() == [
        "40.00 USD of sunrise entered.",
        f"{balance}45.00 USD before, 5.00 USD after",
    ]
    [account] = callrouter.rows("billing", "balance", "sunrise")
    assert account == {
        "partner": "sunrise",
        "currency": "USD",
        "simulated": True,
        "charged": "35.00",
        "credited": "0.00",
        "adjusted": "10.00",
        "fees": "0.00",
        "paid": "40.00",
        "balance": "5.00",
    }
    told = callrouter.rows("billing", "statement", "sunrise")
    assert [(line["what"], line["why"], line["amount"], line["balance"]) for line in told] == [
        ("opening balance", None, None, "0.00"),
        ("charge", None, "35.00", "35.00"),
        ("adjustment", "a copy of the contract", "12.50", "47.50"),
        ("adjustment", "the outage", "-2.50", "45.00"),
        ("payment", "wire 17", "-40.00", "5.00"),
        ("closing balance", None, None, "5.00"),
    ]
    assert told[1]["call"] == charged.sid


def test_a_payment_is_entered_once(callrouter: CommandLine, world: World) -> None:
    first, again = (
        callrouter("billing", "record-payment", "sunrise", amount, "--reference", "wire 17")
        for amount in ("40.00", "41.00")
    )
    assert (first.exit_code, again.exit_code) == (0, 1)
    assert "'wire 17' of sunrise is already entered: 40.00 USD, on " in again.stderr
    assert [account["paid"] for account in callrouter.rows("billing", "balance")] == ["40.00"]


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (("adjust", "nobody", "1.00", "--reason", "x"), 1, "there is no partner nobody"),
        (("adjust", "sunrise", "1.005", "--reason", "x"), 1, "is not an amount in whole minor units"),
        (("adjust", "sunrise", "0", "--reason", "x"), 1, "more than nothing"),
        (("adjust", "sunrise", "1.00", "--reason", " "), 2, "say why"),
        (("adjust", "sunrise", "1.00", "--reason", "x", "--currency", "EUR"), 1, "is in USD"),
        (("adjust", "sunrise", "1.00", "--reason", "x", "--currency", "XYZ"), 2, "'XYZ' is not one of"),
        (("record-payment", "sunrise", "1.00", "--reference", " "), 2, "it is empty: say why"),
        (("record-payment", "sunrise", "1.00", "--reference", "wire\x0717"), 2, "nobody sees (U+0007)"),
        (("balance", "nobody"), 1, "there is no partner nobody; known are"),
        (("statement", "nobody"), 1, "there is no partner nobody; known are"),
        (("statement", "sunrise", "--from", "2026-13"), 2, "write it as 2026-11"),
        (("statement", "sunrise", "--from", "2026-11", "--to", "2026-10"), 2, "is after --to"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_entered(
    callrouter: CommandLine, world: World, words: tuple[str, ...], status: int, told: str
) -> None:
    done = callrouter("billing", *words)
    assert (done.exit_code, told in done.stderr) == (status, True), done.stderr
    assert callrouter.rows("billing", "balance") == []


def test_a_reason_with_a_caller_s_number_is_kept_without_it(callrouter: CommandLine, world: World) -> None:
    callrouter("billing", "adjust", "sunrise", "1.00", "--reason", "+13105550188 called")
    [_, line, _] = callrouter.rows("billing", "statement", "sunrise")
    assert line["why"] == "[number] called"


def test_a_statement_is_the_same_in_each_format(callrouter: CommandLine, charged: PlacedCall) -> None:
    callrouter("billing", "record-payment", "sunrise", "40.00", "--reference", "=wire 17")
    words = ("billing", "statement", "sunrise", "--format")
    rows = callrouter.rows(*words[:-1])
    assert [json.loads(line) for line in callrouter(*words, "jsonl").stdout.splitlines()] == rows
    lines = list(csv.DictReader(io.StringIO(callrouter(*words, "csv").stdout)))
    assert [line["amount"] for line in lines] == ["", "35.00", "-40.00", ""]
    assert [line["balance"] for line in lines] == [row["balance"] for row in rows]
    assert lines[2]["why"] == "'=wire 17"
    assert [line["amount"] for line in callrouter.rows(*words[:-1], "--from", "2027-01")] == [None, None]


def test_a_month_of_a_statement(callrouter: CommandLine, charged: PlacedCall) -> None:
    told = callrouter.rows("billing", "statement", "sunrise", "--from", "2026-04", "--to", "2026-04")
    assert [(line["what"], line["balance"]) for line in told] == [
        ("opening balance", "35.00"),
        ("closing balance", "35.00"),
    ]


def test_an_account_without_entries_has_no_lines(callrouter: CommandLine, world: World) -> None:
    assert callrouter.rows("billing", "statement", "sunrise") == []
    assert callrouter.rows("billing", "balance", "sunrise") == []
