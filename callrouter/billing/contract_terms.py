"""The terms of a partner's contract when a call arrived: by the directory that was in force then, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from callrouter.database import Session
from callrouter.directory.directory import Partner, Rate
from callrouter.directory.last_known import last_known
from callrouter.directory.versions import DirectoryShelf

UTC = "UTC"


class PricedByContract(Protocol):
    """A call of a partner, as far as the contract's terms for it depend on it."""

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
    """The rate in force at an arrival, the partner's zone then, and its spend cap of a month (minor units)."""

    rate: Rate | None
    timezone: str
    spend_cap: int | None


def contract_terms(session: Session, directories: DirectoryShelf, call: PricedByContract) -> ContractTerms:
    """The terms for a call. A partner that was not there when it arrived had no rate then, so it is free."""
    partner = _at_arrival(session, directories, call)
    if partner is None:
        return ContractTerms(None, UTC, None)
    rate = partner.rate(call.kind, call.arrived_at)
    return ContractTerms(rate, partner.timezone, partner.spend_cap_minor)


def had_allowances(session: Session, directories: DirectoryShelf, call: PricedByContract) -> bool:
    """Whether the partner had free calls of any kind, or a spend cap, when the call arrived."""
    partner = _at_arrival(session, directories, call)
    return partner is not None and partner.has_allowances


def timezone_at_arrival(session: Session, directories: DirectoryShelf, call: PricedByContract) -> str:
    """The partner's zone when the call arrived."""
    partner = _at_arrival(session, directories, call)
    return partner.timezone if partner else UTC


def current_partner(session: Session, directories: DirectoryShelf, partner: str) -> Partner | None:
    """The partner as the directory in force has it; None where it has left."""
    return directories.in_force(session).partners.get(partner)


def current_timezone(session: Session, directories: DirectoryShelf, partner: str) -> str:
    """The partner's zone now; where it has left, the last that it had."""
    known = current_partner(session, directories, partner) or last_known(session, partner)
    return known.timezone if known else UTC


def _at_arrival(session: Session, directories: DirectoryShelf, call: PricedByContract) -> Partner | None:
    return directories.at(session, call.directory_version).partners.get(call.partner)
