"""The lines of a center: how many calls it has at a time, and its pause after missed calls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from callrouter.database import Row, Session, sql
from callrouter.directory.directory import Center
from callrouter.routing.eligibility import LINES_BUSY, PAUSED

BESET = sql(
    "SELECT center, calls_in_progress, paused_until FROM availability"
    " WHERE calls_in_progress >= limit_seen OR paused_until IS NOT NULL"
)
"""The centers that may have no line or may be pausing: few, among many."""
_TAKE = sql(
    "INSERT INTO availability (center, calls_in_progress, limit_seen) VALUES (:center, 1, :limit)"
    " ON CONFLICT (center) DO UPDATE SET calls_in_progress = availability.calls_in_progress + 1,"
    " limit_seen = excluded.limit_seen WHERE availability.calls_in_progress < excluded.limit_seen"
    " RETURNING 1"
)
_RELEASE = sql(
    "UPDATE availability SET calls_in_progress = calls_in_progress - 1 WHERE center = :center AND calls_in_progress > 0"
)
_MISSED_SINCE = sql("SELECT missed_since FROM availability WHERE center = :center")
_PAUSES_OVER = sql("UPDATE availability SET paused_until = NULL WHERE paused_until <= :now")
_PAUSE = sql("UPDATE availability SET paused_until = :until WHERE center = :center")
_RESUME = sql(
    "UPDATE availability SET paused_until = NULL, missed_since = :now WHERE center = :center RETURNING 1"
)

NO_LIMIT = 2_147_483_647
PAUSE = timedelta(hours=1)
"""How long a center pauses, and how far back missed calls count."""


def take_line(session: Session, center: Center) -> bool:
    """Take one of the center's lines for a call; False where all are busy. The count and its limit are one step."""
    limit = _limit(center)
    if limit == NO_LIMIT:
        session.tell(_TAKE, center=center.key, limit=limit)
        return True
    return bool(session.ask(_TAKE, center=center.key, limit=limit))


def _limit(center: Center) -> int:
    return center.max_concurrent if center.max_concurrent is not None else NO_LIMIT


def release_line(session: Session, center: str) -> None:
    """The call has left the center."""
    session.tell(_RELEASE, center=center)


class LineLeft:
    """The line of a center that a call leaves, until it is given up, perhaps while the call takes another one's.

    Rows are locked in the order of their centers, by everybody: two calls that go opposite ways never wait for each
    other (two helplines may share their centers, and the rotation's lock is each helpline's own).
    """

    def __init__(self, session: Session, center: str) -> None:
        self._session = session
        self._center: str | None = center

    def take(self, center: Center) -> bool:
        """Take a line of another center; False where all are busy."""
        if self._center is not None and self._center < center.key:
            self.give_up()
        return take_line(self._session, center)

    def give_up(self) -> None:
        """The call has left the center. Once is enough."""
        if self._center is not None:
            release_line(self._session, self._center)
            self._center = None


def beset_reasons(rows: Iterable[Row], centers: Mapping[str, Center], now: datetime) -> dict[str, str]:
    """Why centers cannot take a call at this moment, from what BESET brought."""
    known = [(centers[center], calls, until) for center, calls, until in rows if center in centers]
    reasons = {center.key: _beset(center, calls, until, now) for center, calls, until in known}
    return {center: reason for center, reason in reasons.items() if reason}


def _beset(center: Center, calls: int, paused_until: datetime | None, now: datetime) -> str | None:
    """By the center's limit of today: the one that was seen with its latest call may have been raised since."""
    if paused_until and paused_until > now:
        return PAUSED
    return LINES_BUSY if calls >= _limit(center) else None


def missed_calls_count_from(session: Session, center: str, now: datetime) -> datetime:
    """The moment from which missed calls count towards a pause."""
    rows = session.ask(_MISSED_SINCE, center=center)
    taken_back = rows[0][0] if rows else None
    an_hour_ago = now - PAUSE
    return max(an_hour_ago, taken_back) if taken_back else an_hour_ago


def pause(session: Session, center: str, now: datetime) -> None:
    """The center missed too many calls; its seats pause for an hour."""
    session.tell(_PAUSE, center=center, until=now + PAUSE)


def end_pauses(session: Session, now: datetime) -> None:
    """Forget the pauses that are over, so that decisions need not read them."""
    session.tell(_PAUSES_OVER, now=now)


def resume(session: Session, center: str, now: datetime) -> bool:
    """Somebody takes the pause back by hand; missed calls count from now on. False where nothing was known of it."""
    return bool(session.ask(_RESUME, center=center, now=now))
