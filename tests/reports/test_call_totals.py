"""Totals of calls are those of the calls, at any moment, for any period, in any zone."""

from collections import Counter
from datetime import datetime, timedelta
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from callrouter.calls.model import Call
from callrouter.events.model import OutboxFact
from callrouter.events.outbox import ENDED
from callrouter.figures.recount_quarters import OUTCOMES
from callrouter.reports.call_totals import NOTHING, CallScope, CallSums, HourOfDay, call_sums, call_sums_by
from callrouter.reports.listed_calls import CHARGE_STATES, CallFilter, conditions, count_calls
from callrouter.reports.period import Period
from callrouter.reports.reading import reading
from tests.scenarios.places import NATIONAL, SUNRISE_PAGE
from tests.scenarios.world import START, World

ZONES = ("UTC", "America/New_York", "Asia/Kolkata", "Asia/Kathmandu")
PARTNERS = ("sunrise", "harbor", "meadow")
CENTERS = ("sunrise-la", "harbor-sd", "meadow-bos")
PERIODS = (
    Period(),
    Period(START, START + timedelta(hours=1)),
    Period(START + timedelta(minutes=7), START + timedelta(hours=3, minutes=41, seconds=3)),
    Period(START + timedelta(minutes=1), START + timedelta(minutes=11)),
    Period(until=START + timedelta(minutes=40)),
    Period(since=START + timedelta(minutes=40)),
)


@pytest.fixture
def world(world: World) -> World:
    """Calls of every 13 minutes; of the last ones the figures are not there yet, and one goes on."""
    for number in range(18):
        world.caller(f"+131055501{number:02}").dials(NATIONAL if number % 3 else SUNRISE_PAGE)
        sunrise = world.center("sunrise-la")
        sunrise.accepts(20 + number) if number % 4 else sunrise.does_not_answer()
        world.center("harbor-sd").does_not_answer()
        world.center("meadow-bos").does_not_answer()
        if number < 15:
            world.settles()
        world.passes(minutes=13)
    caller = world.caller("+13105550177")
    caller.presses("", "1").dials(NATIONAL)
    world.settles()
    world.center("sunrise-la").does_not_answer()
    world.rings_owners()
    last = world.caller("+13105550199").dials(NATIONAL)
    world.center("sunrise-la").accepts(600)
    world.goes_on(last)
    return world


def recounted(world: World, period: Period, helpline: str | None = None) -> Counter[str | None]:
    return Counter(row["outcome"] for row in calls(world, period) if helpline in (None, row["helpline"]))


def calls(world: World, period: Period) -> list[dict[str, Any]]:
    return [
        row
        for row in world.rows("call")
        if (period.since is None or row["arrived_at"] >= period.since)
        and (period.until is None or row["arrived_at"] < period.until)
    ]


def outcomes(sums: CallSums) -> Counter[str | None]:
    found = Counter({outcome: sums.of(outcome) for outcome in OUTCOMES} | {None: sums.no_outcome})
    return +found


def test_outcomes_are_those_of_the_calls(world: World) -> None:
    for period, helpline in product(PERIODS, (None, "national")):
        with reading(world.database.engine) as connection:
            found = call_sums(connection, CallScope(period, helpline))
        assert outcomes(found) == recounted(world, period, helpline)


def test_a_list_is_counted_as_its_conditions_say(world: World) -> None:
    hours = (None, HourOfDay(19, "UTC"), HourOfDay(23, "Asia/Kolkata"))
    of_outcome = product(PERIODS, (None, "answered"), hours)
    filters = [
        *(
            CallFilter(period, outcome, helpline="national", hour=hour)
            for period, outcome, hour in of_outcome
        ),
        *(CallFilter(period, charge=charge) for period, charge in product(PERIODS, CHARGE_STATES)),
        CallFilter(outcome="answered", charge="charged"),
        *(CallFilter(period, partner=partner) for period, partner in product(PERIODS, PARTNERS)),
        *(CallFilter(outcome=outcome, partner="sunrise", hour=HourOfDay(19, "UTC")) for outcome in OUTCOMES),
        *(CallFilter(period, center=center) for period, center in product(PERIODS, CENTERS)),
        *(CallFilter(partner=partner, center="sunrise-la", outcome="answered") for partner in PARTNERS),
        CallFilter(partner="harbor", helpline="national", charge="charged"),
    ]
    with reading(world.database.engine) as connection:
        for wanted in filters:
            query = sa.select(sa.func.count()).select_from(Call).where(*conditions(wanted))
            assert count_calls(connection, wanted) == connection.execute(query).scalar(), wanted


def test_a_corrected_end_counts_before_it_is_processed_again(world: World) -> None:
    world.settles()
    sid = next(row["sid"] for row in world.rows("call") if row["outcome"] == "answered")
    corrects(world, sid, "abandoned")
    with reading(world.database.engine) as connection:
        found = call_sums(connection, CallScope())
    assert outcomes(found) == recounted(world, Period())
    corrects(world, sid, "answered")


def corrects(world: World, sid: str, outcome: str) -> None:
    """A late callback corrects the end of a call."""
    with world.database.engine.begin() as connection:
        connection.execute(sa.update(Call).where(Call.sid == sid).values(outcome=outcome))
        connection.execute(sa.insert(OutboxFact).values(fact=ENDED, call=sid, at=START, turn=0))


def test_hours_of_the_day_and_days_are_those_of_the_zone(world: World) -> None:
    for zone in ZONES:
        are_those_of_the_zone(world, zone)


def are_those_of_the_zone(world: World, zone: str) -> None:
    local = [row["arrived_at"].astimezone(ZoneInfo(zone)) for row in world.rows("call")]
    with reading(world.database.engine) as connection:
        by_day = call_sums_by(
            connection, CallScope(), lambda quarter: sa.cast(sa.func.timezone(zone, quarter), sa.Date)
        )
        by_hour = {
            hour: call_sums(connection, CallScope(hour=HourOfDay(hour, zone))).calls for hour in range(24)
        }
    assert {key: sums.calls for key, sums in by_day.items()} == Counter(moment.date() for moment in local)
    assert +Counter(by_hour) == Counter(moment.hour for moment in local)


def test_waits_talk_and_charges_are_those_of_processed_calls(world: World) -> None:
    world.settles()
    for period in PERIODS:
        sids = {row["sid"] for row in calls(world, period)}
        rows = [row for row in world.rows("partner_call") if row["is_primary"] and row["call"] in sids]
        charges = [row for row in world.rows("ledger_entry") if row["call"] in sids]
        with reading(world.database.engine) as connection:
            found = call_sums(connection, CallScope(period))
        assert found.talk_seconds == sum(row["talk_seconds"] for row in rows)
        assert found.talks == sum(row["talk_seconds"] > 0 for row in rows)
        assert sum(found.waits) == sum(row["wait_seconds"] is not None for row in rows)
        assert found.charged == len(charges)


def test_groups_add_up_to_the_whole(world: World) -> None:
    with reading(world.database.engine) as connection:
        parts = call_sums_by(connection, CallScope(PERIODS[2]), lambda quarter: quarter)
        whole = call_sums(connection, CallScope(PERIODS[2]))
    assert len(parts) > 10
    assert sum(parts.values(), NOTHING) == whole
    assert all(isinstance(begins, datetime) and begins.minute % 15 == 0 for begins in parts)
