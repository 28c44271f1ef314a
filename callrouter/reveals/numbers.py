"""Which numbers a call has, and why one cannot be shown."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

import sqlalchemy as sa

from callrouter.calls.model import Call
from callrouter.database import Session
from callrouter.errors import Fault, NotKnown
from callrouter.phone import WITHHELD
from callrouter.privacy.acts import ActKind
from callrouter.privacy.model import PrivacyAct
from callrouter.privacy.numbers import unseal_number
from callrouter.privacy.vault import CALLER, RETURN, Vault
from callrouter.promises.model import Promise

_FACTS = (
    sa.select(Call.caller, Call.caller_erased_at, Promise.called_purpose)
    .join(Promise, Promise.call == Call.sid, isouter=True)
    .where(Call.sid == sa.bindparam("of_call"))
)
_DAY = sa.cast(sa.func.timezone("UTC", Call.arrived_at), sa.Date)
# An open promise holds its number back: the purges before its end passed it over.
_PURGED_AT = (
    sa.select(sa.func.min(PrivacyAct.at))
    .select_from(Call)
    .join(Promise, Promise.call == Call.sid, isouter=True)
    .join(PrivacyAct, PrivacyAct.up_to >= _DAY)
    .where(
        Call.sid == sa.bindparam("of_call"),
        PrivacyAct.act == ActKind.PURGE.value,
        PrivacyAct.numbers > 0,
        PrivacyAct.at >= sa.func.coalesce(Promise.ended_at, Call.ended_at, Call.arrived_at),
    )
)


class CallNumber(NamedTuple):
    """A number of a call: the caller's own (`caller`), or the other one that they are called back at (`return`)."""

    call: str
    purpose: str


class NumberGone(Fault):
    """There is no number to show."""


def purposes_of(session: Session, call: str) -> tuple[str, ...]:
    """Which numbers the call has, or had. Raises NotKnown for an unknown call."""
    facts = _facts(session, call)
    own = () if facts.caller == WITHHELD else (CALLER,)
    return (*own, RETURN) if facts.called_purpose == RETURN else own


def erased_at(session: Session, call: str) -> datetime | None:
    """When the caller's numbers were erased on request. None: they were not."""
    erased: datetime | None = _facts(session, call).caller_erased_at
    return erased


def why_gone(session: Session, number: CallNumber) -> str:
    """Why a number that cannot be unsealed is not there."""
    facts = _facts(session, number.call)
    if number.purpose not in purposes_of(session, number.call):
        return (
            "The caller entered no other number"
            if number.purpose == RETURN
            else "The caller withheld the number: it was never stored"
        )
    if facts.caller_erased_at is not None:
        day = facts.caller_erased_at.astimezone(UTC).date()
        return f"The number was erased on request on {day} (UTC). Nobody can read it any more"
    purged: datetime | None = session.execute(_PURGED_AT, {"of_call": number.call}).scalar()
    when = f" on {purged.astimezone(UTC).date()} (UTC)" if purged else ""
    return f"The number was purged{when}, because its days were over. Nobody can read it any more"


def open_number(session: Session, vault: Vault, number: CallNumber) -> str:
    """The number itself. Raises NumberGone."""
    opened = unseal_number(session, vault, number.call, number.purpose)
    if opened is None:
        raise NumberGone(why_gone(session, number))
    return opened


def _facts(session: Session, call: str) -> sa.Row[tuple[str, datetime | None, str | None]]:
    row: sa.Row[tuple[str, datetime | None, str | None]] | None
    row = session.execute(_FACTS, {"of_call": call}).one_or_none()
    if row is None:
        raise NotKnown(f"there is no call {call}")
    return row
