"""Handles the callbacks of a return call. `HANDLERS` maps each request to its handler.

A repeated callback gets the stored document again. If a document rings the caller, the number is inserted from the
vault when the document is sent. The number is stored nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from callrouter.calls.model import Call
from callrouter.calls.turn import Callback
from callrouter.database import Session
from callrouter.events import inbox, outbox
from callrouter.promises.do_not_call import number_to_call
from callrouter.promises.model import ReturnCall
from callrouter.promises.promise import LOCK_PROMISE, SELECT_RETURN_CALL, promise_of_row, save_return_call
from callrouter.promises.return_calls.dependencies import ReturnCallDependencies
from callrouter.promises.return_calls.prompts import (
    ReturnCallContext,
    caller_answered,
    caller_leg_ended,
    caller_picked_up,
    caller_pressed,
    caller_pressed_last_key,
    owner_leg_progress,
    owner_picked_up,
    owner_pressed,
)
from callrouter.promises.return_calls.steps import CALLERS_NUMBER, HANG_UP, ReturnCallId, ReturnStep

HANDLERS: dict[str, Callable[[ReturnCallContext], ReturnStep]] = {
    "owner": owner_picked_up,
    "owner-key": owner_pressed,
    "caller": caller_picked_up,
    "caller-key": caller_pressed,
    "caller-key-again": caller_answered,
    "caller-last-key": caller_pressed_last_key,
    "bridged": caller_leg_ended,
}
"""The handler of each request, `/twilio/return/CALL/NUMBER/REQUEST`."""

DISCLOSURES_FROM = 1000
"""numbers of disclosures on return calls, after the numbers of the call itself"""
_LOCK_CALL = (
    sa.select(Call.language, Call.wordings_version).where(Call.sid == sa.bindparam("call")).with_for_update()
)


def respond(
    session: Session,
    dependencies: ReturnCallDependencies,
    request: str,
    id: ReturnCallId,
    callback: Callback,
    now: datetime,
) -> str:
    """Answer a request of a return call. A repeated request gets the first answer."""
    key = f"return {id.number} {request}"
    context, stored = _load(session, dependencies, id, callback, key, now)
    if stored:
        return _with_number(session, dependencies, context, stored.answer)
    if context is None:
        return _hang_up(dependencies)
    answer = dependencies.render(HANDLERS[request](context), context.wordings)
    inbox.store(session, id.call, key, now, callback.fields, answer.document)
    save_return_call(session, context.return_call)
    if answer.disclosure:
        outbox.publish_disclosure(session, id.call, now, DISCLOSURES_FROM + id.number, answer.disclosure)
    return _with_number(session, dependencies, context, answer.document)


def acknowledge(
    session: Session,
    dependencies: ReturnCallDependencies,
    request: str,
    id: ReturnCallId,
    callback: Callback,
    now: datetime,
) -> None:
    """Store a callback that needs no document: the progress of one of the two legs."""
    key = f"return {id.number} {request} {callback.get('CallStatus')}"
    context, stored = _load(session, dependencies, id, callback, key, now)
    if stored or context is None:
        return
    inbox.store(session, id.call, key, now, callback.fields)
    if request == "status":
        owner_leg_progress(context)
        save_return_call(session, context.return_call)


def _load(
    session: Session,
    dependencies: ReturnCallDependencies,
    id: ReturnCallId,
    callback: Callback,
    key: str,
    now: datetime,
) -> tuple[ReturnCallContext | None, Any]:
    """Load the return call under the lock of its promise, and the stored answer if this request came before."""
    # Lock the call before its promise, like everybody: key 7 erases the caller.
    calls = session.execute(_LOCK_CALL, {"call": id.call})
    promises = session.execute(LOCK_PROMISE, {"call": id.call})
    return_calls = session.execute(SELECT_RETURN_CALL, {"call": id.call, "number": id.number})
    answers = session.execute(inbox.ANSWER_OF, {"call": id.call, "key": key})
    promise, row, stored = promise_of_row(promises.one_or_none()), return_calls.one_or_none(), answers.first()
    if promise is None or row is None:
        return None, stored
    call = calls.one()
    return_call = ReturnCall(**row._asdict())
    context = ReturnCallContext(
        session=session,
        dependencies=dependencies,
        promise=promise,
        return_call=return_call,
        language=call.language,
        wordings=dependencies.wordings.at(session, call.wordings_version),
        callback=callback,
        now=now,
    )
    return context, stored


def _with_number(
    session: Session,
    dependencies: ReturnCallDependencies,
    context: ReturnCallContext | None,
    document: str,
) -> str:
    """Insert the caller's number where the document rings the caller."""
    if CALLERS_NUMBER not in document or context is None:
        return document
    # A number on the do-not-call list is never dialed, not even by a repeated document.
    number = number_to_call(session, dependencies.vault, context.promise)
    return document.replace(CALLERS_NUMBER, number) if number else _hang_up(dependencies)


def _hang_up(dependencies: ReturnCallDependencies) -> str:
    """A document without words."""
    return dependencies.render(HANG_UP, dependencies.wordings.newest).document
