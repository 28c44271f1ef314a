"""The callbacks of a return call: the owner is asked, then the caller is rung and asked, and the two are connected.

A repetition gets the stored document again. Where a document rings the caller, the number is put in from the vault
when it is sent; it is stored nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from callrouter.calls.turn import Callback
from callrouter.database import Row, Session, Statement, sql
from callrouter.directory.attempts import SCREENING_SECONDS
from callrouter.directory.directory import Directory, language_spoken_to
from callrouter.events import inbox, outbox
from callrouter.privacy.keep import kept
from callrouter.promises import promise as promises
from callrouter.promises.desk import ReturnExchange
from callrouter.promises.follow import close, keep
from callrouter.promises.on_the_line import is_calling_us
from callrouter.promises.promise import LOCKED, RETURN_CALL, Promise, ReturnCall, from_rows
from callrouter.promises.schedule import MOST_ATTEMPTS
from callrouter.promises.steps import (
    CALLERS_NUMBER,
    HANG_UP,
    NOBODY_THERE,
    AskCaller,
    AskOwner,
    Connect,
    Goodbye,
    Place,
    ReturnStep,
    RingCaller,
    Stopped,
)
from callrouter.promises.stop import forget, may_be_called

TAKE_KEY = "1"
LATER_KEY = "2"
HAND_ON_KEY = "3"
AGREE_KEY = "1"
DECLINE_KEY = "2"
STOP_KEY = "9"
FORGET_KEY = "7"

DISCLOSURES_FROM = 1000
"""Numbers of the documents of return calls, after those of the call itself."""

_LANGUAGE = sql("SELECT language FROM call WHERE sid = :call")
_NEVER_PICKED_UP = {"busy": "busy", "failed": "failed", "no-answer": "no-answer", "canceled": "no-answer"}
_CALLER_MISSED = {
    "busy": "caller-busy",
    "failed": "caller-failed",
    "no-answer": "caller-no-answer",
    "canceled": "caller-no-answer",
}


@dataclass(slots=True)
class Talk:
    """One callback of a return call, and all that is at hand to answer it."""

    session: Session
    exchange: ReturnExchange
    promise: Promise
    tried: ReturnCall
    language: str
    """the caller's"""
    callback: Callback
    now: datetime

    @property
    def place(self) -> Place:
        return Place(self.tried.call, self.tried.number)

    @property
    def goes_on(self) -> bool:
        return self.promise.open and self.tried.open

    @property
    def directory(self) -> Directory:
        return self.exchange.directories.in_force(self.session)

    @property
    def owners_language(self) -> str:
        return language_spoken_to(self.directory.centers.get(self.tried.center))

    def ends_as(self, outcome: str) -> None:
        close(self.session, self.exchange, self.promise, self.tried, outcome, self.now)


def owner_picked_up(talk: Talk) -> ReturnStep:
    """The center that owes it has picked up, or its voicemail."""
    if not talk.goes_on:
        return HANG_UP
    talk.tried.sid, talk.tried.progress = talk.callback.get("CallSid"), "in-progress"
    return AskOwner(
        talk.place, _name_of_what_was_called(talk), talk.owners_language, not talk.promise.only_center
    )


def _name_of_what_was_called(talk: Talk) -> str:
    helpline = talk.directory.helplines.get(talk.promise.helpline or "")
    return helpline.name if helpline else talk.tried.name


def owner_pressed(talk: Talk) -> ReturnStep:
    """The center has pressed a key: 1 has the caller rung, 2 means later, 3 hands the promise on."""
    key = talk.callback.key_pressed
    if not talk.goes_on:
        return HANG_UP
    if key == TAKE_KEY:
        return _ring_caller(talk)
    if key == LATER_KEY:
        talk.ends_as("later")
        return Goodbye("return-later", talk.owners_language)
    if key == HAND_ON_KEY and not talk.promise.only_center:
        talk.ends_as("handed-on")
        return Goodbye("return-handed-on", talk.owners_language)
    return HANG_UP


def _ring_caller(talk: Talk) -> ReturnStep:
    """Ring the caller, unless that has become impossible since the center was rung."""
    promise = talk.promise
    if not may_be_called(talk.session, promise.called_match):
        talk.ends_as("stopped")
        return Goodbye("return-withdrawn", talk.owners_language)
    if is_calling_us(talk.session, promise, talk.now):
        talk.ends_as("later")
        return Goodbye("return-calling-us", talk.owners_language)
    if talk.exchange.hours.first_from(promise.area_code, talk.now) > talk.now or (
        promise.attempts >= MOST_ATTEMPTS
    ):
        talk.ends_as("later")
        return Goodbye("return-not-now", talk.owners_language)
    promise.attempts += 1
    promises.save(talk.session, promise)
    talk.tried.taken_at = talk.now
    return RingCaller(talk.place, talk.tried.shown, talk.owners_language)


def caller_picked_up(talk: Talk) -> ReturnStep:
    """Somebody or something has picked up at the caller's."""
    if not talk.goes_on or talk.tried.taken_at is None:
        return HANG_UP
    talk.tried.asked_at = talk.now
    return AskCaller(talk.place, talk.language, talk.promise.message_allowed)


def caller_pressed(talk: Talk) -> ReturnStep:
    """1 connects, after the disclosure; 2 ends the promise; 9 stops all further calls."""
    key = talk.callback.key_pressed
    if not talk.goes_on:
        return HANG_UP
    if key == AGREE_KEY:
        talk.tried.agreed_at = talk.now
        return Connect(talk.tried.center, talk.tried.name, talk.language)
    if key == DECLINE_KEY:
        talk.ends_as("declined")
        return Goodbye("return-declined", talk.language)
    if key == STOP_KEY:
        talk.ends_as("stopped")
        return Stopped(talk.place, talk.language)
    return HANG_UP


def caller_pressed_once_more(talk: Talk) -> ReturnStep:
    """After 9: with 7, everything that we have of the caller is deleted."""
    if talk.callback.key_pressed != FORGET_KEY or talk.tried.called_match is None:
        return HANG_UP
    forget(talk.session, talk.tried.called_match, talk.now)
    return Goodbye("forgotten", talk.language)


def callers_leg_ended(talk: Talk) -> ReturnStep:
    """The result of ringing the caller. Only who agreed, and was connected, was called back."""
    told, tried = talk.callback, talk.tried
    if tried.open and tried.agreed_at and told.get("DialBridged") in {"true", ""}:
        seconds = told.seconds("DialCallDuration")
        keep(talk.session, talk.exchange, talk.promise, tried, _talk_seconds(tried, seconds), talk.now)
    elif tried.open:
        talk.ends_as(_CALLER_MISSED.get(told.get("DialCallStatus"), "caller-silent"))
    if not told.caller_is_there:
        return NOBODY_THERE
    return Goodbye("goodbye" if tried.outcome == "kept" else "return-not-reached", talk.owners_language)


def _talk_seconds(tried: ReturnCall, carrier_seconds: int) -> int:
    """Less the time in which the caller was asked. Bounded, so that a clock that jumps changes no amount."""
    if tried.asked_at is None or tried.agreed_at is None:
        return 0
    asked = round((tried.agreed_at - tried.asked_at).total_seconds())
    return max(carrier_seconds - min(max(asked, 0), SCREENING_SECONDS), 0)


def owners_leg_proceeds(talk: Talk) -> None:
    """How the call to the center proceeds. Its end without a key 1 means that it was missed."""
    status, tried = talk.callback.get("CallStatus"), talk.tried
    tried.sid = tried.sid or talk.callback.get("CallSid")
    tried.progress = status if not tried.progress or status in FINAL else tried.progress
    if tried.open and status in FINAL and tried.taken_at is None:
        talk.ends_as(_NEVER_PICKED_UP.get(status, "screened-out"))


FINAL = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
DEEDS: dict[str, Callable[[Talk], ReturnStep]] = {
    "owner": owner_picked_up,
    "owner-key": owner_pressed,
    "caller": caller_picked_up,
    "caller-key": caller_pressed,
    "caller-last-key": caller_pressed_once_more,
    "bridged": callers_leg_ended,
}
"""What each request of a return call does; `/twilio/return/CALL/NUMBER/…`."""


def answer(
    session: Session, exchange: ReturnExchange, what: str, place: Place, callback: Callback, now: datetime
) -> str:
    """Answer a request of a return call; a repetition gets the answer of the first time."""
    key = f"return {place.number} {what}"
    talk, seen = _at_hand(session, exchange, place, callback, key, now)
    if seen:
        return _as_sent(session, exchange, place.call, talk, str(seen[0][0]))
    step = DEEDS[what](talk) if talk else HANG_UP
    given = exchange.render(step)
    inbox.store(session, place.call, key, now, callback.fields, given.document)
    if talk:
        promises.save_return_call(session, talk.tried)
    if given.told:
        outbox.publish_told(session, place.call, now, DISCLOSURES_FROM + place.number, given.told)
    return _as_sent(session, exchange, place.call, talk, given.document)


def note(
    session: Session, exchange: ReturnExchange, what: str, place: Place, callback: Callback, now: datetime
) -> None:
    """Keep a callback that wants no document: how one of the two legs proceeds."""
    key = f"return {place.number} {what} {callback.get('CallStatus')}"
    talk, seen = _at_hand(session, exchange, place, callback, key, now)
    if seen:
        return
    inbox.store(session, place.call, key, now, callback.fields)
    if talk and what == "status":
        owners_leg_proceeds(talk)
        promises.save_return_call(session, talk.tried)


def _at_hand(
    session: Session, exchange: ReturnExchange, place: Place, callback: Callback, key: str, now: datetime
) -> tuple[Talk | None, list[Row]]:
    """What is known of this return call, under the lock of its promise; and whether this callback came before."""
    found, tries, spoken, seen = session.ask_all(
        (LOCKED, {"call": place.call}),
        _asking_for(place),
        (_LANGUAGE, {"call": place.call}),
        inbox.asking(place.call, key),
    )
    promise = from_rows(found)
    if promise is None or not tries:
        return None, seen
    return Talk(session, exchange, promise, ReturnCall(*tries[0]), spoken[0][0], callback, now), seen


def _asking_for(place: Place) -> tuple[Statement, dict[str, Any]]:
    return RETURN_CALL, {"call": place.call, "number": place.number}


def _as_sent(session: Session, exchange: ReturnExchange, call: str, talk: Talk | None, document: str) -> str:
    """The document as the carrier gets it, with the caller's number in it where it rings the caller."""
    if CALLERS_NUMBER not in document or talk is None:
        return document
    number = kept(session, exchange.vault, call, talk.promise.called_purpose)
    return document.replace(CALLERS_NUMBER, number) if number else exchange.render(HANG_UP).document
