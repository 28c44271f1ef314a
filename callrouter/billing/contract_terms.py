"""The terms of a partner's contract for a call: those of the directory version in force when the call arrived."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from callrouter.database import Session
from callrouter.directory.directory import Partner, Rate
from callrouter.directory.last_known import last_known
from callrouter.directory.versions import DirectoryCache

UTC = "UTC"


class PricedByContract(Protocol):
    """The facts of a call that choose its contract terms."""

    @property
    def partner(self) -> str: ...

    @property
    def kind(self) -> str: ...

    @property
    def arrived_at(self) -> datetime: ...

    @property
    def directory_version(self) -> int: ...


@dataclass(frozen=True, slots=True)
class ContractTerms:
    """The rate, the partner's zone, and its monthly spend cap (minor units) when a call arrived."""

    rate: Rate | None
    timezone: str
    spend_cap: int | None


def contract_terms(session: Session, directories: DirectoryCache, call: PricedByContract) -> ContractTerms:
    """Return the terms for a call. A partner that was not in the directory had no rate, so the call is free."""
    partner = _at_arrival(session, directories, call)
    if partner is None:
        return ContractTerms(None, UTC, None)
    rate = partner.rate(call.kind, call.arrived_at)
    return ContractTerms(rate, partner.timezone, partner.spend_cap_minor)


def had_allowances(session: Session, directories: DirectoryCache, call: PricedByContract) -> bool:
    """Whether the partner had free calls or a spend cap when the call arrived."""
    partner = _at_arrival(session, directories, call)
    return partner is not None and partner.has_allowances


def timezone_at_arrival(session: Session, directories: DirectoryCache, call: PricedByContract) -> str:
    """The partner's zone when the call arrived."""
    partner = _at_arrival(session, directories, call)
    return partner.timezone if partner else UTC


def current_partner(session: Session, directories: DirectoryCache, partner: str) -> Partner | None:
    """The partner in the directory in force. None if it has left."""
    return directories.in_force(session).partners.get(partner)


def current_timezone(session: Session, directories: DirectoryCache, partner: str) -> str:
    """The partner's zone in the directory in force, or the last one it had."""
    known = current_partner(session, directories, partner) or last_known(session, partner)
    return known.timezone if known else UTC


def _at_arrival(session: Session, directories: DirectoryCache, call: PricedByContract) -> Partner | None:
    return directories.at(session, call.directory_version).partners.get(call.partner)
