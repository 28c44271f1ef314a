"""Days and months of a partner, in its own zone, and which of them an entry counts for. *Pure.*"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

TIME_TO_OBJECT = timedelta(days=30)
"""to a charge: days of 24 hours, from the moment that the invoice was issued that has it"""
DECEMBER = 12
FIRST_MONTH, LAST_MONTH = "2000-01", "2199-12"
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])", re.ASCII)


def a_month(written: str) -> str:
    """A month that was written, `2026-11`. Raises ValueError where it is none, or none that anything can be in."""
    if not _MONTH.fullmatch(written):
        raise ValueError(f"{written!r} is not a month: write it as 2026-11")
    if not FIRST_MONTH <= written <= LAST_MONTH:
        raise ValueError(f"{written} is not a month that anything can be in: {FIRST_MONTH} to {LAST_MONTH}")
    return written


@lru_cache(maxsize=4096)
def day_of(moment: datetime, timezone: str) -> str:
    """`2026-11-24`, where it is that day."""
    return moment.astimezone(ZoneInfo(timezone)).date().isoformat()


def month_of(moment: datetime, timezone: str) -> str:
    """`2026-11`, where it is that month."""
    return day_of(moment, timezone)[:7]


def following(month: str) -> str:
    """The month after."""
    year, number = map(int, month.split("-"))
    return f"{year + 1}-01" if number == DECEMBER else f"{year}-{number + 1:02}"


def bounds(month: str, timezone: str) -> tuple[datetime, datetime]:
    """The first moment of the month in a zone, and the first of the next."""
    zone = ZoneInfo(timezone)
    begin, end = (
        datetime.fromisoformat(f"{one}-01").replace(tzinfo=zone) for one in (month, following(month))
    )
    return begin, end


def posting_day(own_day: str | None, today: str, open_from: str) -> str:
    """The day that an entry counts for: its own, or today where it has none.

    Where that month is closed already it is today, within the first month that is `open_from` (empty: all are).
    """
    wanted = own_day or today
    if wanted[:7] >= open_from:
        return wanted
    return min(max(today, f"{open_from}-01"), _last_day(open_from))


def _last_day(month: str) -> str:
    year, number = map(int, month.split("-"))
    return f"{month}-{monthrange(year, number)[1]}"
