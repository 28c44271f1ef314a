"""`callrouter billing report`: by whatever is asked for, each call once, and what the carrier took."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from callrouter.billing.ledger import lock_ledger
from callrouter.billing.monthly_fee import enter_fee
from callrouter.database import Session
from callrouter.directory.directory import MONTHLY, Partner
from callrouter.directory.versions import DirectoryCache
from tests.cli.running import CommandLine
from tests.directories import a_directory, partner, put_in_force, rate
from tests.scenarios.places import NATIONAL, SUNRISE_PAGE
from tests.scenarios.world import World

MARCH = ("billing", "report", "--month", "2026-03")


@pytest.fixture
def world(callrouter: CommandLine) -> Iterator[World]:
    """Sunrise took a call of its listing, Harbor one that Sunrise did not answer, and nobody one of an odd number."""
    world = World(callrouter.settings.database_url)
    world.caller("+16175550101").dials(SUNRISE_PAGE)
    world.center("sunrise-la").accepts()
    world.caller("+16175550102").dials(NATIONAL)
    world.center("sunrise-la").does_not_answer()
    world.center("harbor-sd").accepts(60)
    world.caller("+16175550103").dials("+13235550199")
    world.settles()
    yield world
    world.closes()


def rows(callrouter: CommandLine, *words: str, told: tuple[str, ...]) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in told) for row in callrouter.rows(*MARCH, *words)["rows"]]


def by(*names: str) -> list[str]:
    return [word for name in names for word in ("--by", name)]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (
            ["partner"],
            [(None, 1, 0, "0.00"), ("harbor", 1, 1, "35.00"), ("sunrise", 2, 1, "20.00")],
        ),
        (
            ["center"],
            [(None, 1, 0, "0.00"), ("harbor-sd", 1, 1, "35.00"), ("sunrise-la", 2, 1, "20.00")],
        ),
        (["day"], [("2026-03-04", 3, 2, "55.00")]),
        (["month"], [("2026-03", 3, 2, "55.00")]),
        (["helpline"], [(None, 2, 1, "20.00"), ("national", 1, 1, "35.00")]),
        (
            ["kind"],
            [(None, 1, 0, "0.00"), ("helpline", 1, 1, "35.00"), ("listing", 1, 1, "20.00")],
        ),
    ],
)
def test_calls_are_reported_by_whatever_is_asked_for(
    callrouter: CommandLine, world: World, names: list[str], expected: list[tuple[Any, ...]]
) -> None:
    assert rows(callrouter, *by(*names), told=(*names, "calls", "answered", "amount")) == expected


def test_several_groupings_make_a_row_for_each_combination(callrouter: CommandLine, world: World) -> None:
    told = ("day", "partner", "kind", "calls")
    assert rows(callrouter, *by("day", "partner", "kind"), told=told) == [
        ("2026-03-04", None, None, 1),
        ("2026-03-04", "harbor", "helpline", 1),
        ("2026-03-04", "sunrise", "helpline", 1),
        ("2026-03-04", "sunrise", "listing", 1),
    ]


def test_without_a_grouping_only_partners_are_told(callrouter: CommandLine, world: World) -> None:
    told = ("partner", "kind", "calls", "answered", "charged")
    assert rows(callrouter, told=told) == [
        ("harbor", "helpline", 1, 1, 1),
        ("sunrise", "helpline", 1, 0, 0),
        ("sunrise", "listing", 1, 1, 1),
    ]


def test_the_time_until_the_answer_and_that_of_the_talk_are_told(
    callrouter: CommandLine, world: World
) -> None:
    [helpline, listing] = rows(callrouter, *by("kind"), told=("average_wait_seconds", "talk_seconds"))[1:]
    assert (helpline[1], listing[1]) == (60, 90)
    # Sunrise's telephone had rung for 20 seconds first.
    assert 0 < listing[0] < 20 < helpline[0] < 90


def test_what_the_carrier_takes_and_what_it_leaves_are_told_when_its_books_were_read(
    callrouter: CommandLine, world: World
) -> None:
    told = ("helpline", "carrier_cost", "calls_with_cost", "margin")
    assert rows(callrouter, *by("helpline"), told=told) == [
        (None, None, 0, None),
        ("national", None, 0, None),
    ]
    world.passes(hours=1)
    world.compares(date(2026, 3, 4))
    cdrs = world.rows("carrier_cdr")
    everything = sum(row["cost_micros"] or 0 for row in cdrs)
    report = callrouter.rows(*MARCH, *by("day"))
    assert report["total"]["calls_with_cost"] == 3
    assert float(report["total"]["carrier_cost"]) * 10**6 == pytest.approx(everything)
    assert float(report["total"]["margin"]) == pytest.approx(55 - everything / 10**6)


def test_several_months_are_told_month_by_month(callrouter: CommandLine, world: World) -> None:
    world.passes(days=30)
    world.caller("+16175550104").dials(NATIONAL)
    world.center("sunrise-la").accepts()
    world.settles()
    report = callrouter.rows(*MARCH, "--through", "2026-05", *by("month"))
    assert (report["month"], report["through"]) == ("2026-03", "2026-05")
    assert [(row["month"], row["calls"], row["amount"]) for row in report["rows"]] == [
        ("2026-03", 3, "55.00"),
        ("2026-04", 1, "35.00"),
    ]
    assert report["total"]["amount"] == "90.00"


def test_a_promise_is_counted_and_once_it_is_kept_it_is_its_keepers(
    callrouter: CommandLine, world: World
) -> None:
    caller = world.caller("+13105550105")
    caller.presses("", "1").dials(NATIONAL)
    world.settles()
    told = ("partner", "calls", "answered", "promised", "kept", "charged")
    assert rows(callrouter, *by("partner"), told=told)[-1] == ("sunrise", 3, 1, 1, 0, 1)
    world.passes(minutes=30)
    world.center("sunrise-la").accepts()
    caller.takes_the_return_call()
    world.rings_owners()
    world.settles()
    assert rows(callrouter, *by("partner"), told=told)[-1] == ("sunrise", 3, 1, 1, 1, 2)


def test_what_is_real_is_not_added_to_what_was_simulated(callrouter: CommandLine, world: World) -> None:
    with world.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE partner_call SET simulated = false WHERE partner = 'harbor'")
    report = callrouter.rows(*MARCH, *by("month"))
    told = [(row["simulated"], row["calls"], row["answered"]) for row in report["rows"]]
    assert told == [(False, 1, 1), (True, 2, 1)]
    assert [total["simulated"] for total in report["totals"]] == [False, True]
    assert report["total"] == report["totals"][0]


def test_a_table_ends_with_a_line_of_totals(callrouter: CommandLine, world: World) -> None:
    *_, last = callrouter(*MARCH, *by("kind")).stdout.splitlines()
    assert last == (
        "3 calls (simulated), 2 answered, 0 promised, 0 kept, 2 charged,"
        " 55.00 USD entered to be paid, fees and adjustments included, 0.00 taken off"
    )


@pytest.mark.parametrize("names", [(), ("partner",), ("center",), ("partner", "day")])
def test_a_call_that_two_partners_had_is_one_in_the_totals(
    callrouter: CommandLine, world: World, names: tuple[str, ...]
) -> None:
    """Sunrise was rung in vain for the call that Harbor took."""
    report = callrouter.rows(*MARCH, *by(*names))
    nobodys = 1 if names else 0
    assert sum(row["calls"] for row in report["rows"]) == 3 + nobodys
    assert (report["total"]["calls"], report["total"]["answered"]) == (2 + nobodys, 2)
    *_, last = callrouter(*MARCH, *by(*names)).stdout.splitlines()
    once = "each counted once (in the rows with each partner that had it)"
    assert last.startswith(f"{2 + nobodys} calls (simulated), {once}, 2 answered")


def test_a_monthly_fee_of_nothing_stands_in_the_report_as_on_the_invoice(
    callrouter: CommandLine, world: World
) -> None:
    flat = rate(MONTHLY, begins=date(2026, 1, 1), price_minor=0)
    enter(world, partner("willow", rates=(flat,)))
    told = ("partner", "kind", "currency", "calls", "amount")
    assert rows(callrouter, told=told)[-1] == ("willow", "monthly", "USD", 0, "0.00")
    assert rows(callrouter, *by("partner"), told=("partner", "currency"))[-1] == ("willow", "USD")
    monthly = rows(callrouter, *by("month", "kind"), told=("month", "kind", "amount"))
    assert monthly[-1] == ("2026-03", "monthly", "0.00")
    assert callrouter.rows(*MARCH)["total"]["amount"] == "55.00"


def enter(world: World, *partners: Partner) -> None:
    """These partners' fees of March."""

    def act(session: Session) -> None:
        lock_ledger(session)
        for one in partners:
            assert enter_fee(session, DirectoryCache(), one.key, "2026-03", True, world.clock.now())

    put_in_force(world.database, a_directory(*partners), world.clock.now())
    world.database.transact(act)


def test_each_format_has_the_same_rows(callrouter: CommandLine, world: World) -> None:
    words = (*MARCH, *by("partner", "kind"))
    report = callrouter.rows(*words)["rows"]
    assert callrouter.lines(*words, "--format", "jsonl") == report
    head, *lines = callrouter(*words, "--format", "csv").stdout.splitlines()
    assert head.split(",") == list(report[0])
    assert len(lines) == len(report)


def test_months_backwards_are_wrong_use(callrouter: CommandLine) -> None:
    done = callrouter(*MARCH, "--through", "2026-02")
    assert (done.exit_code, "--through is before --month" in done.stderr) == (2, True)
