"""Making a promise, and changing it by the caller's own keys, in the transaction of the key press that asked for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from callrouter import phone
from callrouter.calls.call import Call
from callrouter.calls.dependencies import AllowMessage, Consent, OtherNumber, PromiseChange, Question
from callrouter.database import Session, sql
from callrouter.directory.directory import Center
from callrouter.privacy.numbers import replace_number
from callrouter.privacy.vault import CALLER, RETURN, Vault
from callrouter.promises.day import CallingHours
from callrouter.promises.promise import Promise, locked, save
from callrouter.promises.schedule import DUE_WITHIN, EXPIRES_AFTER, WITHDRAWN, due, first_chance
from callrouter.promises.stop import allow_again, may_be_called

_MAKE = sql(
    "INSERT INTO promise (call, owner, listing, helpline, only_center, state, made_at, due_at, attempts,"
    " called_match, called_purpose, area_code, message_allowed, owned_since, rings, misses, next_try_at, expires_at,"
    " consent_words, consent_key, consent_at) VALUES (:call, :owner, :listing, :helpline, :only_center, 'open',"
    " :at, :due_at, 0, :called_match, :called_purpose, :area_code, false, :at, 0, 0, :at, :expires_at,"
    " :words, :key, :at) ON CONFLICT (call) DO NOTHING"
)

_OWNER = sql(
    "SELECT owner FROM promise WHERE state = 'open' AND helpline = :helpline AND owner IS NOT NULL"
    # From the number that is to be called, or from the one that was promised a call at another.
    " AND (called_match = (SELECT caller_match FROM call WHERE sid = :call) OR call IN (SELECT before.sid FROM call"
    " JOIN call before ON before.caller_match = call.caller_match WHERE call.sid = :call))"
    " ORDER BY made_at DESC LIMIT 1"
)


@dataclass(frozen=True)
class PromiseMaker:
    """Makes promises and changes them; made once a process."""

    vault: Vault
    hours: CallingHours

    def make(self, session: Session, call: Call, owner: Center | None, consent: Consent) -> str:
        """Promise the caller a return call by its owner; the wording that says when.

        One a call; the database holds a listing's to its center. Who asks to be called may be called, also after
        having asked not to be.
        """
        area_code = phone.area_code(call.caller)
        due_at = due(owner, area_code, self.hours, consent.at)
        match = call.caller_match if call.number_known else None
        if match:
            allow_again(session, match)
        session.tell(
            _MAKE,
            call=call.sid,
            owner=owner.key if owner else None,
            listing=call.bound_listing,
            helpline=call.helpline,
            only_center=call.only_center,
            at=consent.at,
            due_at=due_at,
            called_match=match,
            called_purpose=CALLER,
            area_code=area_code,
            expires_at=consent.at + EXPIRES_AFTER,
            words=consent.words,
            key=consent.key,
        )
        return self._when(owner, area_code, consent.at, due_at)

    def _when(self, owner: Center | None, area_code: str, at: datetime, due_at: datetime) -> str:
        """What may be said of when it will come: no more than what can be kept."""
        if owner is None:
            return "promised-by-helpline"
        if due_at == at + DUE_WITHIN:
            return "promised"
        by_day = self.hours.first_from(area_code, at)
        in_the_morning = by_day > at and first_chance(owner, area_code, self.hours, at) == by_day
        return "promised-by-day" if in_the_morning else "promised-later"

    def owner_question(self, call: str, helpline: str) -> Question:
        """Which center owes the caller of this call a return call of this helpline; no row where none does."""
        return _OWNER, {"call": call, "helpline": helpline}

    def change(self, session: Session, call: Call, change: PromiseChange, now: datetime) -> bool:
        """The caller says how to be called back, or takes it back. False where that may not be."""
        promise = locked(session, call.sid)
        if promise is None or not promise.open:
            return True
        if isinstance(change, OtherNumber):
            if not may_be_called(session, self.vault.match(change.number)):
                return False
            self._call_instead(session, promise, change.number, now)
        elif isinstance(change, AllowMessage):
            promise.message_allowed = True
        else:
            promise.end(WITHDRAWN, "the caller took it back", now)
        save(session, promise)
        return True

    def _call_instead(self, session: Session, promise: Promise, number: str, now: datetime) -> None:
        promise.called_match = replace_number(session, self.vault, promise.call, number, RETURN, now)
        promise.called_purpose, promise.area_code = RETURN, phone.area_code(number)
        promise.due_at = max(promise.due_at, due(None, promise.area_code, self.hours, promise.made_at))
