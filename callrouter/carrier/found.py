"""What was found, as it is stored: each difference once, and what a person has said about it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from callrouter.carrier.difference import Finding
from callrouter.database import Session, sql

GONE = "when the carrier's books were read again, it was not so any more"

_EXPLAINED = (
    "CASE WHEN carrier_difference.explained_by IS NOT NULL"
    " AND COALESCE(carrier_difference.theirs, '') = COALESCE(excluded.theirs, '')"
    " AND COALESCE(carrier_difference.ours, '') = COALESCE(excluded.ours, '') THEN carrier_difference.{} END"
)
# An explanation is of what was found then. What was put right keeps what it was at first.
_FOUND = sql(
    "INSERT INTO carrier_difference (day, sid, what, theirs, ours, mended, found_at, call) VALUES"  # noqa: S608
    " (:day, :sid, :what, :theirs, :ours, :mended, :found_at, :call) ON CONFLICT (day, sid, what) DO UPDATE SET"
    " theirs = excluded.theirs, mended = excluded.mended, call = excluded.call,"
    " ours = CASE WHEN carrier_difference.mended THEN carrier_difference.ours ELSE excluded.ours END,"
    f" explained_by = {_EXPLAINED.format('explained_by')},"
    f" explanation = {_EXPLAINED.format('explanation')}, explained_at = {_EXPLAINED.format('explained_at')}"
)
_OPEN = sql(
    "SELECT day, sid, what FROM carrier_difference"
    " WHERE NOT mended AND explained_at IS NULL AND (call = ANY(:calls) OR sid = ANY(:calls))"
)
_EXPLAIN = sql(
    "UPDATE carrier_difference SET explained_by = :person, explanation = :explanation, explained_at = :now"
    " WHERE day = :day AND sid = :sid AND what = :what"
)
Key = tuple[str, str, str]
"""day, sid, what"""


def note(session: Session, finding: Finding, *, mended: bool, now: datetime) -> None:
    """Store a difference. One that is there already says what is so by now."""
    session.tell(
        _FOUND,
        day=finding.day,
        sid=finding.sid,
        what=finding.what,
        theirs=finding.theirs,
        ours=finding.ours,
        mended=mended,
        found_at=now,
        call=finding.call,
    )


def unexplained(session: Session, calls: list[str]) -> list[Key]:
    """Differences about these calls, or by their own CallSid, that wait for a person."""
    return [(day, sid, what) for day, sid, what in session.ask(_OPEN, calls=calls)]


def lay_aside_the_gone(session: Session, calls: list[str], found: Collection[Key], now: datetime) -> None:
    """Of calls that have just been compared whole: what is not so any more waits for nobody."""
    for key in unexplained(session, calls):
        if key not in found:
            _explained(session, key, GONE, None, now)


def explain(session: Session, call: str, reason: str, person: str, now: datetime) -> list[Key]:
    """A person says why something differs, and it waits for nobody any more; what that was. Again: nothing."""
    explained = unexplained(session, [call])
    for key in explained:
        _explained(session, key, reason, person, now)
    return explained


def _explained(session: Session, key: Key, why: str, person: str | None, now: datetime) -> None:
    day, sid, what = key
    session.tell(_EXPLAIN, day=day, sid=sid, what=what, explanation=why, person=person, now=now)
