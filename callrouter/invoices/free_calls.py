"""The calls of a month that a center answered, and that cost nothing: too short, a repeat, or without a rate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from callrouter.billing.contract_terms import contract_terms
from callrouter.billing.pricing import AcceptedCall, why_free
from callrouter.database import Session, sql
from callrouter.directory.versions import DirectoryShelf
from callrouter.invoices.invoice import FREE
from callrouter.invoices.unexplained import WITHOUT_CHARGE, PartnersMonth

_FREE = sql(
    "SELECT talk.call, talk.partner, center.name, talk.kind, talk.arrived_at, talk.directory_version,"  # noqa: S608
    " talk.talk_seconds, talk.caller FROM partner_call talk"
    " JOIN center ON center.key = talk.center"
    " WHERE talk.partner = :partner AND talk.day >= :first AND talk.day < :next AND talk.simulated = :simulated"
    " AND (talk.answered OR talk.kept)"
    f" AND {WITHOUT_CHARGE}"
    " ORDER BY talk.arrived_at, talk.call"
)


@dataclass(frozen=True, slots=True)
class _FreeCall:
    call: str
    partner: str
    center: str
    """its name"""
    kind: str
    arrived_at: datetime
    directory_version: int
    talk_seconds: int
    caller: str
    """masked"""


def free_lines(session: Session, directories: DirectoryShelf, month: PartnersMonth) -> list[dict[str, Any]]:
    """Their lines, by arrival, without positions."""
    found = session.ask(
        _FREE,
        partner=month.partner,
        month=month.month,
        **month.days,
        simulated=month.simulated,
    )
    return [_line(session, directories, _FreeCall(*row)) for row in found]


def _line(session: Session, directories: DirectoryShelf, one: _FreeCall) -> dict[str, Any]:
    return {
        "what": FREE,
        "arrived_at": one.arrived_at,
        "call": one.call,
        "kind": one.kind,
        "center": one.center,
        "talk_seconds": one.talk_seconds,
        "caller": one.caller,
        "amount": 0,
        "reason": _reason(session, directories, one),
    }


def _reason(session: Session, directories: DirectoryShelf, one: _FreeCall) -> str:
    """What is neither without a rate nor too short can only be a repeat."""
    rate = contract_terms(session, directories, one).rate
    itself = (one.arrived_at,)
    free = why_free(rate, AcceptedCall(one.arrived_at, one.talk_seconds, itself))
    return free.reason if free else "not charged"
