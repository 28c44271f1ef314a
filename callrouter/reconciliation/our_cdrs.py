"""Our own calls, in the form in which the carrier's CDRs can be compared with them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from callrouter.calls.model import Call, Leg
from callrouter.calls.outcomes import screening_seconds
from callrouter.calls.states import (
    ACCEPTED,
    ANSWERED,
    BUSY,
    CRISIS,
    FAILED,
    LEFT,
    NO_ANSWER,
    PROMISED,
    SCREENED_OUT,
    VOICEMAIL,
)
from callrouter.database import Session
from callrouter.promises.model import ReturnCall
from callrouter.promises.return_calls.prompts import prompt_seconds
from callrouter.reconciliation.cdrs import OurCall, OurLeg
from callrouter.reconciliation.model import COMPLETED, OVER

_SIDS = sa.any_(sa.bindparam("sids", type_=ARRAY(sa.Text)))
_CALLS = sa.select(
    Call.sid,
    Call.arrived_at,
    Call.ended_at,
    Call.outcome,
    Call.carrier_seconds,
    Call.reaped,
).where(Call.sid == _SIDS)
_LEGS = sa.select(Leg.__table__).where(Leg.call == _SIDS).order_by(Leg.call, Leg.number)
_RETURNS = (
    sa.select(ReturnCall.__table__)
    .where(ReturnCall.call == _SIDS)
    .order_by(ReturnCall.call, ReturnCall.number)
)
_TAKES_A_CONNECTION = frozenset({ANSWERED, PROMISED, VOICEMAIL, CRISIS})
ANY_STATUS = frozenset[str]()
PICKED_UP = frozenset({COMPLETED})
NOT_PICKED_UP = OVER - PICKED_UP
_RANG_OUT = frozenset({"no-answer", "canceled"})
_STATUSES_OF_LEG = {
    NO_ANSWER: _RANG_OUT,
    BUSY: frozenset({"busy"}),
    FAILED: frozenset({"failed"}),
    SCREENED_OUT: PICKED_UP,
}
_STATUSES_OF_OWNER = {
    "no-answer": _RANG_OUT,
    "busy": frozenset({"busy"}),
    "failed": frozenset({"failed"}),
}
_STATUSES_OF_CALLER = {
    "caller-no-answer": _RANG_OUT,
    "caller-busy": frozenset({"busy"}),
    "caller-failed": frozenset({"failed"}),
}


class _CallRow(Protocol):
    sid: str
    arrived_at: datetime
    ended_at: datetime | None
    outcome: str | None
    carrier_seconds: int | None
    reaped: bool


def our_cdrs(session: Session, sids: list[str]) -> dict[str, OurCall]:
    """The known calls among these, by CallSid."""
    values = {"sids": sids}
    calls, legs, returns = (session.execute(each, values) for each in (_CALLS, _LEGS, _RETURNS))
    legs_of: dict[str, list[Leg]] = defaultdict(list)
    for row in legs:
        legs_of[row.call].append(Leg(**row._asdict()))
    returns_of: dict[str, list[ReturnCall]] = defaultdict(list)
    for row in returns:
        returns_of[row.call].append(ReturnCall(**row._asdict()))
    return {row.sid: _our_call(row, legs_of[row.sid], returns_of[row.sid]) for row in calls}


def _our_call(call: _CallRow, legs: list[Leg], returns: list[ReturnCall]) -> OurCall:
    day = day_of(call.arrived_at)
    rung = [_our_leg(leg, day, reaped=call.reaped and leg is legs[-1]) for leg in legs]
    rung += [end for attempt in returns for end in _ends(attempt)]
    connected = call.outcome in _TAKES_A_CONNECTION
    return OurCall(call.sid, day, call.ended_at is not None, connected, call.carrier_seconds, tuple(rung))


def day_of(moment: datetime) -> str:
    """The day in UTC, like the carrier's."""
    return moment.astimezone(UTC).date().isoformat()


def _our_leg(leg: Leg, day: str, *, reaped: bool) -> OurLeg:
    # A leg without a reported end was only assumed to be abandoned, so the carrier's talk counts. If the
    # center screens, nobody pressed 1, so there was no talk.
    supposed = reaped and leg.outcome == LEFT and not leg.screens
    return OurLeg(
        number=leg.number,
        sid=leg.sid,
        parent=leg.call,
        day=day,
        returned=False,
        ended=leg.outcome is not None,
        talked=leg.outcome == ACCEPTED,
        expected_statuses=NOT_PICKED_UP if supposed else _STATUSES_OF_LEG.get(leg.outcome or "", ANY_STATUS),
        talk_seconds=leg.talk_seconds or 0,
        asked_seconds=screening_seconds(leg),
        supposed=supposed,
    )


def _ends(attempt: ReturnCall) -> Iterator[OurLeg]:
    """The legs of a return call: to the center, and to the caller if it was dialed."""
    if attempt.sid is None:
        return
    day, ended = day_of(attempt.began_at), attempt.outcome is not None
    expected = PICKED_UP if attempt.taken_at else _STATUSES_OF_OWNER.get(attempt.outcome or "", ANY_STATUS)
    yield OurLeg(attempt.number, attempt.sid, None, day, True, ended, False, expected)
    if attempt.taken_at:
        yield _caller_leg(attempt, day)


def _caller_leg(attempt: ReturnCall, day: str) -> OurLeg:
    return OurLeg(
        number=attempt.number,
        sid=attempt.caller_sid,
        parent=attempt.sid,
        day=day,
        returned=True,
        ended=attempt.outcome is not None,
        talked=attempt.outcome == "kept",
        expected_statuses=_STATUSES_OF_CALLER.get(attempt.outcome or "", ANY_STATUS),
        talk_seconds=attempt.talk_seconds or 0,
        asked_seconds=prompt_seconds(attempt),
    )
