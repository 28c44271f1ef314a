"""Calls over a period, by hours, days, weeks or months and by hours of the day, in one time zone."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from callrouter.calls.model import Call
from callrouter.reports.calls.listed_calls import CallFilter, count_calls
from callrouter.reports.calls.totals import NOTHING, CallScope, CallSums, call_sums_by
from callrouter.reports.period import Period

HOUR, DAY, WEEK, MONTH = STEPS = ("hour", "day", "week", "month")
HOURS_OF_DAY = range(24)
_LONGEST = {HOUR: timedelta(hours=49), DAY: timedelta(days=45), WEEK: timedelta(days=400)}
"""a longer period is shown in the next larger steps"""
_AT_MOST = {DAY: timedelta(days=1), WEEK: timedelta(days=7), MONTH: timedelta(days=31)}


@dataclass(frozen=True, slots=True)
class CallStep:
    """The calls of one hour, day, week or month, as far as it is in the period."""

    period: Period
    begins: datetime
    """in the zone of the history; of the whole step"""
    sums: CallSums


@dataclass(frozen=True, slots=True)
class CallHistory:
    """`hours` are the sums of each hour of the day, 0 to 23. `in_progress` counts calls that have not ended."""

    step: str
    steps: list[CallStep]
    hours: list[CallSums]
    total: CallSums
    in_progress: int


def call_history(
    connection: sa.Connection, period: Period, helpline: str | None, zone: ZoneInfo, now: datetime
) -> CallHistory:
    """The calls that arrived in a period; without an end, until now and every call of this moment."""
    scope = CallScope(period, helpline)
    whole = Period(period.since or _first_arrival(connection, now), period.until)
    step = step_of(whole, now)
    parts = list(steps_between(whole, step, zone, now))
    sums = _sums_of_steps(connection, scope, step, [begins for begins, _ in parts], zone)
    hours = call_sums_by(connection, scope, lambda quarter: sa.extract("hour", _local(quarter, zone)))
    return CallHistory(
        step,
        [CallStep(part, begins, found) for (begins, part), found in zip(parts, sums, strict=True)],
        [hours.get(hour, NOTHING) for hour in HOURS_OF_DAY],
        sum(sums, NOTHING),
        count_calls(connection, CallFilter(period, helpline=helpline, in_progress=True)),
    )


def step_of(period: Period, now: datetime) -> str:
    """Hours for up to two days, days for up to six weeks, weeks for up to a year, else months."""
    length = (period.until or now) - (period.since or now)
    return next((step for step, longest in _LONGEST.items() if length <= longest), MONTH)


def steps_between(
    period: Period, step: str, zone: ZoneInfo, now: datetime
) -> Iterator[tuple[datetime, Period]]:
    """Each step of a period with a beginning: its own beginning, and the part of it that is in the period."""
    since = period.since or now
    until = period.until or now
    begins, ended = _beginning(since, step, zone), False
    while not ended:
        following = _next(begins, step, zone)
        ended = following >= until
        last = period.until if ended else following.astimezone(UTC)
        yield begins, Period(max(begins, since).astimezone(UTC), last)
        begins = following


def _beginning(moment: datetime, step: str, zone: ZoneInfo) -> datetime:
    local = moment.astimezone(zone)
    if step == HOUR:
        return local.replace(minute=0, second=0, microsecond=0)
    return datetime.combine(_first_day(local.date(), step), time(), zone)


def _next(begins: datetime, step: str, zone: ZoneInfo) -> datetime:
    if step == HOUR:
        return (begins.astimezone(UTC) + timedelta(hours=1)).astimezone(zone)
    return datetime.combine(_first_day(begins.date() + _AT_MOST[step], step), time(), zone)


def _first_day(day: date, step: str) -> date:
    if step == WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if step == MONTH else day


def _local(moment: sa.ColumnElement[datetime], zone: ZoneInfo) -> sa.ColumnElement[datetime]:
    return sa.func.timezone(zone.key, moment)


def _sums_of_steps(
    connection: sa.Connection, scope: CallScope, step: str, begins: list[datetime], zone: ZoneInfo
) -> list[CallSums]:
    if step == HOUR:
        return _sums_of_hours(connection, scope, [one.astimezone(UTC) for one in begins])

    def date_of(quarter: sa.ColumnElement[datetime]) -> sa.ColumnElement[date]:
        local = _local(quarter, zone)
        return sa.cast(local if step == DAY else sa.func.date_trunc(step, local), sa.Date)

    found = call_sums_by(connection, scope, date_of)
    return [found.get(one.date(), NOTHING) for one in begins]


def _sums_of_hours(connection: sa.Connection, scope: CallScope, begins: list[datetime]) -> list[CallSums]:
    """By quarters, because the hours of a zone may begin at half an hour."""
    sums = [NOTHING] * len(begins)
    for quarter, found in call_sums_by(connection, scope, lambda quarter: quarter).items():
        sums[max(bisect_right(begins, quarter) - 1, 0)] += found
    return sums


def _first_arrival(connection: sa.Connection, now: datetime) -> datetime:
    found: datetime | None = connection.execute(sa.select(sa.func.min(Call.arrived_at))).scalar()
    return min(found or now, now)
