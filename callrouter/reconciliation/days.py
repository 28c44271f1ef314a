"""The days that are still to be compared with the carrier's CDRs."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta

import sqlalchemy as sa

from callrouter.calls.model import Call
from callrouter.database import Session
from callrouter.reconciliation.model import AWAITS_COST, CarrierCdr, ReconciledDay

LOOKS_BACK_DAYS = 35
"""by then a month is closed; the carrier knows its prices within hours"""
SETTLES = timedelta(hours=6)
"""after the end of a day; by then its longest call is over and listed by the carrier"""

_FIRST_CALL = sa.select(Call.arrived_at).order_by(Call.arrived_at).limit(1)
_FINISHED = sa.select(ReconciledDay.day, ReconciledDay.finished_at).where(
    ReconciledDay.day >= sa.bindparam("since")
)
_AWAITING_COST = (
    sa.select(CarrierCdr.day).where(CarrierCdr.day >= sa.bindparam("since"), AWAITS_COST).distinct()
)


def days_to_compare(session: Session, today: date) -> list[date]:
    """The days before this one (UTC) that are still to be compared, oldest first. Each is compared once a day.

    These are the days that were never compared, from the first call on (the carrier may have calls that we do not),
    the days with a call in progress or without a price, and always yesterday.
    """
    yesterday, since = today - timedelta(days=1), today - timedelta(days=LOOKS_BACK_DAYS)
    values = {"since": since.isoformat()}
    first = session.execute(_FIRST_CALL)
    compared = session.execute(_FINISHED, values)
    unpriced = session.execute(_AWAITING_COST, values)
    begin = max(min([yesterday, *(at.astimezone(UTC).date() for at in first.scalars())]), since)
    finished = {date.fromisoformat(row.day): row.finished_at.astimezone(UTC) for row in compared}
    waiting = {date.fromisoformat(day) for day in unpriced.scalars()}
    days = (begin + timedelta(days=passed) for passed in range((today - begin).days))
    return [day for day in days if _is_due(day, finished.get(day), waiting, today)]


def _is_due(day: date, finished_at: datetime | None, waiting: Collection[date], today: date) -> bool:
    if finished_at is None:
        return True
    if finished_at.date() >= today:
        return False
    settled_at = datetime.combine(day, time(), UTC) + timedelta(days=1) + SETTLES
    return day in waiting or finished_at < settled_at
