"""Stores findings: each difference once, with its explanation."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert

from callrouter.database import Session
from callrouter.reconciliation.compare import Finding
from callrouter.reconciliation.model import UNEXPLAINED, CarrierDifference

GONE = "when the carrier's records were read again, it was not so any more"

_STORED = CarrierDifference
_INSERT = insert(CarrierDifference)
_NEW = _INSERT.excluded
_IS_STILL_EXPLAINED = sa.and_(
    _STORED.explained_by.is_not(None),
    sa.func.coalesce(_STORED.theirs, "") == sa.func.coalesce(_NEW.theirs, ""),
    sa.func.coalesce(_STORED.ours, "") == sa.func.coalesce(_NEW.ours, ""),
)
# An explanation belongs to one finding. A corrected finding keeps its first values.
_STORE = _INSERT.on_conflict_do_update(
    index_elements=[_STORED.day, _STORED.sid, _STORED.what],
    set_={
        _STORED.theirs.key: _NEW.theirs,
        _STORED.corrected.key: _NEW.corrected,
        _STORED.call.key: _NEW.call,
        _STORED.ours.key: sa.case((_STORED.corrected, _STORED.ours), else_=_NEW.ours),
        **{
            column.key: sa.case((_IS_STILL_EXPLAINED, column))
            for column in (_STORED.explained_by, _STORED.explanation, _STORED.explained_at)
        },
    },
)
_CALLS = sa.bindparam("calls", type_=ARRAY(sa.Text))
_UNEXPLAINED_OF = sa.select(_STORED.day, _STORED.sid, _STORED.what).where(
    UNEXPLAINED, sa.or_(_STORED.call == sa.any_(_CALLS), _STORED.sid == sa.any_(_CALLS))
)
_EXPLAIN = (
    sa.update(CarrierDifference)
    .where(
        _STORED.day == sa.bindparam("of_day"),
        _STORED.sid == sa.bindparam("of_sid"),
        _STORED.what == sa.bindparam("of_what"),
    )
    .values(
        explained_by=sa.bindparam("person"),
        explanation=sa.bindparam("reason"),
        explained_at=sa.bindparam("now"),
    )
)
Key = tuple[str, str, str]
"""day, sid, what"""


def store_finding(session: Session, finding: Finding, *, corrected: bool, now: datetime) -> None:
    """Store a difference. A stored one is updated."""
    session.execute(
        _STORE,
        {
            "day": finding.day,
            "sid": finding.sid,
            "what": finding.what,
            "theirs": finding.theirs,
            "ours": finding.ours,
            "corrected": corrected,
            "found_at": now,
            "call": finding.call,
        },
    )


def unexplained(session: Session, calls: list[str]) -> list[Key]:
    """The differences about these calls, or with these CallSids, that need an explanation."""
    return [tuple(row) for row in session.execute(_UNEXPLAINED_OF, {"calls": calls})]


def close_resolved(session: Session, calls: list[str], found: Collection[Key], now: datetime) -> None:
    """Close the differences of fully compared calls that are gone."""
    for key in unexplained(session, calls):
        if key not in found:
            _explain(session, key, GONE, None, now)


def explain(session: Session, call: str, reason: str, person: str, now: datetime) -> list[Key]:
    """Store a person's explanation. Returns the differences that it explains; none the second time."""
    explained = unexplained(session, [call])
    for key in explained:
        _explain(session, key, reason, person, now)
    return explained


def _explain(session: Session, key: Key, reason: str, person: str | None, now: datetime) -> None:
    day, sid, what = key
    session.execute(
        _EXPLAIN,
        {"of_day": day, "of_sid": sid, "of_what": what, "reason": reason, "person": person, "now": now},
    )
