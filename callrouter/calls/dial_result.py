"""Handles the result of `<Dial>`: the outcome of the leg, and what follows for the rotation, the center and the
call.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from callrouter.billing.spend_cap import release
from callrouter.calls.call import save_leg
from callrouter.calls.model import Leg
from callrouter.calls.outcomes import (
    is_inconclusive,
    lasted_longer_than_ringing,
    may_have_talked,
    outcome_by_status,
    outcome_of,
    reported_seconds,
    screening_seconds,
)
from callrouter.calls.ring import DID_NOT_ANSWER, choices, ring_next_center
from callrouter.calls.states import ABANDONED, ACCEPTED, ANSWERED, FAILED, MISSED, UNDONE
from callrouter.calls.steps import GONE, Ending, Step
from callrouter.calls.turn import CallContext, Turn
from callrouter.events import inbox, outbox
from callrouter.routing.give_back import give_back, keep_after_all, undo_late
from callrouter.routing.lines import LineToRelease, missed_calls_count_from, pause

_COUNT_MISSED_CALLS = sa.select(sa.func.count()).where(
    Leg.center == sa.bindparam("center"),
    sa.or_(*(Leg.outcome == outcome for outcome in sorted(MISSED))),
    Leg.closed_at > sa.bindparam("since"),
)


def handle_dial_result(turn: Turn) -> Step:
    """Handle the action callback of `<Dial>`: the result of the latest leg."""
    leg = turn.call.latest_leg
    if leg is None:
        return _go_on(turn, None)
    if not turn.callback.get("DialCallStatus") or is_inconclusive(leg, turn.callback):
        return _result_lost(turn, leg)
    leg.sid = leg.sid or turn.callback.get("DialCallSid") or None
    close_leg(turn, leg, outcome_of(leg, turn.callback), reported_seconds(leg, turn.callback))
    # This result replaces an assumed one.
    turn.call.reaped = False
    return _left(turn, leg)


def _result_lost(turn: Turn, leg: Leg) -> Step:
    """Handle a missing or incomplete action callback: the leg's own status callbacks decide the outcome.

    If they do not say yet, a caller who may have talked, or has hung up, is connected to nobody else. The leg stays
    open until its callbacks say more, or the reaper assumes a result.
    """
    outcome = outcome_by_status(leg, caller_was_there=turn.callback.caller_was_there)
    talked = may_have_talked(leg) or lasted_longer_than_ringing(leg, turn.now)
    if outcome is None and (talked or not turn.callback.caller_is_there):
        turn.call.reaped = True
        turn.call.end(ANSWERED if turn.call.answered_by else ABANDONED, turn.now)
        return _goodbye(turn)
    if outcome is None:
        outcome = outcome_of(leg, turn.callback) if turn.callback.get("DialCallStatus") else FAILED
    close_leg(turn, leg, outcome, leg.carrier_seconds or 0, end_by_status(turn, leg))
    return _left(turn, leg)


def _left(turn: Turn, leg: Leg) -> Step:
    step = _go_on(turn, leg)
    leave_center(turn, leg)
    return step


def _go_on(turn: Turn, leg: Leg | None) -> Step:
    call = turn.call
    if leg is not None and leg.outcome == ACCEPTED:
        call.end(ANSWERED, turn.now)
        return _goodbye(turn)
    if not turn.callback.caller_is_there:
        call.end(ABANDONED, turn.now)
        return GONE
    return choices(turn, DID_NOT_ANSWER) if call.route == "listing" else ring_next_center(turn)


def _goodbye(turn: Turn) -> Step:
    return Ending("goodbye", turn.call.language) if turn.callback.caller_is_there else GONE


def key_of_progress(leg: int, status: str) -> str:
    """The inbox key of a leg's status callback."""
    return f"leg {leg} {status}"


def end_by_status(context: CallContext, leg: Leg) -> datetime | None:
    """When the leg's status callback reported its end. None if there was none."""
    return inbox.received_at(context.session, leg.call, key_of_progress(leg.number, leg.progress))


def close_leg(
    context: CallContext, leg: Leg, outcome: str, carrier_seconds: int, ended_at: datetime | None = None
) -> None:
    """Store the outcome of a leg. A decision whose leg was not accepted is given back. Call `leave_center` next.

    If the stored outcome was only assumed, the real result replaces it.
    """
    if leg.open:
        context.line_to_release = LineToRelease(context.session, leg.center)
    elif not context.call.reaped:
        return
    leg.outcome, leg.closed_at = outcome, leg.closed_at or ended_at or context.now
    talked = outcome == ACCEPTED
    leg.talk_seconds = max(carrier_seconds - screening_seconds(leg), 0) if talked else None
    context.call.answered_by = leg.center if talked else None
    save_leg(context.session, leg)
    if not talked and leg.partner in context.directory.spend_capped:
        release(context.session, leg.call, leg.number)
    if leg.kind == "helpline":
        _settle_decision(context, leg)


def _settle_decision(context: CallContext, leg: Leg) -> None:
    """Keep the decision of an accepted leg. Give others back, or undo them if the center never rang."""
    late = context.line_to_release is None
    if leg.outcome != ACCEPTED:
        exactly = leg.outcome in UNDONE
        rotation = context.lock_rotation().rotation
        give_back(context.session, context.memory, rotation, leg.call, leg.number, exactly=exactly)
        if late and exactly:
            # It was given back when the leg's callbacks were missing for too long.
            undo_late(context.session, context.memory, rotation, leg.call, leg.number)
    elif late:
        keep_after_all(
            context.session, context.memory, context.lock_rotation().rotation, leg.call, leg.number
        )


def leave_center(context: CallContext, leg: Leg) -> None:
    """Release the line of the leg, and pause the center if it missed too many calls."""
    if context.line_to_release is None:
        return
    context.line_to_release.give_up()
    if leg.outcome in MISSED:
        _pause_after_missed_calls(context, leg)


def _pause_after_missed_calls(context: CallContext, leg: Leg) -> None:
    center = context.directory.centers.get(leg.center)
    if center is None or not center.pause_after_missed:
        return
    since = missed_calls_count_from(context.session, leg.center, context.now)
    missed = context.session.execute(_COUNT_MISSED_CALLS, {"center": leg.center, "since": since}).scalar()
    if missed >= center.pause_after_missed:
        pause(context.session, leg.center, context.now)
        outbox.publish_alert(
            context.session, "center-paused", at=context.now, call=leg.call, center=leg.center
        )
