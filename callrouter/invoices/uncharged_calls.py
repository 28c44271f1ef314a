"""The answered calls of a month that cost nothing: too short, a repeat, or without a rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from callrouter.billing.contract_terms import contract_terms
from callrouter.billing.model import CHARGE, Confirmation, LedgerEntry
from callrouter.billing.pricing import AcceptedCall, why_free
from callrouter.database import Session
from callrouter.directory.model import StoredCenter
from callrouter.directory.versions import DirectoryCache
from callrouter.figures.model import PartnerCall
from callrouter.invoices.invoice import FREE
from callrouter.reconciliation.model import CarrierDifference

# The calls of an open month are posted in it, so its charges are one range.
_CHARGED = sa.exists().where(
    LedgerEntry.partner == sa.bindparam("partner"),
    LedgerEntry.period == sa.bindparam("period"),
    LedgerEntry.call == PartnerCall.call,
    LedgerEntry.entry_type == CHARGE,
)
# Checked for the few remaining calls, not for all answered ones.
_IS_RECONCILED = sa.or_(
    sa.exists().where(Confirmation.call == PartnerCall.call),
    sa.exists().where(
        CarrierDifference.call == PartnerCall.call,
        sa.or_(CarrierDifference.corrected, CarrierDifference.explained_at.is_not(None)),
    ),
)
UNCHARGED_CALLS = (
    sa.select(
        PartnerCall.call,
        PartnerCall.partner,
        StoredCenter.name.label("center"),
        PartnerCall.kind,
        PartnerCall.arrived_at,
        PartnerCall.directory_version,
        PartnerCall.talk_seconds,
        PartnerCall.caller,
        _IS_RECONCILED.label("is_reconciled"),
    )
    .outerjoin_from(PartnerCall, StoredCenter, StoredCenter.key == PartnerCall.center)
    .where(
        PartnerCall.partner == sa.bindparam("partner"),
        PartnerCall.day >= sa.bindparam("first"),
        PartnerCall.day < sa.bindparam("next"),
        PartnerCall.simulated == sa.bindparam("simulated"),
        sa.or_(PartnerCall.answered, PartnerCall.kept),
        sa.not_(_CHARGED),
    )
    .order_by(PartnerCall.arrived_at, PartnerCall.call)
)
"""rows with the columns of `UnchargedCall`, by arrival"""


@dataclass(frozen=True, slots=True)
class UnchargedCall:
    """An answered call that cost its partner nothing."""

    call: str
    partner: str
    center: str | None
    """its name"""
    kind: str
    arrived_at: datetime
    directory_version: int
    talk_seconds: int
    caller: str
    """masked"""
    is_reconciled: bool
    """confirmed by the carrier's CDRs, explained by a person, or corrected"""


def uncharged_lines(
    session: Session, directories: DirectoryCache, calls: Sequence[UnchargedCall]
) -> list[dict[str, Any]]:
    """Their lines on the invoice, without positions."""
    return [_line(session, directories, call) for call in calls]


def _line(session: Session, directories: DirectoryCache, call: UnchargedCall) -> dict[str, Any]:
    return {
        "what": FREE,
        "arrived_at": call.arrived_at,
        "call": call.call,
        "kind": call.kind,
        "center": call.center,
        "talk_seconds": call.talk_seconds,
        "caller": call.caller,
        "amount": 0,
        "reason": _reason(session, directories, call),
    }


def _reason(session: Session, directories: DirectoryCache, call: UnchargedCall) -> str:
    """A call with a rate that is not too short can only be a repeat."""
    rate = contract_terms(session, directories, call).rate
    itself = (call.arrived_at,)
    free = why_free(rate, AcceptedCall(call.arrived_at, call.talk_seconds, itself))
    return free.reason if free else "not charged"
