"""Handles callbacks of a leg: its progress, and the whisper that asks the center to press 1."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from callrouter.calls import call as calls
from callrouter.calls.call import save_leg
from callrouter.calls.dependencies import CallDependencies
from callrouter.calls.dial_result import key_of_progress
from callrouter.calls.missing_result import late_leg_result, may_be_corrected
from callrouter.calls.model import Call, Leg
from callrouter.calls.steps import Bridge, LegStep, Refuse, Whisper
from callrouter.calls.turn import Callback, CallContext
from callrouter.database import Session
from callrouter.directory.directory import language_spoken_to
from callrouter.events import inbox

ACCEPT_KEY = "1"
_ORDER = (
    "",
    "queued",
    "initiated",
    "ringing",
    "in-progress",
    "completed",
    "busy",
    "failed",
    "no-answer",
    "canceled",
)


def handle_leg_progress(
    session: Session, dependencies: CallDependencies, leg_number: int, callback: Callback, now: datetime
) -> None:
    """Store the progress of a leg. Late and repeated callbacks are stored and change nothing.

    If the leg's result was only assumed, because it never came, the leg's own callbacks decide it.
    """
    status = callback.get("CallStatus")
    key = key_of_progress(leg_number, status)
    call, seen = calls.lock_call_for(session, callback.call, key)
    if seen:
        return
    inbox.store(session, callback.call, key, now, callback.fields)
    leg = _leg(call, leg_number)
    if call is None or leg is None or not _is_news(leg, status):
        return
    leg.progress = status
    leg.sid = leg.sid or callback.get("CallSid")
    if callback.get("CallDuration"):
        leg.carrier_seconds = callback.seconds("CallDuration")
    save_leg(session, leg)
    if may_be_corrected(call, leg):
        late_leg_result(_context(session, dependencies, call, now), leg)


def _is_news(leg: Leg, status: str) -> bool:
    return status in _ORDER and _ORDER.index(status) > _ORDER.index(leg.progress)


def _context(session: Session, dependencies: CallDependencies, call: Call, now: datetime) -> CallContext:
    return CallContext(
        session=session,
        memory=dependencies.memory,
        directory=dependencies.directories.in_force(session),
        call=call,
        now=now,
    )


def whisper(
    session: Session, dependencies: CallDependencies, leg_number: int, callback: Callback, now: datetime
) -> str:
    """Ask whoever picked up to press 1, unless the caller has hung up."""

    def asked(call: Call, leg: Leg) -> LegStep:
        if call.ended or not leg.open:
            return Refuse()
        leg.whispered_at = now
        return Whisper(
            leg=leg.number,
            language=language_spoken_to(dependencies.directories.newest.centers.get(leg.center)),
        )

    return _answered(session, dependencies, _Request("whisper", leg_number, callback, now), asked)


def handle_center_key(
    session: Session, dependencies: CallDependencies, leg_number: int, callback: Callback, now: datetime
) -> str:
    """Handle the center's key: 1 accepts the call."""

    def taken(call: Call, leg: Leg) -> LegStep:
        if callback.key_pressed != ACCEPT_KEY or call.ended or not leg.open:
            return Refuse()
        leg.taken_at = now
        return Bridge()

    return _answered(session, dependencies, _Request("taken", leg_number, callback, now), taken)


@dataclass(frozen=True, slots=True)
class _Request:
    """A request of the called leg for a document."""

    what: str
    leg: int
    callback: Callback
    now: datetime


def _answered(
    session: Session,
    dependencies: CallDependencies,
    request: _Request,
    handler: Callable[[Call, Leg], LegStep],
) -> str:
    callback, key = request.callback, f"{request.what} {request.leg}"
    call, seen = calls.lock_call_for(session, callback.call, key)
    if seen:
        return str(seen.answer)
    leg = _leg(call, request.leg)
    step = handler(call, leg) if call and leg else Refuse()
    wordings = (
        dependencies.wordings.at(session, call.wordings_version) if call else dependencies.wordings.newest
    )
    document = dependencies.render(step, request.leg, wordings).document
    inbox.store(session, callback.call, key, request.now, callback.fields, document)
    if leg is not None:
        save_leg(session, leg)
    return document


def _leg(call: Call | None, number: int) -> Leg | None:
    return next((leg for leg in call.legs if leg.number == number), None) if call else None
