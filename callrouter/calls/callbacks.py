"""The handler of each callback, by the state of the call.

A handler returns a step: what the caller hears next. The step is rendered, stored as the answer, and published as a
disclosure, all in the transaction of the callback.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa

from callrouter.calls import call as calls
from callrouter.calls.call import LOCK_CALL, READ_LEGS, call_of, legs_of
from callrouter.calls.caller_keys import (
    handle_arrangement_key,
    handle_choice_key,
    handle_entered_number,
    handle_greeting_key,
    handle_message,
    handle_offer_key,
    handle_recall_key,
)
from callrouter.calls.dependencies import CallDependencies
from callrouter.calls.dial_result import handle_dial_result
from callrouter.calls.menu_limit import within_menu_limit
from callrouter.calls.model import Call
from callrouter.calls.proof_offer import PROOF, handle_proof_key, with_offer
from callrouter.calls.states import (
    ABANDONED,
    ARRANGING,
    CHOOSING,
    ENDED,
    ENTERING,
    GREETING,
    OFFERING,
    PROMISED,
    RECALLING,
    RECORDING,
    RINGING,
)
from callrouter.calls.steps import GONE, Ending, Step
from callrouter.calls.turn import Callback, Turn
from callrouter.database import Session
from callrouter.directory.directory import Directory
from callrouter.directory.model import DirectoryHead
from callrouter.events import inbox, outbox
from callrouter.events.inbox import ANSWER_OF
from callrouter.routing.rotation_state import LockedRotation
from callrouter.wordings.model import WordingsHead

HANDLERS: dict[tuple[str, str], Callable[[Turn], Step]] = {
    (GREETING, "menu"): handle_greeting_key,
    (RECALLING, "recalled"): handle_recall_key,
    (RINGING, "dialled"): handle_dial_result,
    (CHOOSING, "chosen"): handle_choice_key,
    (OFFERING, "offered"): handle_offer_key,
    (ARRANGING, "arranged"): handle_arrangement_key,
    (ENTERING, "entered"): handle_entered_number,
    (RECORDING, "recorded"): handle_message,
}
_STATE_OF_CALLBACK = {what: state for state, what in HANDLERS}
_CHANGES_PROMISE = frozenset({"arranged", "entered"})

CONSENT_FOLLOWS = frozenset({CHOOSING, OFFERING})

_IN_FORCE = sa.select(DirectoryHead.version).scalar_subquery()
_ANSWER = ANSWER_OF.scalar_subquery()
_WORDINGS_IN_FORCE = sa.select(WordingsHead.version).scalar_subquery()
IN_FORCE_AND_ANSWER = sa.select(
    _IN_FORCE.label("version"), _WORDINGS_IN_FORCE.label("wordings"), _ANSWER.label("answer")
)
"""the versions of the directory and of the wordings in force, and the stored answer if the callback came before"""
_LOCK_CALL = LOCK_CALL.add_columns(_IN_FORCE.label("version"), _ANSWER.label("answer"))


def take_turn(
    session: Session,
    dependencies: CallDependencies,
    what: str,
    number: int,
    callback: Callback,
    now: datetime,
) -> str:
    """Answer the callback for document `number` of a call. A repeated callback gets the first answer."""
    key = f"turn {number}"
    queries = _TurnQueries(session, dependencies, what, callback, key)
    call = queries.call()
    if call is None:
        return _answer_without_call(session, dependencies, callback, key, now)
    if queries.answer is not None:
        return queries.answer
    if number != call.turn:
        return _already_answered(session, call, number)
    directory = dependencies.directories.at(session, queries.version)
    turn = turn_of(session, dependencies, call, callback, directory, now)
    turn.locked_rotation, turn.owed_by = queries.rotation, queries.owed_by()
    return answer(turn, _next_step(turn, what), key)


class _TurnQueries:
    """The queries of a turn, all in one round trip."""

    def __init__(
        self, session: Session, dependencies: CallDependencies, what: str, callback: Callback, key: str
    ) -> None:
        sid = callback.call
        self._call = session.execute(_LOCK_CALL, {"sid": sid, "call": sid, "key": key})
        # A call in its greeting has no legs.
        self._legs = None if what == "menu" else session.execute(READ_LEGS, {"sid": sid})
        helpline = dependencies.directories.newest.helpline_at.get(callback.get("To"))
        accepted = what == "dialled" and callback.get("DialBridged") == "true"
        may_ring = not accepted and what != PROOF
        self.rotation = LockedRotation(session, helpline.key) if helpline and may_ring else None
        """where another center may have to be rung"""
        self._owner = None
        if helpline and what == "menu":
            self._owner = dependencies.promises.owner(session, sid, helpline.key)

    def call(self) -> Call | None:
        row = self._call.one_or_none()
        if row is None:
            return None
        values = row._asdict()
        self.version: int = values.pop("version")
        """of the directory in force"""
        self.answer: str | None = values.pop("answer")
        """what this was answered with, if it has come before"""
        return call_of(values, legs_of(self._legs or ()))

    def owed_by(self) -> str | None:
        """The center that owes the caller a return call."""
        owner = self._owner.scalar() if self._owner else None
        return str(owner) if owner else None


def _already_answered(session: Session, known: Call, number: int) -> str:
    """The answer that a simultaneous request stored for this document; else the latest answer."""
    for turn in (number, known.turn - 1):
        answer = session.execute(ANSWER_OF, {"call": known.sid, "key": f"turn {turn}"}).scalar()
        if answer is not None:
            return str(answer)
    raise LookupError(f"call {known.sid} has no answer stored for its turn {known.turn}")


def turn_of(
    session: Session,
    dependencies: CallDependencies,
    call: Call,
    callback: Callback,
    directory: Directory,
    now: datetime,
) -> Turn:
    """Create the turn of this callback."""
    return Turn(
        session=session,
        memory=dependencies.memory,
        directory=directory,
        call=call,
        now=now,
        dependencies=dependencies,
        wordings=dependencies.wordings.at(session, call.wordings_version),
        callback=callback,
    )


def answer(turn: Turn, step: Step, key: str) -> str:
    """Render a step as the next document of the call, and store everything that belongs to it."""
    session, call = turn.session, turn.call
    call.turn += 1
    rendered = turn.dependencies.render(step, call.turn, turn.wordings)
    call.spoken_seconds += rendered.seconds
    call.last_callback_at = turn.now
    # These words belong to the consent if a key follows. No other words are stored with the call.
    call.prompt_words = (
        rendered.disclosure.words if rendered.disclosure and call.status in CONSENT_FOLLOWS else None
    )
    calls.add(session, call, turn.match_value) if call.turn == 1 else calls.save(session, call)
    for leg in turn.new_legs:
        calls.add_leg(session, leg)
    if rendered.disclosure:
        outbox.publish_disclosure(session, call.sid, turn.now, call.turn, rendered.disclosure)
    inbox.store(session, call.sid, key, turn.now, turn.callback.fields, rendered.document)
    if call.ended:
        outbox.publish_ended(session, call.sid, turn.now)
    return rendered.document


def _next_step(turn: Turn, what: str) -> Step:
    call = turn.call
    if call.ended:
        return handle_proof_key(turn) if what == PROOF else _late_result(turn, what)
    handler = HANDLERS.get((call.status, what))
    if handler is None:
        call.end(call.outcome or ABANDONED, turn.now)
        return Ending("unserved", call.language)
    return with_offer(turn, within_menu_limit(turn, handler(turn)))


def _late_result(turn: Turn, what: str) -> Step:
    """Handle a callback that comes after the end of the call. It counts as if it had come in order."""
    call = turn.call
    if _still_counts(call, what):
        call.status = _STATE_OF_CALLBACK[what]
        turn.callback = turn.callback.with_caller_gone()
        HANDLERS[call.status, what](turn)
    call.status = ENDED
    call.outcome = call.outcome or ABANDONED
    return GONE


def _still_counts(call: Call, what: str) -> bool:
    """Whether a late callback changes the call. Only a promise that was made can be changed."""
    if what in _CHANGES_PROMISE:
        return call.outcome == PROMISED
    return call.outcome == ABANDONED or (call.reaped and what == "dialled")


def _answer_without_call(
    session: Session, dependencies: CallDependencies, callback: Callback, key: str, now: datetime
) -> str:
    """Answer a callback for an unknown call with last words, and store it."""
    answer = session.execute(ANSWER_OF, {"call": callback.call, "key": key}).scalar()
    if answer is not None:
        return str(answer)
    rendered = dependencies.render(Ending("unserved", "en"), 0, dependencies.wordings.newest)
    inbox.store(session, callback.call, key, now, callback.fields, rendered.document)
    return rendered.document
