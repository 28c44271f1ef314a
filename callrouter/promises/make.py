"""Making a promise, and changing it by the caller's own keys, in the transaction of the key press that asked for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from callrouter import phone
from callrouter.calls.dependencies import AllowMessage, Consent, OtherNumber, PromiseChange
from callrouter.calls.model import Call
from callrouter.database import Result, Session, sql
from callrouter.directory.directory import Center
from callrouter.privacy.keep import keep_instead
from callrouter.privacy.vault import CALLER, RETURN, Vault
from callrouter.promises.day import CallingHours
from callrouter.promises.model import promise as promises
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

_CALLER_MATCH = (
    sa.select(Call.caller_match).where(Call.sid == sa.bindparam("call")).correlate(None).scalar_subquery()
)
_CALLS_OF_CALLER = sa.select(Call.sid).where(Call.caller_match == _CALLER_MATCH)
_OWNER = (
    sa.select(promises.c.owner)
    .where(
        promises.c.state == "open",
        promises.c.helpline == sa.bindparam("helpline"),
        promises.c.owner.is_not(None),
        # From the number that is to be called, or from the one that was promised a call at another.
        sa.or_(promises.c.called_match == _CALLER_MATCH, promises.c.call.in_(_CALLS_OF_CALLER)),
    )
    .order_by(promises.c.made_at.desc())
    .limit(1)
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

    def owner(self, session: Session, call: str, helpline: str) -> Result:
        """Which center owes the caller of this call a return call of this helpline; no row where none does."""
        return session.execute(_OWNER, {"call": call, "helpline": helpline})

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
        promise.called_match = keep_instead(session, self.vault, promise.call, number, RETURN, now)
        promise.called_purpose, promise.area_code = RETURN, phone.area_code(number)
        promise.due_at = max(promise.due_at, due(None, promise.area_code, self.hours, promise.made_at))
