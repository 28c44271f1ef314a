"""A leg has ended: what came of it, and what that means for the rotation, the center and the call."""

from __future__ import annotations

from callrouter.calls.call import Leg, save_leg
from callrouter.calls.ring import DID_NOT_ANSWER, choices, ring_the_next
from callrouter.calls.states import (
    ABANDONED,
    ACCEPTED,
    ANSWERED,
    BUSY,
    FAILED,
    LEFT,
    MISSED,
    NO_ANSWER,
    SCREENED_OUT,
    UNDONE,
)
from callrouter.calls.steps import GONE, Ending, Step
from callrouter.calls.turn import CallAtHand, Callback, Turn
from callrouter.database import sql
from callrouter.directory.attempts import SCREENING_SECONDS
from callrouter.events import outbox
from callrouter.routing.ceiling import give_room_back
from callrouter.routing.give_back import give_back, keep_after_all, undo_late
from callrouter.routing.lines import LineLeft, missed_calls_count_from, pause

_MISSED_CALLS = sql(
    "SELECT count(*) FROM leg"
    " WHERE center = :center AND outcome IN ('no-answer', 'screened-out') AND closed_at > :since"
)
_NOT_TAKEN = {"busy": BUSY, "failed": FAILED, "no-answer": NO_ANSWER, "canceled": NO_ANSWER}


def leg_ended(turn: Turn) -> Step:
    """The carrier tells the result of the latest leg (`<Dial action>`)."""
    leg = turn.call.latest_leg
    if leg is None:
        return _go_on(turn, None)
    leg.sid = leg.sid or turn.callback.get("DialCallSid") or None
    close_leg(turn, leg, outcome_of(leg, turn.callback), turn.callback.seconds("DialCallDuration"))
    step = _go_on(turn, leg)
    leave_center(turn, leg)
    return step


def _go_on(turn: Turn, leg: Leg | None) -> Step:
    call = turn.call
    if leg is not None and leg.outcome == ACCEPTED:
        call.end(ANSWERED, turn.now)
        return Ending("goodbye", call.language) if turn.callback.caller_is_there else GONE
    if not turn.callback.caller_is_there:
        call.end(ABANDONED, turn.now)
        return GONE
    return choices(turn, DID_NOT_ANSWER) if call.route == "listing" else ring_the_next(turn)


def outcome_of(leg: Leg, callback: Callback) -> str:
    """What came of a leg. *Pure.*

    `completed` alone proves nothing: a voicemail, or somebody who pressed no key, completes a leg as well.
    """
    # Where the carrier could only ask the fallback, the leg's own callbacks tell how it ended.
    status = callback.get("DialCallStatus") or leg.progress
    if status in {"completed", "answered", "in-progress"}:
        if accepted(leg, callback.get("DialBridged")):
            return ACCEPTED
        return SCREENED_OUT if callback.caller_was_there else LEFT
    outcome = _NOT_TAKEN.get(status, FAILED)
    return LEFT if outcome == NO_ANSWER and not callback.caller_was_there else outcome


def accepted(leg: Leg, bridged: str) -> bool:
    """Bridged, and after key 1 where the center screens. If the carrier does not say, only the key counts. *Pure.*"""
    if bridged == "true":
        return leg.taken_at is not None or not leg.screens
    return bridged == "" and leg.taken_at is not None


def screening_seconds(leg: Leg) -> int:
    """How long the center was asked for key 1. Bounded, so that a clock that jumps changes no amount. *Pure.*"""
    if leg.whispered_at is None or leg.taken_at is None:
        return 0
    return min(max(round((leg.taken_at - leg.whispered_at).total_seconds()), 0), SCREENING_SECONDS)


def close_leg(at_hand: CallAtHand, leg: Leg, outcome: str, carrier_seconds: int) -> None:
    """Store what came of a leg, and give its decision back where it was not accepted; `leave_center` is to follow.

    A leg whose result was only supposed (its end never came) is corrected by the real one.
    """
    if leg.open:
        at_hand.leaving = LineLeft(at_hand.session, leg.center)
    elif not at_hand.call.reaped or (leg.outcome == ACCEPTED and outcome != ACCEPTED):
        return
    leg.outcome, leg.closed_at = outcome, leg.closed_at or at_hand.now
    if outcome == ACCEPTED:
        leg.talk_seconds = max(carrier_seconds - screening_seconds(leg), 0)
        at_hand.call.answered_by = leg.center
    save_leg(at_hand.session, leg)
    if outcome != ACCEPTED and leg.partner in at_hand.directory.ceilings:
        give_room_back(at_hand.session, leg.call, leg.number)
    if leg.kind == "helpline":
        _settle_decision(at_hand, leg)


def _settle_decision(at_hand: CallAtHand, leg: Leg) -> None:
    """An accepted leg's decision stands; of another the turn is used, or undone where it never rang."""
    if at_hand.leaving is None:
        _settle_decision_late(at_hand, leg)
    elif leg.outcome != ACCEPTED:
        exactly = leg.outcome in UNDONE
        rotation = at_hand.rotation()
        give_back(at_hand.session, at_hand.memory, rotation, leg.call, leg.number, exactly=exactly)


def _settle_decision_late(at_hand: CallAtHand, leg: Leg) -> None:
    """It was given back when nothing was heard of the leg for too long."""
    if leg.outcome == ACCEPTED:
        keep_after_all(at_hand.session, at_hand.memory, at_hand.rotation(), leg.call, leg.number)
    elif leg.outcome in UNDONE:
        undo_late(at_hand.session, at_hand.memory, at_hand.rotation(), leg.call, leg.number)


def leave_center(at_hand: CallAtHand, leg: Leg) -> None:
    """Give up the line that the leg had, and let the center pause where it has missed too many calls."""
    if at_hand.leaving is None:
        return
    at_hand.leaving.give_up()
    if leg.outcome in MISSED:
        _pause_after_missed_calls(at_hand, leg)


def _pause_after_missed_calls(at_hand: CallAtHand, leg: Leg) -> None:
    center = at_hand.directory.centers.get(leg.center)
    if center is None or not center.pause_after_missed:
        return
    since = missed_calls_count_from(at_hand.session, leg.center, at_hand.now)
    [(missed,)] = at_hand.session.ask(_MISSED_CALLS, center=leg.center, since=since)
    if missed >= center.pause_after_missed:
        pause(at_hand.session, leg.center, at_hand.now)
        outbox.publish_alert(
            at_hand.session, "center-paused", at=at_hand.now, call=leg.call, center=leg.center
        )
