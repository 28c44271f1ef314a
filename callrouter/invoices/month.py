"""A partner's month, and the carrier's days that overlap it. *Pure.*"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from callrouter.billing.period import month_bounds


@dataclass(frozen=True, slots=True)
class Days:
    """Days in UTC, from the first to the last."""

    first: date
    last: date

    def __str__(self) -> str:
        return f"{self.first}" if self.first == self.last else f"{self.first} to {self.last}"

    def __iter__(self) -> Iterator[date]:
        return (self.first + timedelta(days=passed) for passed in range((self.last - self.first).days + 1))


@dataclass(frozen=True, slots=True)
class InvoicedMonth:
    """A partner's month, `2026-10`, in its zone. Simulated calls have months of their own."""

    partner: str
    month: str
    timezone: str
    simulated: bool

    @property
    def key(self) -> dict[str, str | bool]:
        """The month as parameters of statements."""
        return {"partner": self.partner, "simulated": self.simulated, "period": self.month}

    @property
    def days(self) -> dict[str, str]:
        """From `first`, before `next`. As text, `2026-10-32` sorts after every day of its month."""
        return {"first": f"{self.month}-01", "next": f"{self.month}-32"}

    @property
    def begin(self) -> datetime:
        """Its first moment."""
        return month_bounds(self.month, self.timezone)[0]

    @property
    def end(self) -> datetime:
        """The first moment of the next month."""
        return month_bounds(self.month, self.timezone)[1]

    @property
    def carrier_days(self) -> Days:
        """The days in UTC that overlap the month."""
        last = self.end.astimezone(UTC) - timedelta(microseconds=1)
        return Days(self.begin.astimezone(UTC).date(), last.date())

    def is_over(self, now: datetime) -> bool:
        return now >= self.end


def end_of(day: date) -> datetime:
    """The first moment of the next day, in UTC."""
    return datetime.combine(day, time(), UTC) + timedelta(days=1)


def runs(days: Iterable[date]) -> Iterator[Days]:
    """Group consecutive days."""
    run: Days | None = None
    for day in days:
        if run and day - run.last > timedelta(days=1):
            yield run
            run = None
        run = Days(run.first if run else day, day)
    if run:
        yield run
