"""What a callback does, as a table: the state of the call and what has come, and the deed that answers it.

Every deed ends in a step. The step is rendered, stored as the answer, and whatever it tells the caller is published,
all in the one transaction of the callback.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from callrouter.calls import call as calls
from callrouter.calls.call import Call
from callrouter.calls.dialled import leg_ended
from callrouter.calls.exchange import Answer, Exchange
from callrouter.calls.menu import choice_made, greeting_heard, message_left, offer_answered
from callrouter.calls.states import ABANDONED, CHOOSING, ENDED, GREETING, OFFERING, RECORDING, RINGING
from callrouter.calls.steps import GONE, Ending, Step
from callrouter.calls.turn import Callback, Turn
from callrouter.database import Session, sql
from callrouter.directory.directory import Directory
from callrouter.events import inbox, outbox
from callrouter.routing.lines import BESET
from callrouter.routing.row import locking

FLOW: dict[tuple[str, str], Callable[[Turn], Step]] = {
    (GREETING, "menu"): greeting_heard,
    (RINGING, "dialled"): leg_ended,
    (CHOOSING, "chosen"): choice_made,
    (OFFERING, "offered"): offer_answered,
    (RECORDING, "recorded"): message_left,
}
_WHAT_IT_WAITED_FOR = {what: state for state, what in FLOW}

CONSENT_FOLLOWS = frozenset({CHOOSING, OFFERING})

HEAD = sql("SELECT version FROM directory_head")


def take_turn(
    session: Session, exchange: Exchange, what: str, number: int, callback: Callback, now: datetime
) -> str:
    """Answer the callback for document `number` of a call; a repetition gets the answer of the first time."""
    key = f"turn {number}"
    helpline = exchange.directories.newest.helpline_at.get(callback.get("To"))
    questions = [*calls.questions(callback.call), inbox.asking(callback.call, key), (HEAD, {})]
    if helpline and not (what == "dialled" and callback.get("DialBridged") == "true"):
        questions += [locking(helpline.key), (BESET, {})]
    call_rows, leg_rows, answers, [(version,)], *rotation = session.ask_all(*questions)
    if answers:
        return str(answers[0][0])
    call = calls.from_rows(call_rows, leg_rows)
    if call is None:
        return _nobody_knows(session, exchange, callback, key, now)
    turn = turn_of(session, exchange, call, callback, exchange.directories.at(session, version), now)
    if helpline and rotation:
        turn.rotation_rows = (helpline.key, rotation[0], rotation[1])
    if number != call.turn:
        return str(session.ask(inbox.ANSWER, call=call.sid, key=f"turn {call.turn - 1}")[0][0])
    return answer(turn, _next_step(turn, what), key)


def turn_of(  # noqa: PLR0913 - it only puts together
    session: Session, exchange: Exchange, call: Call, callback: Callback, directory: Directory, now: datetime
) -> Turn:
    """A turn of this call."""
    return Turn(
        session=session,
        memory=exchange.memory,
        directory=directory,
        call=call,
        now=now,
        exchange=exchange,
        callback=callback,
    )


def answer(turn: Turn, step: Step, key: str) -> str:
    """Give a step to the call as its next document, and store everything that belongs to it."""
    session, call = turn.session, turn.call
    call.turn += 1
    given = turn.exchange.render(step, call.turn)
    call.last_heard_at = turn.now
    # A consent is the key that follows these words; no other words are kept on the call.
    call.heard = given.told.words if given.told and call.status in CONSENT_FOLLOWS else None
    calls.add(session, call) if call.turn == 1 else calls.save(session, call)
    for leg in turn.new_legs:
        calls.add_leg(session, leg)
    _tell(turn, given)
    inbox.store(session, call.sid, key, turn.now, turn.callback.fields, given.document)
    if call.ended:
        outbox.publish_ended(session, call.sid, turn.now)
    return given.document


def _tell(turn: Turn, given: Answer) -> None:
    told = given.told
    if told is None:
        return
    outbox.publish_told(
        turn.session,
        turn.call.sid,
        turn.now,
        turn.call.turn,
        what=told.what,
        center=told.center,
        wording=told.wording,
        language=told.language,
        words=told.words,
    )


def _next_step(turn: Turn, what: str) -> Step:
    call = turn.call
    if call.ended:
        return _told_late(turn, what)
    deed = FLOW.get((call.status, what))
    if deed is None:
        call.end(call.outcome or ABANDONED, turn.now)
        return Ending("unserved", call.language)
    return deed(turn)


def _told_late(turn: Turn, what: str) -> Step:
    """The end was told first. What had happened before it counts as if it had come in order."""
    call = turn.call
    if what in _WHAT_IT_WAITED_FOR and call.outcome == ABANDONED:
        call.status = _WHAT_IT_WAITED_FOR[what]
        turn.callback = turn.callback.with_caller_gone()
        FLOW[call.status, what](turn)
    call.status = ENDED
    call.outcome = call.outcome or ABANDONED
    return GONE


def _nobody_knows(session: Session, exchange: Exchange, callback: Callback, key: str, now: datetime) -> str:
    """A callback for a call that was never stored: spoken last words, and the callback is kept."""
    given = exchange.render(Ending("unserved", "en"), 0)
    inbox.store(session, callback.call, key, now, callback.fields, given.document)
    return given.document
