"""Parses `--since` and `--until`: a date or an RFC 3339 time. *Pure.*"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

import sqlalchemy as sa

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_EXAMPLES = "write a date (2026-11-23, its beginning in UTC) or a time (2026-11-23T18:00:00Z)"
YEARS = range(1900, 2200)
"""that a person may ask about: in every zone, and some days further, there is a calendar"""


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` until before `until`. None leaves that side open."""

    since: datetime | None = None
    until: datetime | None = None

    def holds(self, column: sa.SQLColumnExpression[datetime]) -> Iterator[sa.ColumnElement[bool]]:
        """The conditions that a column is in the period."""
        if self.since is not None:
            yield column >= self.since
        if self.until is not None:
            yield column < self.until


ALWAYS = Period()


def moment(text: str, zone: tzinfo = UTC) -> datetime:
    """Parse a date or a time. A date is its beginning in a zone.

    Raises ValueError.
    """
    if _DAY.fullmatch(text) or _MOMENT.fullmatch(text):
        return _read(text, zone)
    raise ValueError(f"{text!r} is not a moment: {_EXAMPLES}")


def _read(written: str, zone: tzinfo) -> datetime:
    try:
        found = datetime.fromisoformat(written.upper())
        if found.year not in YEARS:
            raise ValueError("nothing was, or will be, in such a year")
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    except ValueError:
        raise ValueError(f"{written!r} is not in the calendar, or too far away: {_EXAMPLES}") from None
