"""Days and months in a partner's zone, and the day that an entry counts for. *Pure.*"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

TIME_TO_OBJECT = timedelta(days=30)
"""for an objection, in days of 24 hours, from the time the invoice was issued"""
DECEMBER = 12
FIRST_MONTH, LAST_MONTH = "2000-01", "2199-12"
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])", re.ASCII)


def parse_month(written: str) -> str:
    """Check a month that a person typed, `2026-11`. Raises ValueError."""
    if not _MONTH.fullmatch(written):
        raise ValueError(f"{written!r} is not a month: write it as 2026-11")
    if not FIRST_MONTH <= written <= LAST_MONTH:
        raise ValueError(f"{written} is not a month that anything can be in: {FIRST_MONTH} to {LAST_MONTH}")
    return written


@lru_cache(maxsize=4096)
def day_of(moment: datetime, timezone: str) -> str:
    """The day at a moment in a zone, `2026-11-24`."""
    return moment.astimezone(ZoneInfo(timezone)).date().isoformat()


def month_of(moment: datetime, timezone: str) -> str:
    """The month at a moment in a zone, `2026-11`."""
    return day_of(moment, timezone)[:7]


def next_month(month: str) -> str:
    """The next month."""
    year, number = map(int, month.split("-"))
    return f"{year + 1}-01" if number == DECEMBER else f"{year}-{number + 1:02}"


def month_bounds(month: str, timezone: str) -> tuple[datetime, datetime]:
    """The first moment of a month in a zone, and the first moment of the next."""
    zone = ZoneInfo(timezone)
    begin, end = (
        datetime.fromisoformat(f"{one}-01").replace(tzinfo=zone) for one in (month, next_month(month))
    )
    return begin, end


def posting_day(own_day: str | None, today: str, open_from: str) -> str:
    """The day that an entry counts for: its own day, or today.

    If that month is closed, it is today, within the first open month. An empty `open_from` means that no month is
    closed.
    """
    wanted = own_day or today
    if wanted[:7] >= open_from:
        return wanted
    return min(max(today, f"{open_from}-01"), _last_day(open_from))


def _last_day(month: str) -> str:
    year, number = map(int, month.split("-"))
    return f"{month}-{monthrange(year, number)[1]}"
