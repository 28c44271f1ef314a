"""Which days are still to be compared with the carrier's books."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta

from callrouter.carrier.model import UNSETTLED
from callrouter.database import Session, sql

LOOKS_BACK_DAYS = 35
"""A month is closed by then, and the carrier knows its prices within hours."""
SETTLES = timedelta(hours=6)
"""after the end of a day, the longest of its calls is over, and the carrier's lists have it"""

_FIRST_CALL = sql("SELECT arrived_at FROM call ORDER BY arrived_at LIMIT 1")
_FINISHED = sql("SELECT day, finished_at FROM reconciled_day WHERE day >= :since")
_UNSETTLED = sql(f"SELECT DISTINCT day FROM carrier_call WHERE day >= :since AND {UNSETTLED}")  # noqa: S608


def days_to_compare(session: Session, today: date) -> list[date]:
    """The days before this one, UTC, that are still to be compared, the oldest first; each of them once a day.

    Those that never were, from the first call on (a day without calls of ours may have some of the carrier's), and
    those of which a call goes on there, or has no price yet. Yesterday is compared in any case.
    """
    yesterday, since = today - timedelta(days=1), today - timedelta(days=LOOKS_BACK_DAYS)
    first, compared, unsettled = session.ask_all(
        (_FIRST_CALL, {}),
        (_FINISHED, {"since": since.isoformat()}),
        (_UNSETTLED, {"since": since.isoformat()}),
    )
    finished = {date.fromisoformat(day): at.astimezone(UTC) for day, at in compared}
    waiting = {date.fromisoformat(day) for (day,) in unsettled}
    begin = max(min([yesterday, *(at.astimezone(UTC).date() for (at,) in first)]), since)
    days = (begin + timedelta(days=passed) for passed in range((today - begin).days))
    return [day for day in days if _is_due(day, finished.get(day), waiting, today)]


def _is_due(day: date, finished_at: datetime | None, waiting: Collection[date], today: date) -> bool:
    if finished_at is None:
        return True
    if finished_at.date() >= today:
        return False
    settled_at = datetime.combine(day, time(), UTC) + timedelta(days=1) + SETTLES
    return day in waiting or finished_at < settled_at
