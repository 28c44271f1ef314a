"""What was agreed with a partner when a call arrived: by the directory that was in force then, and by nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from callrouter.database import Session
from callrouter.directory.directory import Partner, Rate
from callrouter.directory.last_known import last_known
from callrouter.directory.versions import DirectoryShelf

UTC = "UTC"


class Arrived(Protocol):
    """A call of a partner, as far as what was agreed on depends on it."""

    @property
    def partner(self) -> str: ...

    @property
    def kind(self) -> str: ...

    @property
    def arrived_at(self) -> datetime: ...

    @property
    def directory_version(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Agreed:
    """The rate in force at an arrival, the partner's zone then, and its ceiling of a month (minor units)."""

    rate: Rate | None
    timezone: str
    ceiling: int | None


def may_concede(session: Session, directories: DirectoryShelf, call: Arrived) -> bool:
    """Whether the partner had free calls of any kind, or a ceiling, when the call arrived."""
    partner = directories.at(session, call.directory_version).partners.get(call.partner)
    return partner is not None and partner.has_allowances


def agreed(session: Session, directories: DirectoryShelf, call: Arrived) -> Agreed:
    """What held for a call. A partner that was not there when it arrived had no rate then, so it is free."""
    partner = directories.at(session, call.directory_version).partners.get(call.partner)
    if partner is None:
        return Agreed(None, UTC, None)
    return Agreed(partner.rate(call.kind, call.arrived_at), partner.timezone, partner.monthly_ceiling_minor)


def zone_then(session: Session, directories: DirectoryShelf, call: Arrived) -> str:
    """The partner's zone when the call arrived."""
    partner = directories.at(session, call.directory_version).partners.get(call.partner)
    return partner.timezone if partner else UTC


def partner_now(session: Session, directories: DirectoryShelf, partner: str) -> Partner | None:
    """The partner as the directory in force has it; None where it has left."""
    return directories.in_force(session).partners.get(partner)


def zone_now(session: Session, directories: DirectoryShelf, partner: str) -> str:
    """The partner's zone now; where it has left, the last that it had."""
    known = partner_now(session, directories, partner) or last_known(session, partner)
    return known.timezone if known else UTC
