"""Billable calls: accepted legs, and return calls that kept their promise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from callrouter.billing.model import CHARGE
from callrouter.calls.model import Call, Leg
from callrouter.database import Session
from callrouter.money import Money
from callrouter.promises.model import ReturnCall


def _billable(whose: sa.ColumnElement[bool]) -> sa.CompoundSelect[Any]:
    """The billable calls among those that have ended, by arrival."""
    of_call = (Call.arrived_at, Call.directory_version, Call.caller_pseudonym, Call.simulated)
    accepted = sa.select(
        Call.sid.label("call"),
        Leg.partner,
        Leg.center,
        Call.helpline,
        Leg.kind,
        *of_call,
        sa.func.coalesce(Leg.talk_seconds, 0).label("talk_seconds"),
    ).join_from(Call, Leg, sa.and_(Leg.call == Call.sid, Leg.outcome == "accepted"))
    kept = sa.select(
        Call.sid.label("call"),
        ReturnCall.partner,
        ReturnCall.center,
        Call.helpline,
        ReturnCall.kind,
        *of_call,
        sa.func.coalesce(ReturnCall.talk_seconds, 0).label("talk_seconds"),
    ).join_from(Call, ReturnCall, sa.and_(ReturnCall.call == Call.sid, ReturnCall.outcome == "kept"))
    over = (whose, Call.ended_at.is_not(None))
    either: sa.CompoundSelect[Any] = sa.union_all(accepted.where(*over), kept.where(*over))
    return either.order_by("arrived_at", "call")


_OF_CALLS = _billable(Call.sid == sa.any_(sa.bindparam("calls", type_=ARRAY(sa.Text))))
_OF_CALLERS = _billable(Call.caller_pseudonym == sa.any_(sa.bindparam("matches", type_=ARRAY(sa.Text))))


class PartnerCaller(NamedTuple):
    """A partner and a caller. Their calls are priced together.

    A caller who withheld the number has only this one call. Simulated calls are never priced together with real ones.
    """

    partner: str
    match: str | None
    call: str | None
    simulated: bool

    @classmethod
    def of(cls, partner: str, match: str | None, call: str, *, simulated: bool) -> PartnerCaller:
        return cls(partner, match, None if match else call, simulated)


@dataclass(frozen=True, slots=True)
class BillableCall:
    """A conversation of a caller with a center: the facts that its charge depends on."""

    call: str
    partner: str
    center: str
    helpline: str | None
    kind: str
    arrived_at: datetime
    directory_version: int
    caller_pseudonym: str | None
    simulated: bool
    talk_seconds: int

    @property
    def partner_caller(self) -> PartnerCaller:
        return PartnerCaller.of(self.partner, self.caller_pseudonym, self.call, simulated=self.simulated)

    def charge(self, price: Money, day: str, now: datetime, reason: str | None = None) -> dict[str, Any]:
        """The ledger entry of the charge, for a day of the partner. `reason` is given if the call was free before."""
        return {
            "entry_type": CHARGE,
            "partner": self.partner,
            "call": self.call,
            "center": self.center,
            "helpline": self.helpline,
            "kind": self.kind,
            "amount": price.minor,
            "currency": price.currency,
            "reason": reason,
            "posted_at": now,
            "day": day,
            "period": day[:7],
            "caller_pseudonym": self.caller_pseudonym,
            "arrived_at": self.arrived_at,
            "simulated": self.simulated,
        }


def billable_calls(session: Session, calls: list[str]) -> list[BillableCall]:
    """The billable calls among these, by arrival. Calls in progress are left out."""
    return [BillableCall(**row._asdict()) for row in session.execute(_OF_CALLS, {"calls": calls})]


def billable_calls_of_callers(session: Session, matches: list[str]) -> list[BillableCall]:
    """All billable calls of these callers, with every partner."""
    return [BillableCall(**row._asdict()) for row in session.execute(_OF_CALLERS, {"matches": matches})]
