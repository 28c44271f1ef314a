"""The callbacks of a return call, as a table: the owner is asked, the caller is rung and asked, and both connected.

A repetition gets the stored document again. Where a document rings the caller, the number is put in from the vault
when it is sent; it is stored nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from callrouter.calls.turn import Callback
from callrouter.database import Row, Session, Statement, sql
from callrouter.events import inbox, outbox
from callrouter.privacy.keep import kept
from callrouter.promises import promise as promises
from callrouter.promises.caller_asked import (
    caller_picked_up,
    caller_pressed,
    caller_pressed_once_more,
    callers_leg_ended,
)
from callrouter.promises.desk import ReturnCallDependencies
from callrouter.promises.owner_asked import owner_picked_up, owner_pressed, owners_leg_proceeds
from callrouter.promises.promise import LOCKED, RETURN_CALL, ReturnCall, from_rows
from callrouter.promises.steps import CALLERS_NUMBER, HANG_UP, Place, ReturnStep
from callrouter.promises.stop import may_be_called
from callrouter.promises.talk import Talk

HANDLERS: dict[str, Callable[[Talk], ReturnStep]] = {
    "owner": owner_picked_up,
    "owner-key": owner_pressed,
    "caller": caller_picked_up,
    "caller-key": caller_pressed,
    "caller-last-key": caller_pressed_once_more,
    "bridged": callers_leg_ended,
}
"""What each request of a return call does; `/twilio/return/CALL/NUMBER/…`."""

DISCLOSURES_FROM = 1000
"""numbers of the documents of return calls, after those of the call itself"""
_CALL = sql("SELECT language FROM call WHERE sid = :call FOR UPDATE")


def answer(
    session: Session,
    dependencies: ReturnCallDependencies,
    what: str,
    place: Place,
    callback: Callback,
    now: datetime,
) -> str:
    """Answer a request of a return call; a repetition gets the answer of the first time."""
    key = f"return {place.number} {what}"
    talk, seen = _at_hand(session, dependencies, place, callback, key, now)
    if seen:
        return _as_sent(session, dependencies, place.call, talk, str(seen[0][0]))
    if talk is None:
        return dependencies.render(HANG_UP).document
    given = dependencies.render(HANDLERS[what](talk))
    inbox.store(session, place.call, key, now, callback.fields, given.document)
    promises.save_return_call(session, talk.tried)
    if given.told:
        outbox.publish_told(session, place.call, now, DISCLOSURES_FROM + place.number, given.told)
    return _as_sent(session, dependencies, place.call, talk, given.document)


def note(
    session: Session,
    dependencies: ReturnCallDependencies,
    what: str,
    place: Place,
    callback: Callback,
    now: datetime,
) -> None:
    """Keep a callback that wants no document: how one of the two legs proceeds."""
    key = f"return {place.number} {what} {callback.get('CallStatus')}"
    talk, seen = _at_hand(session, dependencies, place, callback, key, now)
    if seen or talk is None:
        return
    inbox.store(session, place.call, key, now, callback.fields)
    if what == "status":
        owners_leg_proceeds(talk)
        promises.save_return_call(session, talk.tried)


def _at_hand(
    session: Session,
    dependencies: ReturnCallDependencies,
    place: Place,
    callback: Callback,
    key: str,
    now: datetime,
) -> tuple[Talk | None, list[Row]]:
    """What is known of this return call, under the lock of its promise; and whether this callback came before."""
    # The call before its promise, as everybody locks them: by key 7 its caller is forgotten.
    spoken, found, tries = session.ask_all(
        (_CALL, {"call": place.call}),
        (LOCKED, {"call": place.call}),
        _asking_for(place),
    )
    seen: list[Row] = list(session.execute(inbox.ANSWER_OF, {"call": place.call, "key": key}).all())
    promise = from_rows(found)
    if promise is None or not tries:
        return None, seen
    return Talk(session, dependencies, promise, ReturnCall(*tries[0]), spoken[0][0], callback, now), seen


def _asking_for(place: Place) -> tuple[Statement, dict[str, Any]]:
    return RETURN_CALL, {"call": place.call, "number": place.number}


def _as_sent(
    session: Session, dependencies: ReturnCallDependencies, call: str, talk: Talk | None, document: str
) -> str:
    """The document as the carrier gets it, with the caller's number in it where it rings the caller."""
    if CALLERS_NUMBER not in document or talk is None:
        return document
    # Whoever asked not to be called is not told of any more, not even to a repetition.
    allowed = may_be_called(session, talk.promise.called_match)
    number = kept(session, dependencies.vault, call, talk.promise.called_purpose) if allowed else None
    return document.replace(CALLERS_NUMBER, number) if number else dependencies.render(HANG_UP).document
