"""The do-not-call list. It holds match values by a key of its own, never numbers or pseudonyms.

So no other table can be joined with it, and it outlives all that is erased or purged.

Source: 47 CFR 64.1200(d), internal do-not-call lists.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert

from callrouter.database import Session
from callrouter.privacy.numbers import unseal_number
from callrouter.privacy.pseudonyms import pseudonyms_of
from callrouter.privacy.vault import Vault
from callrouter.promises.deadlines import WITHDRAWN
from callrouter.promises.model import OPEN, DoNotCallEntry, Promise

_ADD = insert(DoNotCallEntry).on_conflict_do_nothing(index_elements=["number_match"])
_OF_NUMBER = DoNotCallEntry.number_match == sa.bindparam("match")
_REMOVE = sa.delete(DoNotCallEntry).where(_OF_NUMBER)
_LISTED = sa.select(DoNotCallEntry.number_match).where(_OF_NUMBER)
_WITHDRAW = (
    sa.update(Promise)
    .where(
        Promise.called_pseudonym == sa.any_(sa.bindparam("pseudonyms", type_=ARRAY(sa.Text))),
        Promise.state == OPEN,
    )
    .values(
        state=WITHDRAWN,
        ended_at=sa.bindparam("now"),
        end_reason="the caller asked not to be called again",
        next_attempt_at=None,
        wait_reason=None,
    )
    .returning(Promise.call)
)


def may_be_called(session: Session, vault: Vault, number: str) -> bool:
    """Whether the number is not on the list."""
    match = vault.do_not_call_key(session).match(number)
    return session.execute(_LISTED, {"match": match}).first() is None


def number_to_call(session: Session, vault: Vault, promise: Promise) -> str | None:
    """The number that was promised a return call. Ask in the transaction that dials.

    None if it may not be called: it is on the list, was erased, or the key of its day was destroyed.
    """
    number = unseal_number(session, vault, promise.call, promise.called_purpose)
    return number if number is not None and may_be_called(session, vault, number) else None


def allow_calls(session: Session, vault: Vault, number: str) -> None:
    """Take a number off the list. A caller who asks for a return call withdraws an earlier do-not-call request."""
    session.execute(_REMOVE, {"match": vault.do_not_call_key(session).match(number)})


def add_to_do_not_call(session: Session, vault: Vault, number: str, now: datetime) -> int:
    """Put a number on the list and withdraw its open promises. Returns how many were withdrawn."""
    match = vault.do_not_call_key(session).match(number)
    session.execute(_ADD, {"number_match": match, "asked_at": now})
    withdrawn = session.execute(_WITHDRAW, {"pseudonyms": pseudonyms_of(session, vault, number), "now": now})
    return len(withdrawn.all())
