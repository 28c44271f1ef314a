"""How long numbers, messages and match values are kept. Days and months are those of UTC. *Pure.*"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

MONTHS_OF_YEAR = 12
SHORTEST_YEAR, SHORTEST_MONTH = 365, 28
"""days"""


@dataclass(frozen=True, slots=True)
class Retention:
    """How long things are kept, counted from the end of the day or of the month that they are from."""

    number_days: int = 90
    message_days: int = 30
    match_months: int = 13

    def covers(self, repeat_days: int) -> bool:
        """Whether a caller is recognized for as long as a rate makes a further call a repeat."""
        years, months = divmod(self.match_months, MONTHS_OF_YEAR)
        return repeat_days <= years * SHORTEST_YEAR + months * SHORTEST_MONTH

    def last_number_day(self, now: datetime) -> date:
        """The last day whose numbers are to be purged."""
        return _last_day(now, self.number_days)

    def last_message_day(self, now: datetime) -> date:
        """The last day whose messages are to be purged."""
        return _last_day(now, self.message_days)

    def messages_left_until(self, now: datetime) -> datetime:
        """Messages that were left until then are to be deleted."""
        return now - timedelta(days=self.message_days)

    def last_match_month(self, now: datetime, repeat_days: int = 0) -> date:
        """The first day of the last month whose match values are to be purged.

        `repeat_days`: the longest time in which a rate makes a further call a repeat. No match value goes before.
        """
        by_months = _month(now, -self.match_months - 1)
        by_repeats = _month(now - timedelta(days=repeat_days), -1)
        return min(by_months, by_repeats)


def _last_day(now: datetime, days: int) -> date:
    return now.astimezone(UTC).date() - timedelta(days=days + 1)


def _month(now: datetime, later: int) -> date:
    """The first day of the month so many months later."""
    today = now.astimezone(UTC)
    months = today.year * MONTHS_OF_YEAR + today.month - 1 + later
    return date(months // MONTHS_OF_YEAR, months % MONTHS_OF_YEAR + 1, 1)
