"""The call record: one row for each call that is over, for reports and exports."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert

from callrouter.calls.model import Call, CallRecord, Leg
from callrouter.calls.states import ACCEPTED
from callrouter.database import Session

_OF_CALL = (
    "sid",
    "arrived_at",
    "ended_at",
    "dialled",
    "route",
    "listing",
    "helpline",
    "caller",
    "state",
    "language",
    "outcome",
    "answered_by",
    "simulated",
)
_MAY_CHANGE = (
    "ended_at",
    "route",
    "helpline",
    "language",
    "outcome",
    "answered_by",
    "partner",
    "talk_seconds",
)
_ENDED_CALLS = (
    sa.select(
        *(getattr(Call, name) for name in _OF_CALL),
        Leg.partner,
        sa.func.coalesce(Leg.talk_seconds, 0),
    )
    .outerjoin(Leg, sa.and_(Leg.call == Call.sid, Leg.outcome == ACCEPTED))
    .where(
        Call.sid == sa.any_(sa.bindparam("calls", type_=ARRAY(sa.Text))),
        Call.ended_at.is_not(None),
    )
)
_NEW = insert(CallRecord).from_select([*_OF_CALL, "partner", "talk_seconds"], _ENDED_CALLS)
_WRITE = _NEW.on_conflict_do_update(
    index_elements=["sid"], set_={name: _NEW.excluded[name] for name in _MAY_CHANGE}
)


def write_records(session: Session, calls: list[str]) -> None:
    """Write the records of calls that are over; again where what is known about their end has changed."""
    session.execute(_WRITE, {"calls": calls})
