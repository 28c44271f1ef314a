"""Which seats of a helpline are eligible, and the reason for each that is not. *Pure.*

The slow facts (partner, license, hours, state) make a `Lineup`, which holds until one of them changes. The fast
facts (lines, pauses, caps, centers this call has tried) are passed to `pool` for each decision.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from callrouter.directory.directory import Center, Directory, Helpline, Partner, Seat
from callrouter.directory.opening_hours.opening import opening

NOT_VERIFIED = "partner not verified"
SUSPENDED = "suspended"
LICENSE_EXPIRED = "license expired"
OUTSIDE_HOURS = "outside hours"
STATE_NOT_SERVED = "state not served"
DAILY_CAP = "daily cap reached"
MONTHLY_CAP = "monthly cap reached"
LINES_BUSY = "all lines busy"
ALREADY_TRIED = "already tried on this call"
PAUSED = "paused after missed calls"
NO_TIME_LEFT = "no time left to ring it"
OTHER_LANGUAGE = "does not speak the caller's language"

LONGEST_LINEUP = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A seat that the slow facts allow."""

    center: str
    weight: int
    tier: int
    languages: tuple[str, ...]


@dataclass(frozen=True)
class Lineup:
    """The seats of a helpline that may be rung, and why the others may not."""

    candidates: tuple[Candidate, ...]
    skipped: Mapping[str, str]
    """center: reason"""

    @cached_property
    def document(self) -> str:
        """The lineup as JSON, as it is stored."""
        rows = [[c.center, c.weight, c.tier, list(c.languages)] for c in self.candidates]
        return json.dumps({"candidates": rows, "skipped": dict(self.skipped)}, separators=(",", ":"))

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.document.encode()).hexdigest()

    @classmethod
    def from_document(cls, document: str) -> Lineup:
        read = json.loads(document)
        rows = (
            Candidate(center, weight, tier, tuple(spoken))
            for center, weight, tier, spoken in read["candidates"]
        )
        return cls(tuple(rows), read["skipped"])

    def pool(self, language: str, passed_over: Iterable[str]) -> tuple[Candidate, ...]:
        """The seats that one decision picks from: the lowest tier that has any.

        Centers that speak the caller's language go first.
        """
        left = (
            tuple(c for c in self.candidates if c.center not in passed_over)
            if passed_over
            else self.candidates
        )
        speaking = tuple(c for c in left if language in c.languages) or left
        lowest = min((c.tier for c in speaking), default=0)
        return tuple(c for c in speaking if c.tier == lowest)

    def not_speaking(self, language: str, passed_over: Iterable[str]) -> tuple[str, ...]:
        """The centers that were skipped only because others speak the caller's language."""
        left = [c for c in self.candidates if c.center not in passed_over]
        others = tuple(c.center for c in left if language not in c.languages)
        return others if len(others) < len(left) else ()


def partner_forbids(partner: Partner, at: datetime) -> str | None:
    """Why no call may go to this partner now: not verified, suspended, or without a license. None: it may."""
    if partner.status == "suspended":
        return SUSPENDED
    if partner.status != "verified":
        return NOT_VERIFIED
    if at >= license_ends(partner):
        return LICENSE_EXPIRED
    return None


def license_ends(partner: Partner) -> datetime:
    """The first moment after the license's last day, in the partner's zone."""
    return datetime.combine(partner.license.expires + timedelta(days=1), time(), ZoneInfo(partner.timezone))


def line_up(
    directory: Directory, helpline: Helpline, state: str, at: datetime, *, for_promise: bool = False
) -> tuple[Lineup, datetime]:
    """The lineup for callers from a state, and the time until which it holds.

    A closed center may owe a return call, so hours are ignored with `for_promise`.
    """
    candidates, skipped, until = [], {}, at + LONGEST_LINEUP
    for seat in helpline.seats:
        center = directory.centers[seat.center]
        partner = directory.partners[center.partner]
        reason = partner_forbids(partner, at) or _state_forbids(seat, state)
        until = min(until, _license_changes(partner, at, until))
        if not reason and not for_promise:
            reason, changes = _hours_forbid(center, at)
            until = min(until, changes)
        if reason:
            skipped[seat.center] = reason
        else:
            candidates.append(Candidate(seat.center, seat.weight, seat.tier, center.languages))
    return Lineup(tuple(candidates), skipped), until


def _state_forbids(seat: Seat, state: str) -> str | None:
    return STATE_NOT_SERVED if seat.states and state not in seat.states else None


def _hours_forbid(center: Center, at: datetime) -> tuple[str | None, datetime]:
    now = opening(center, at)
    return (None if now.is_open else OUTSIDE_HOURS), now.until


def _license_changes(partner: Partner, at: datetime, otherwise: datetime) -> datetime:
    ends = license_ends(partner)
    return ends if ends > at else otherwise
