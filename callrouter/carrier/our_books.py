"""Our own calls, as far as the carrier's books can say the same."""

from __future__ import annotations

from collections import defaultdict

from callrouter.calls.call import Leg
from callrouter.calls.dialled import screening_seconds
from callrouter.calls.states import ACCEPTED, BUSY, FAILED, NO_ANSWER
from callrouter.carrier.difference import OurCall, OurLeg
from callrouter.database import Session, selecting, sql
from callrouter.promises.caller_asked import asked_seconds
from callrouter.promises.promise import ReturnCall

_CALLS = sql("SELECT sid, ended_at IS NOT NULL FROM call WHERE AMONG(sid, :sids)")
_LEGS = selecting(tuple(Leg.__slots__), "FROM leg WHERE AMONG(call, :sids) ORDER BY call, number")
_RETURNS = selecting(
    tuple(ReturnCall.__slots__), "FROM return_call WHERE AMONG(call, :sids) ORDER BY call, number"
)
_NOBODY = frozenset({NO_ANSWER, BUSY, FAILED})


def our_calls(session: Session, sids: list[str]) -> dict[str, OurCall]:
    """By CallSid, those of these calls that we know."""
    calls, legs, returns = session.ask_all(
        (_CALLS, {"sids": sids}), (_LEGS, {"sids": sids}), (_RETURNS, {"sids": sids})
    )
    of_call: dict[str, list[OurLeg]] = defaultdict(list)
    for row in legs:
        leg = Leg(*row)
        of_call[leg.call].append(_leg(leg))
    for row in returns:
        tried = ReturnCall(*row)
        of_call[tried.call].append(_returned(tried))
    return {sid: OurCall(sid, bool(ended), of_call[sid]) for sid, ended in calls}


def _leg(leg: Leg) -> OurLeg:
    return OurLeg(
        number=leg.number,
        sid=leg.sid,
        returned=False,
        talked=leg.outcome == ACCEPTED,
        rang=leg.outcome in _NOBODY,
        talk_seconds=leg.talk_seconds or 0,
        asked_seconds=screening_seconds(leg),
    )


def _returned(tried: ReturnCall) -> OurLeg:
    return OurLeg(
        number=tried.number,
        sid=tried.caller_sid,
        returned=True,
        talked=tried.outcome == "kept",
        rang=tried.outcome in {"caller-no-answer", "caller-busy", "caller-failed"},
        talk_seconds=tried.talk_seconds or 0,
        asked_seconds=asked_seconds(tried),
    )
