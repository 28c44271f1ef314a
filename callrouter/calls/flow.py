"""What a callback does, as a table: the state of the call and what has come, and the deed that answers it.

Every deed ends in a step. The step is rendered, stored as the answer, and whatever it tells the caller is published,
all in the one transaction of the callback.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from callrouter.calls import call as calls
from callrouter.calls.bound import bounded
from callrouter.calls.call import Call
from callrouter.calls.dependencies import CallDependencies
from callrouter.calls.dialled import leg_ended
from callrouter.calls.menu import (
    arranged,
    choice_made,
    greeting_heard,
    message_left,
    number_entered,
    offer_answered,
    recalled,
)
from callrouter.calls.states import (
    ABANDONED,
    ARRANGING,
    CHOOSING,
    ENDED,
    ENTERING,
    GREETING,
    OFFERING,
    RECALLING,
    RECORDING,
    RINGING,
)
from callrouter.calls.steps import GONE, Ending, Step
from callrouter.calls.turn import Callback, RotationRows, Turn
from callrouter.database import Session, sql
from callrouter.directory.directory import Directory
from callrouter.events import inbox, outbox
from callrouter.routing.lines import BESET
from callrouter.routing.row import locking

FLOW: dict[tuple[str, str], Callable[[Turn], Step]] = {
    (GREETING, "menu"): greeting_heard,
    (RECALLING, "recalled"): recalled,
    (RINGING, "dialled"): leg_ended,
    (CHOOSING, "chosen"): choice_made,
    (OFFERING, "offered"): offer_answered,
    (ARRANGING, "arranged"): arranged,
    (ENTERING, "entered"): number_entered,
    (RECORDING, "recorded"): message_left,
}
_WHAT_IT_WAITED_FOR = {what: state for state, what in FLOW}
_CHANGES_A_PROMISE = frozenset({"arranged", "entered"})

CONSENT_FOLLOWS = frozenset({CHOOSING, OFFERING})

STANDING = sql(
    "SELECT version, (SELECT answer FROM inbox WHERE call = :call AND key = :key) FROM directory_head"
)
"""the version in force, and what this callback was answered with, if it has come before"""


def take_turn(
    session: Session,
    dependencies: CallDependencies,
    what: str,
    number: int,
    callback: Callback,
    now: datetime,
) -> str:
    """Answer the callback for document `number` of a call; a repetition gets the answer of the first time."""
    key = f"turn {number}"
    asked = _ask(session, dependencies, what, callback, key)
    if asked.answered is not None:
        return asked.answered
    if asked.call is None:
        return _nobody_knows(session, dependencies, callback, key, now)
    if number != asked.call.turn:
        return _already_answered(session, asked.call, number)
    directory = dependencies.directories.at(session, asked.version)
    turn = turn_of(session, dependencies, asked.call, callback, directory, now)
    turn.rotation_rows, turn.owed_by = asked.rotation, asked.owed_by
    return answer(turn, _next_step(turn, what), key)


class _Asked(NamedTuple):
    """What a turn needs to know."""

    call: Call | None
    version: int
    """of the directory in force"""
    answered: str | None
    """what this was answered with, if it has come before"""
    rotation: RotationRows | None = None
    """under its lock, where another center may have to be rung"""
    owed_by: str | None = None
    """the center that owes the caller a return call"""


def _ask(session: Session, dependencies: CallDependencies, what: str, callback: Callback, key: str) -> _Asked:
    """Ask for all of it in one round trip."""
    helpline = dependencies.directories.newest.helpline_at.get(callback.get("To"))
    questions = [*calls.questions(callback.call), (STANDING, {"call": callback.call, "key": key})]
    if helpline and not (what == "dialled" and callback.get("DialBridged") == "true"):
        questions += [locking(helpline.key), (BESET, {})]
    if helpline and what == "menu":
        questions.append(dependencies.promises.owner_question(callback.call, helpline.key))
    call_rows, leg_rows, [(version, answered)], *more = session.ask_all(*questions)
    call = calls.from_rows(call_rows, leg_rows)
    if not helpline or not more:
        return _Asked(call, version, answered)
    rotation, beset, *owner = more
    owed_by = owner[0][0][0] if owner and owner[0] else None
    return _Asked(call, version, answered, (helpline.key, rotation, beset), owed_by)


def _already_answered(session: Session, known: Call, number: int) -> str:
    """What this document's callback was answered with, by a request at the same moment; else the latest answer."""
    for turn in (number, known.turn - 1):
        answers = session.ask(inbox.ANSWER, call=known.sid, key=f"turn {turn}")
        if answers:
            return str(answers[0][0])
    raise LookupError(f"call {known.sid} has no answer stored for its turn {known.turn}")


def turn_of(
    session: Session,
    dependencies: CallDependencies,
    call: Call,
    callback: Callback,
    directory: Directory,
    now: datetime,
) -> Turn:
    """A turn of this call."""
    return Turn(
        session=session,
        memory=dependencies.memory,
        directory=directory,
        call=call,
        now=now,
        dependencies=dependencies,
        callback=callback,
    )


def answer(turn: Turn, step: Step, key: str) -> str:
    """Give a step to the call as its next document, and store everything that belongs to it."""
    session, call = turn.session, turn.call
    call.turn += 1
    given = turn.dependencies.render(step, call.turn)
    call.spoken_seconds += given.seconds
    call.last_heard_at = turn.now
    # A consent is the key that follows these words; no other words are kept on the call.
    call.heard = given.told.words if given.told and call.status in CONSENT_FOLLOWS else None
    calls.add(session, call) if call.turn == 1 else calls.save(session, call)
    for leg in turn.new_legs:
        calls.add_leg(session, leg)
    if given.told:
        outbox.publish_told(session, call.sid, turn.now, call.turn, given.told)
    inbox.store(session, call.sid, key, turn.now, turn.callback.fields, given.document)
    if call.ended:
        outbox.publish_ended(session, call.sid, turn.now)
    return given.document


def _next_step(turn: Turn, what: str) -> Step:
    call = turn.call
    if call.ended:
        return _told_late(turn, what)
    deed = FLOW.get((call.status, what))
    if deed is None:
        call.end(call.outcome or ABANDONED, turn.now)
        return Ending("unserved", call.language)
    return bounded(turn, deed(turn))


def _told_late(turn: Turn, what: str) -> Step:
    """The end was told first. What had happened before it counts as if it had come in order."""
    call = turn.call
    if call.outcome == ABANDONED or what in _CHANGES_A_PROMISE or (call.reaped and what == "dialled"):
        call.status = _WHAT_IT_WAITED_FOR[what]
        turn.callback = turn.callback.with_caller_gone()
        FLOW[call.status, what](turn)
    call.status = ENDED
    call.outcome = call.outcome or ABANDONED
    return GONE


def _nobody_knows(
    session: Session, dependencies: CallDependencies, callback: Callback, key: str, now: datetime
) -> str:
    """A callback for a call that was never stored: spoken last words, and the callback is kept."""
    given = dependencies.render(Ending("unserved", "en"), 0)
    inbox.store(session, callback.call, key, now, callback.fields, given.document)
    return given.document
