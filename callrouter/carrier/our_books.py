"""Our own calls, as far as the carrier's books can say the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from callrouter.calls.model import Leg
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
from callrouter.carrier.books import COMPLETED, OVER, OurCall, OurLeg
from callrouter.database import Row, Session, selecting, sql
from callrouter.promises.caller_asked import asked_seconds
from callrouter.promises.promise import ReturnCall

_CALLS = sql(
    "SELECT sid, arrived_at, ended_at IS NOT NULL, outcome, carrier_seconds, reaped FROM call WHERE sid = ANY(:sids)"
)
_LEGS = (
    sa.select(Leg.__table__)
    .where(Leg.call == sa.any_(sa.bindparam("sids", type_=ARRAY(sa.Text))))
    .order_by(Leg.call, Leg.number)
)
_RETURNS = selecting(
    tuple(ReturnCall.__slots__), "FROM return_call WHERE call = ANY(:sids) ORDER BY call, number"
)
_TAKES_A_CONNECTION = frozenset({ANSWERED, PROMISED, VOICEMAIL, CRISIS})
ANYHOW = frozenset[str]()
PICKED_UP = frozenset({COMPLETED})
NOBODY = OVER - PICKED_UP
_RANG_OUT = frozenset({"no-answer", "canceled"})
_TOLD_OF_LEG = {
    NO_ANSWER: _RANG_OUT,
    BUSY: frozenset({"busy"}),
    FAILED: frozenset({"failed"}),
    SCREENED_OUT: PICKED_UP,
}
_TOLD_OF_OWNER = {
    "no-answer": _RANG_OUT,
    "busy": frozenset({"busy"}),
    "failed": frozenset({"failed"}),
}
_TOLD_OF_CALLER = {
    "caller-no-answer": _RANG_OUT,
    "caller-busy": frozenset({"busy"}),
    "caller-failed": frozenset({"failed"}),
}


def our_calls(session: Session, sids: list[str]) -> dict[str, OurCall]:
    """By CallSid, those of these calls that we know."""
    legs = session.execute(_LEGS, {"sids": sids})
    calls, returns = session.ask_all((_CALLS, {"sids": sids}), (_RETURNS, {"sids": sids}))
    legs_of: dict[str, list[Leg]] = defaultdict(list)
    for leg in (Leg(**row._asdict()) for row in legs):
        legs_of[leg.call].append(leg)
    returns_of: dict[str, list[ReturnCall]] = defaultdict(list)
    for tried in (ReturnCall(*row) for row in returns):
        returns_of[tried.call].append(tried)
    return {row[0]: _call(row, legs_of[row[0]], returns_of[row[0]]) for row in calls}


def _call(row: Row, legs: list[Leg], returns: list[ReturnCall]) -> OurCall:
    sid, arrived_at, ended, outcome, seconds, reaped = row
    day = day_of(arrived_at)
    rung = [_leg(leg, day, reaped=bool(reaped) and leg is legs[-1]) for leg in legs]
    rung += [end for tried in returns for end in _ends(tried)]
    return OurCall(sid, day, bool(ended), outcome in _TAKES_A_CONNECTION, seconds, tuple(rung))


def day_of(moment: datetime) -> str:
    """The carrier's day, UTC."""
    return moment.astimezone(UTC).date().isoformat()


def _leg(leg: Leg, day: str, *, reaped: bool) -> OurLeg:
    # That somebody left was only supposed where nothing was heard of the end: a talk that they have is news then. Where
    # the center screens, whoever picked up has pressed nothing, and that is none.
    supposed = reaped and leg.outcome == LEFT and not leg.screens
    return OurLeg(
        number=leg.number,
        sid=leg.sid,
        parent=leg.call,
        day=day,
        returned=False,
        ended=leg.outcome is not None,
        talked=leg.outcome == ACCEPTED,
        told=NOBODY if supposed else _TOLD_OF_LEG.get(leg.outcome or "", ANYHOW),
        talk_seconds=leg.talk_seconds or 0,
        asked_seconds=screening_seconds(leg),
        supposed=supposed,
    )


def _ends(tried: ReturnCall) -> Iterator[OurLeg]:
    """The call to the center, if it was placed, and its leg to the caller, if that was dialled."""
    if tried.sid is None:
        return
    day, ended = day_of(tried.began_at), tried.outcome is not None
    told = PICKED_UP if tried.taken_at else _TOLD_OF_OWNER.get(tried.outcome or "", ANYHOW)
    yield OurLeg(tried.number, tried.sid, None, day, True, ended, False, told)
    if tried.taken_at:
        yield _callers_end(tried, day)


def _callers_end(tried: ReturnCall, day: str) -> OurLeg:
    return OurLeg(
        number=tried.number,
        sid=tried.caller_sid,
        parent=tried.sid,
        day=day,
        returned=True,
        ended=tried.outcome is not None,
        talked=tried.outcome == "kept",
        told=_TOLD_OF_CALLER.get(tried.outcome or "", ANYHOW),
        talk_seconds=tried.talk_seconds or 0,
        asked_seconds=asked_seconds(tried),
    )
