"""A call and its legs in the database: read under the call's lock, changed, and written back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from callrouter.calls.model import Call, Leg
from callrouter.database import Result, Session
from callrouter.directory.model import DirectoryHead
from callrouter.events.inbox import ANSWER_OF

_COLUMNS = tuple(column.name for column in Call.__table__.c)
_LEG_COLUMNS = tuple(column.name for column in Leg.__table__.c)
_FIXED = frozenset(
    {
        "sid",
        "arrived_at",
        "dialled",
        "listing",
        "caller",
        "caller_match",
        "state",
        "simulated",
        "directory_version",
    }
)
_FIXED_OF_LEG = frozenset(
    {
        "call",
        "number",
        "only_center",
        "center",
        "partner",
        "kind",
        "name",
        "phone",
        "ring_seconds",
        "screens",
        "began_at",
    }
)
_MAY_CHANGE = tuple(name for name in _COLUMNS if name not in _FIXED)
_MAY_CHANGE_OF_LEG = tuple(name for name in _LEG_COLUMNS if name not in _FIXED_OF_LEG)

LOCK_CALL = sa.select(Call.__table__).where(Call.sid == sa.bindparam("sid")).with_for_update()
READ_LEGS = sa.select(Leg.__table__).where(Leg.call == sa.bindparam("sid")).order_by(Leg.number)
_ADD_CALL = sa.insert(Call).values(
    # Null, and so refused, unless the call was decided by the directory in force.
    directory_version=sa.select(DirectoryHead.version)
    .where(DirectoryHead.version == sa.bindparam("decided_by"))
    .scalar_subquery()
)
_SAVE_CALL = sa.update(Call).where(Call.sid == sa.bindparam("of_sid"))
_ADD_LEG = sa.insert(Leg)
_SAVE_LEG = sa.update(Leg).where(Leg.call == sa.bindparam("of_call"), Leg.number == sa.bindparam("of_number"))


def lock_call(session: Session, sid: str) -> Call | None:
    """The call with its legs, locked until the end of the transaction; None where there is none."""
    call = session.execute(LOCK_CALL, {"sid": sid})
    return _from_results(call, session.execute(READ_LEGS, {"sid": sid}))


def lock_call_for(session: Session, sid: str, key: str) -> tuple[Call | None, Any]:
    """The call under its lock; and the row of the inbox with its answer, where this callback has come before."""
    call, legs = session.execute(LOCK_CALL, {"sid": sid}), session.execute(READ_LEGS, {"sid": sid})
    seen = session.execute(ANSWER_OF, {"call": sid, "key": key})
    return _from_results(call, legs), seen.one_or_none()


def _from_results(call: Result, legs: Result) -> Call | None:
    row = call.one_or_none()
    return Call(**row._asdict(), legs=legs_of(legs)) if row else None


def legs_of(rows: Iterable[Any]) -> list[Leg]:
    """The legs, from what READ_LEGS brings."""
    return [Leg(**row._asdict()) for row in rows]


def add(session: Session, call: Call) -> None:
    """Store a new call. The commit raises StaleDirectory when its directory is not in force any more."""
    values = {name: getattr(call, name) for name in _COLUMNS}
    session.execute(_ADD_CALL, {"decided_by": values.pop("directory_version"), **values})


def save(session: Session, call: Call) -> None:
    """Store what may have changed about a call."""
    session.execute(_SAVE_CALL, {"of_sid": call.sid, **{name: getattr(call, name) for name in _MAY_CHANGE}})


def add_leg(session: Session, leg: Leg) -> None:
    """Store a new leg; the database refuses one to another center than a listing call is bound to."""
    session.execute(_ADD_LEG, {name: getattr(leg, name) for name in _LEG_COLUMNS})


def save_leg(session: Session, leg: Leg) -> None:
    """Store what may have changed about a leg."""
    values = {name: getattr(leg, name) for name in _MAY_CHANGE_OF_LEG}
    session.execute(_SAVE_LEG, {"of_call": leg.call, "of_number": leg.number, **values})


def correct_carrier_seconds(session: Session, sid: str, seconds: int) -> None:
    """The carrier's records say that the call took so long."""
    session.execute(_SAVE_CALL, {"of_sid": sid, "carrier_seconds": seconds})


def correct_leg_seconds(session: Session, sid: str, number: int, seconds: int) -> None:
    """The carrier's records say that the talk on this leg took so long."""
    session.execute(_SAVE_LEG, {"of_call": sid, "of_number": number, "talk_seconds": seconds})
