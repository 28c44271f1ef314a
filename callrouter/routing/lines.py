"""The lines of a center (its calls at a time), and its pause after missed calls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from callrouter.database import Session
from callrouter.directory.directory import Center
from callrouter.routing.eligibility import LINES_BUSY, PAUSED, PAUSED_BY_STAFF
from callrouter.routing.model import Availability, CenterPause

NO_LIMIT = 2_147_483_647
_NEW = insert(Availability).values(calls_in_progress=1)
_TAKE = _NEW.on_conflict_do_update(
    index_elements=["center"],
    set_={
        "calls_in_progress": Availability.calls_in_progress + 1,
        "limit_seen": _NEW.excluded.limit_seen,
    },
    where=Availability.calls_in_progress < _NEW.excluded.limit_seen,
).returning(Availability.center)
_RELEASE = (
    sa.update(Availability)
    .where(Availability.center == sa.bindparam("of_center"), Availability.calls_in_progress > 0)
    .values(calls_in_progress=Availability.calls_in_progress - 1)
)
_MISSED_SINCE = sa.select(Availability.missed_since).where(Availability.center == sa.bindparam("center"))
_END_PAUSES = (
    sa.update(Availability)
    .where(Availability.paused_until <= sa.bindparam("now"))
    .values(paused_until=sa.null(), pause_reason=sa.null())
)
_PAUSE = (
    sa.update(Availability)
    .where(
        Availability.center == sa.bindparam("of_center"),
        # A longer pause by staff stands.
        sa.or_(Availability.paused_until.is_(None), Availability.paused_until < sa.bindparam("until")),
    )
    .values(paused_until=sa.bindparam("until"), pause_reason=sa.bindparam("reason"))
    .returning(Availability.center)
)
_RESUME = (
    sa.update(Availability)
    .where(Availability.center == sa.bindparam("of_center"))
    .values(paused_until=sa.null(), pause_reason=sa.null())
    .returning(Availability.center)
)
_ROW = insert(Availability).values(calls_in_progress=0, limit_seen=NO_LIMIT)
_PAUSE_BY_STAFF = _ROW.on_conflict_do_update(
    index_elements=["center"],
    set_={"paused_until": _ROW.excluded.paused_until, "pause_reason": _ROW.excluded.pause_reason},
)
_ADD_PAUSE = sa.insert(CenterPause)
PAUSE = timedelta(hours=1)
"""the length of a pause, and the time in which missed calls count"""


def take_line(session: Session, center: Center) -> bool:
    """Take one of the center's lines. False if all are busy. The count and the limit are checked in one statement."""
    limit = _limit(center)
    taken = session.execute(_TAKE, {"center": center.key, "limit_seen": limit})
    return limit == NO_LIMIT or taken.one_or_none() is not None


def _limit(center: Center) -> int:
    return center.max_concurrent if center.max_concurrent is not None else NO_LIMIT


def release_line(session: Session, center: str) -> None:
    """Release a line of the center."""
    session.execute(_RELEASE, {"of_center": center})


class LineToRelease:
    """The line of the previous leg. It is released before or after the next line is taken.

    Everybody locks centers in the order of their keys. So two calls that go opposite ways never wait for each other,
    even if two helplines share their centers.
    """

    def __init__(self, session: Session, center: str) -> None:
        self._session = session
        self._center: str | None = center

    def take(self, center: Center) -> bool:
        """Take a line of another center. False if all are busy."""
        if self._center is not None and self._center < center.key:
            self.give_up()
        return take_line(self._session, center)

    def give_up(self) -> None:
        """Release the line. Doing it again changes nothing."""
        if self._center is not None:
            release_line(self._session, self._center)
            self._center = None


def unavailable_reasons(rows: Iterable[Any], centers: Mapping[str, Center], now: datetime) -> dict[str, str]:
    """Why centers cannot take a call now, from the rows of centers that may be unavailable."""
    known = ((row, centers[row.center]) for row in rows if row.center in centers)
    reasons = {center.key: _unavailable(center, row, now) for row, center in known}
    return {center: reason for center, reason in reasons.items() if reason}


def _unavailable(center: Center, row: Any, now: datetime) -> str | None:
    """By the center's limit of today: the one that was seen with its latest call may have been raised since."""
    if row.paused_until and row.paused_until > now:
        return row.pause_reason or PAUSED
    return LINES_BUSY if row.calls_in_progress >= _limit(center) else None


def missed_calls_count_from(session: Session, center: str, now: datetime) -> datetime:
    """The time from which missed calls count toward a pause."""
    taken_back: datetime | None = session.execute(_MISSED_SINCE, {"center": center}).scalar()
    an_hour_ago = now - PAUSE
    return max(an_hour_ago, taken_back) if taken_back else an_hour_ago


def pause(session: Session, center: str, now: datetime) -> None:
    """The center missed too many calls; its seats pause for an hour."""
    until = now + PAUSE
    paused = session.execute(_PAUSE, {"of_center": center, "until": until, "reason": PAUSED})
    if paused.one_or_none() is not None:
        _add_pause(session, center, now, until, PAUSED)


def pause_by_staff(session: Session, center: str, until: datetime, now: datetime) -> None:
    """Staff let the center's seats pause until then; a call that it has goes on."""
    values = {"center": center, "paused_until": until, "pause_reason": PAUSED_BY_STAFF}
    session.execute(_PAUSE_BY_STAFF, values)
    _add_pause(session, center, now, until, PAUSED_BY_STAFF)


def end_pauses(session: Session, now: datetime) -> None:
    """Delete the pauses that are over, so that decisions need not read them."""
    session.execute(_END_PAUSES, {"now": now})


def resume(session: Session, center: str, now: datetime) -> bool:
    """End a pause by hand. Missed calls count from now on. False if the center is unknown here."""
    resumed = session.execute(_RESUME, {"of_center": center, "missed_since": now})
    if resumed.one_or_none() is None:
        return False
    _add_pause(session, center, now, None, None)
    return True


def _add_pause(
    session: Session, center: str, now: datetime, until: datetime | None, reason: str | None
) -> None:
    """Keep it in a row that never changes, because decisions depend on it."""
    session.execute(_ADD_PAUSE, {"center": center, "at": now, "until": until, "reason": reason})
