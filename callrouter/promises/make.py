"""Makes promises, and changes them when the caller presses a key. It runs in the transaction of the key press."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from callrouter import phone
from callrouter.calls.dependencies import AllowMessage, Consent, OtherNumber, PromiseChange
from callrouter.calls.model import Call
from callrouter.database import Result, Session
from callrouter.directory.directory import Center
from callrouter.privacy.numbers import replace_number, unseal_number
from callrouter.privacy.pseudonyms import pseudonym_for
from callrouter.privacy.vault import CALLER, RETURN, Vault
from callrouter.promises.calling_hours import CallingHours
from callrouter.promises.deadlines import DUE_WITHIN, EXPIRES_AFTER, WITHDRAWN, due_time, first_opportunity
from callrouter.promises.do_not_call import allow_calls, may_be_called
from callrouter.promises.model import OPEN, Promise
from callrouter.promises.promise import lock_promise, save_promise

_MAKE = insert(Promise).on_conflict_do_nothing(index_elements=["call"])

_CALLER = (
    sa.select(Call.caller_pseudonym).where(Call.sid == sa.bindparam("call")).correlate(None).scalar_subquery()
)
_CALLS_OF_CALLER = sa.select(Call.sid).where(Call.caller_pseudonym == _CALLER)
_OWNER = (
    sa.select(Promise.owner)
    .where(
        Promise.state == OPEN,
        Promise.helpline == sa.bindparam("helpline"),
        Promise.owner.is_not(None),
        # The caller may call from the promised number, or from the number of the original call.
        sa.or_(Promise.called_pseudonym == _CALLER, Promise.call.in_(_CALLS_OF_CALLER)),
    )
    .order_by(Promise.made_at.desc())
    .limit(1)
)


@dataclass(frozen=True)
class PromiseMaker:
    """Makes and changes promises. Each process has one."""

    vault: Vault
    hours: CallingHours

    def make(self, session: Session, call: Call, owner: Center | None, consent: Consent) -> str:
        """Promise the caller a return call by this owner. Returns the wording that says when it will come.

        A call gets one promise. The database binds a listing's promise to its center. Asking for a call takes the
        number off the do-not-call list.
        """
        area_code = phone.area_code(call.caller)
        due_at = due_time(owner, area_code, self.hours, consent.at)
        number = unseal_number(session, self.vault, call.sid, CALLER)
        if number:
            allow_calls(session, self.vault, number)
        pseudonym = call.caller_pseudonym if number else None
        called = {"called_pseudonym": pseudonym, "called_purpose": CALLER, "area_code": area_code}
        session.execute(_MAKE, {**_new_promise(call, owner, consent), **called, "due_at": due_at})
        return self._wording(owner, area_code, consent.at, due_at)

    def _wording(self, owner: Center | None, area_code: str, at: datetime, due_at: datetime) -> str:
        """Choose the wording. It says no more than can be kept."""
        if owner is None:
            return "promised-by-helpline"
        if due_at == at + DUE_WITHIN:
            return "promised"
        allowed_from = self.hours.next_allowed(area_code, at)
        in_the_morning = (
            allowed_from > at and first_opportunity(owner, area_code, self.hours, at) == allowed_from
        )
        return "promised-by-day" if in_the_morning else "promised-later"

    def owner(self, session: Session, call: str, helpline: str) -> Result:
        """The center that owes this caller a return call of this helpline; no row if none does."""
        return session.execute(_OWNER, {"call": call, "helpline": helpline})

    def change(self, session: Session, call: Call, change: PromiseChange, now: datetime) -> bool:
        """Apply a change that the caller asks for. Returns False if the change is not allowed."""
        promise = lock_promise(session, call.sid)
        if promise is None or not promise.open:
            return True
        if isinstance(change, OtherNumber):
            if not may_be_called(session, self.vault, change.number):
                return False
            self._change_number(session, promise, change.number, now)
        elif isinstance(change, AllowMessage):
            promise.message_allowed = True
        else:
            promise.end(WITHDRAWN, "the caller took it back", now)
        save_promise(session, promise)
        return True

    def _change_number(self, session: Session, promise: Promise, number: str, now: datetime) -> None:
        replace_number(session, self.vault, promise.call, number, RETURN, now)
        promise.called_pseudonym = pseudonym_for(session, self.vault, number, now)
        promise.called_purpose, promise.area_code = RETURN, phone.area_code(number)
        promise.due_at = max(promise.due_at, due_time(None, promise.area_code, self.hours, promise.made_at))


def _new_promise(call: Call, owner: Center | None, consent: Consent) -> dict[str, Any]:
    """The columns of a new promise, without its number and its deadline."""
    return {
        "call": call.sid,
        "owner": owner.key if owner else None,
        "listing": call.bound_listing,
        "helpline": call.helpline,
        "only_center": call.only_center,
        "state": OPEN,
        "made_at": consent.at,
        "attempts": 0,
        "message_allowed": False,
        "owned_since": consent.at,
        "rings": 0,
        "misses": 0,
        "next_attempt_at": consent.at,
        "expires_at": consent.at + EXPIRES_AFTER,
        "consent_words": consent.words,
        "consent_key": consent.key,
        "consent_at": consent.at,
    }
