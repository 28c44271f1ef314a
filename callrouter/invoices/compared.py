"""The carrier's days of a month that are still to be compared with its books, before the month can be closed.

A day that nobody has compared may have calls that we were never told of, whoever had them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from callrouter.billing.period import bounds
from callrouter.database import Session, sql

_FINISHED = sql("SELECT day, finished_at FROM reconciled_day WHERE day >= :first AND day <= :last")
_FIRST_CALL = sql("SELECT arrived_at FROM call ORDER BY arrived_at LIMIT 1")
_LAST_END = sql(
    "SELECT ended_at FROM call WHERE arrived_at >= :begin AND arrived_at < :end AND ended_at IS NOT NULL"
    " ORDER BY ended_at DESC LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class Days:
    """Days in UTC, from one to another."""

    first: date
    last: date

    def __str__(self) -> str:
        return f"{self.first}" if self.first == self.last else f"{self.first} to {self.last}"

    def __iter__(self) -> Iterator[date]:
        return (self.first + timedelta(days=passed) for passed in range((self.last - self.first).days + 1))


def days_of(month: str, timezone: str) -> Days:
    """The days in UTC that a month of a zone has any part of."""
    begin, end = (moment.astimezone(UTC) for moment in bounds(month, timezone))
    return Days(begin.date(), (end - timedelta(microseconds=1)).date())


def not_compared(
    session: Session, month: str, timezone: str, now: datetime, *, simulated: bool
) -> list[Days]:
    """The days of a month that have not been compared, or not to their end, each run of them together.

    The real carrier may have calls on any day from the first call of all on, so each of these has to be compared. The
    simulated one has the calls that we made there. What is tried early is compared as far as calls have ended.
    """
    days = days_of(month, timezone)
    over = now >= bounds(month, timezone)[1]
    days = days if over else Days(days.first, min(days.last, now.astimezone(UTC).date()))
    if over and not simulated:
        needed = {day: _end_of(day) for day in _since_the_first_call(session, days)}
    else:
        ended = _last_ends(session, days)
        needed = {day: _end_of(day) for day in ended} if over else ended
    return list(_runs(_due(session, days, needed)))


def _due(session: Session, days: Days, needed: Mapping[date, datetime]) -> Iterator[date]:
    """Those that were not compared at that moment of theirs, or later."""
    rows = session.ask(_FINISHED, first=days.first.isoformat(), last=days.last.isoformat())
    finished = {date.fromisoformat(day): at for day, at in rows}
    return (day for day, since in needed.items() if day not in finished or finished[day] < since)


def _since_the_first_call(session: Session, days: Days) -> list[date]:
    first = [arrived_at.astimezone(UTC).date() for (arrived_at,) in session.ask(_FIRST_CALL)]
    return [day for day in days if first and day >= first[0]]


def _last_ends(session: Session, days: Days) -> dict[date, datetime]:
    """When the last call of a day ended, for those that had any."""
    questions = ((_LAST_END, {"begin": _begin_of(day), "end": _end_of(day)}) for day in days)
    return {day: at for day, rows in zip(days, session.ask_all(*questions), strict=True) for (at,) in rows}


def _runs(days: Iterable[date]) -> Iterator[Days]:
    """Days in their order, those that follow each other together."""
    run: Days | None = None
    for day in days:
        if run and day - run.last > timedelta(days=1):
            yield run
            run = None
        run = Days(run.first if run else day, day)
    if run:
        yield run


def _begin_of(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _end_of(day: date) -> datetime:
    return _begin_of(day) + timedelta(days=1)
