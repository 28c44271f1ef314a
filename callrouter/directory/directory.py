"""The directory as a value: one whole version, in memory, which never changes.

Every change makes a new version. All versions are kept (`model.directory_version`), so old decisions can be
explained.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

LANGUAGES = ("en", "es")
"""the languages that callers hear; the first is the default"""

CALL_KINDS = ("helpline", "listing")
MONTHLY = "monthly"
RATE_KINDS = (*CALL_KINDS, MONTHLY)
"""what a partner is charged for: a call by rotation, a call to its listing, and the month"""


@dataclass(frozen=True, slots=True)
class License:
    """A partner's license. It gets no calls after its last day (in the partner's zone)."""

    number: str
    state: str
    expires: date


@dataclass(frozen=True, slots=True)
class Rate:
    """A price per charged call, or a monthly fee, from a date on (in the partner's zone)."""

    kind: str
    """`helpline`, `listing`, or `monthly`: a flat fee, for which the following fields do not apply"""
    begins: date
    price_minor: int
    currency: str
    minimum_seconds: int = 30
    repeat_days: int = 30
    free_calls: int = 0
    """free calls of this kind in a month"""

    @property
    def is_flat(self) -> bool:
        return self.kind == MONTHLY


@dataclass(frozen=True, slots=True)
class Partner:
    """The organization that pays: a verified, paid advertiser."""

    key: str
    name: str
    status: str
    """`pending`, `verified`, `suspended` or `ended`"""
    timezone: str
    license: License
    billing_email: str = ""
    rates: tuple[Rate, ...] = ()
    spend_cap_minor: int | None = None
    """the most that its calls of a month may cost, in minor units; None: no spend cap"""

    @property
    def currency(self) -> str | None:
        """The currency of all its rates. None without a rate."""
        return self.rates[0].currency if self.rates else None

    @property
    def has_allowances(self) -> bool:
        """Whether the price of a call may depend on other calls of the month."""
        return self.spend_cap_minor is not None or any(rate.free_calls for rate in self.rates)

    def rate(self, kind: str, at: datetime) -> Rate | None:
        """The rate of this kind in force at a moment: the latest that has begun in the partner's zone."""
        return self.rate_on(kind, at.astimezone(ZoneInfo(self.timezone)).date())

    def rate_on(self, kind: str, day: date) -> Rate | None:
        """The rate of this kind in force on a day of the partner."""
        begun = [rate for rate in self.rates if rate.kind == kind and rate.begins <= day]
        return max(begun, key=lambda rate: rate.begins, default=None)


@dataclass(frozen=True, slots=True)
class Center:
    """A treatment center of a partner: the place that answers the phone."""

    key: str
    partner: str
    name: str
    phone: str
    """E.164 or `sip:…`"""
    timezone: str
    hours: str = "24/7"
    """in the syntax of docs/directory-file.md"""
    ring_seconds: int = 20
    screening: str = "none"
    """`press-1` or `none`"""
    max_concurrent: int | None = None
    """calls at a time; None: no limit"""
    pause_after_missed: int = 0
    """missed calls in an hour that pause its seats; 0: never"""
    languages: tuple[str, ...] = ("en",)

    @property
    def screens(self) -> bool:
        return self.screening == "press-1"


@dataclass(frozen=True, slots=True)
class Listing:
    """A center's entry on the website, with numbers of its own."""

    key: str
    center: str
    numbers: tuple[str, ...]
    helpline: str | None = None
    """the helpline that a caller may choose if the center does not answer; None: the directory's first"""


@dataclass(frozen=True, slots=True)
class Seat:
    """A center's place in a helpline's rotation."""

    center: str
    weight: int = 1
    tier: int = 1
    states: tuple[str, ...] = ()
    """states served; empty: all"""
    daily_cap: int | None = None
    monthly_cap: int | None = None


@dataclass(frozen=True)
class Helpline:
    """A general number, with its greeting, its rules and its rotation."""

    key: str
    name: str
    numbers: tuple[str, ...]
    timezone: str
    max_wait_seconds: int = 90
    seats: tuple[Seat, ...] = ()
    languages: tuple[str, ...] = LANGUAGES

    @cached_property
    def has_states(self) -> bool:
        """Whether a caller's state decides which seats are eligible."""
        return any(seat.states for seat in self.seats)

    @cached_property
    def capped_seats(self) -> tuple[Seat, ...]:
        """The seats with a daily or monthly cap."""
        return tuple(
            seat for seat in self.seats if seat.daily_cap is not None or seat.monthly_cap is not None
        )


@dataclass(frozen=True)
class Directory:
    """One version of the directory. `version` counts from 1; 0 is the empty one."""

    version: int = 0
    partners: dict[str, Partner] = field(default_factory=dict)
    centers: dict[str, Center] = field(default_factory=dict)
    listings: dict[str, Listing] = field(default_factory=dict)
    helplines: dict[str, Helpline] = field(default_factory=dict)

    @cached_property
    def listing_at(self) -> dict[str, Listing]:
        """The listing of each number."""
        return {number: listing for listing in self.listings.values() for number in listing.numbers}

    @cached_property
    def helpline_at(self) -> dict[str, Helpline]:
        """The helpline of each number."""
        return {number: helpline for helpline in self.helplines.values() for number in helpline.numbers}

    @cached_property
    def own_numbers(self) -> frozenset[str]:
        """Every number that reaches us. A call from one of them is a loop."""
        return frozenset(self.listing_at) | frozenset(self.helpline_at)

    @cached_property
    def known_numbers(self) -> frozenset[str]:
        """Every number that reaches us or a center. None of them is a caller's."""
        return self.own_numbers | {center.phone for center in self.centers.values()}

    @cached_property
    def spend_capped(self) -> frozenset[str]:
        """The partners with a spend cap."""
        return frozenset(key for key, partner in self.partners.items() if partner.spend_cap_minor is not None)

    def partner_of(self, center: str) -> Partner:
        return self.partners[self.centers[center].partner]

    def helpline_for(self, listing: str | None) -> Helpline | None:
        """The helpline that a caller of this listing may choose."""
        own = self.listings[listing].helpline if listing in self.listings else None
        return self.helplines[own] if own else next(iter(self.helplines.values()), None)


def language_spoken_to(center: Center | None) -> str:
    """The first of a center's languages that we support."""
    spoken = [language for language in center.languages if language in LANGUAGES] if center else []
    return spoken[0] if spoken else LANGUAGES[0]
