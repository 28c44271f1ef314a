"""How another directory version changes what partners pay, in words. *Pure.*

It is about partners that pay or ever did: a new partner with its first rates changes nobody's price. A partner that
comes back is compared with what it last paid (`earlier_versions.py`).

Prices also change without a new rate: by a status that ends or begins the monthly fee, by a time zone, which decides
the day of a call, and by a telephone that moves to another partner or helpline.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import zip_longest

from callrouter.directory.directory import MONTHLY, RATE_KINDS, Directory, Partner, Rate
from callrouter.directory.document import PER_CALL_TERMS
from callrouter.directory.proposals.seat_changes import Seats
from callrouter.directory.telephones import telephone_of
from callrouter.money import Money

NOTHING = "nothing"
OWES_ITS_FEE = frozenset({"verified", "suspended"})
"""the statuses in which a partner owes its monthly fee"""

Owners = Mapping[str, frozenset[str]]
"""the owners of a number: the partners that are rung there or listed under it, or `helpline national`"""


@dataclass(frozen=True, slots=True)
class EarlierVersions:
    """What earlier versions say about what the present one does not have."""

    partners: Mapping[str, Partner] = field(default_factory=dict)
    """those without rates now that had some, as they last had them"""
    owners: Owners = field(default_factory=dict)
    seats: Seats = field(default_factory=dict)
    """those that come back, as they last were in their helpline"""
    day: date = date.min
    """the day of the change"""


NO_EARLIER_VERSIONS = EarlierVersions()


def rate_changes(
    before: Directory, after: Directory, past: EarlierVersions = NO_EARLIER_VERSIONS
) -> tuple[str, ...]:
    """Who would pay what from when on, which ceilings change, and whose calls move, by partner."""
    paying = {key: partner for key, partner in before.partners.items() if partner.rates}
    prices = (
        f"{partner.key}: {change}"
        for partner in {**past.partners, **paying}.values()
        for change in _changes(partner, after.partners.get(partner.key) or _without_rates(partner))
    )
    return (*prices, *_moved({**past.owners, **owners_of_numbers(before)}, owners_of_numbers(after)))


def owners_of_numbers(directory: Directory) -> Owners:
    """Whose center is rung at each number, and whose listing or which helpline it is."""
    owners = [(telephone_of(center.phone), center.partner) for center in directory.centers.values()]
    owners += [
        (number, directory.centers[listing.center].partner)
        for number, listing in directory.listing_at.items()
    ]
    owners += [(number, f"helpline {helpline.key}") for number, helpline in directory.helpline_at.items()]
    found: dict[str, frozenset[str]] = {}
    for number, partner in owners:
        found[number] = found.get(number, frozenset()) | {partner}
    return found


def _moved(before: Owners, after: Owners) -> Iterator[str]:
    """Numbers that only others had before, so that another partner pays for their calls."""
    for number, partners in after.items():
        had = before.get(number, partners)
        for partner in sorted(partners - had):
            yield f"{partner}: {number} becomes its own, which was of {' and '.join(sorted(had))}"


def _without_rates(partner: Partner) -> Partner:
    return replace(partner, rates=(), spend_cap_minor=None)


def _changes(before: Partner, after: Partner) -> Iterator[str]:
    for kind in RATE_KINDS:
        for begins, next_begins in _spans(kind, before, after):
            old, new = before.rate_on(kind, begins), after.rate_on(kind, begins)
            if _terms(old) != _terms(new):
                until = f" to {next_begins - timedelta(days=1)}" if next_begins else ""
                yield f"{kind} {rate_in_words(old, new)} -> {rate_in_words(new, old)} from {begins}{until}"
    old_ceiling, new_ceiling = ceiling_in_words(before), ceiling_in_words(after)
    if old_ceiling != new_ceiling:
        yield f"monthly ceiling {old_ceiling} -> {new_ceiling}"
    if before.timezone != after.timezone:
        yield f"timezone {before.timezone} -> {after.timezone}: its days and months begin at other times"
    if _has_fee(before) and _owes(before) != _owes(after):
        what = "begins" if _owes(after) else "ends"
        yield f"status {before.status} -> {after.status}, which {what} the monthly fee"


def _has_fee(partner: Partner) -> bool:
    return any(rate.kind == MONTHLY for rate in partner.rates)


def _owes(partner: Partner) -> bool:
    return partner.status in OWES_ITS_FEE


def _spans(kind: str, *partners: Partner) -> Iterator[tuple[date, date | None]]:
    """The first day of each span without a new rate of this kind, and the first day of the next."""
    days = sorted({rate.begins for partner in partners for rate in partner.rates if rate.kind == kind})
    return zip_longest(days, days[1:])


def _terms(rate: Rate | None) -> Rate | None:
    """A rate as if it had always been in force."""
    return replace(rate, begins=date.min) if rate else None


def rate_in_words(rate: Rate | None, other: Rate | None) -> str:
    """A rate, with those of its terms that the other does not have."""
    if rate is None:
        return NOTHING
    price = str(Money(rate.price_minor, rate.currency))
    terms = [
        f"{name.replace('_', ' ')} {getattr(rate, name)}"
        for name in (() if rate.is_flat else PER_CALL_TERMS)
        if other is None or getattr(rate, name) != getattr(other, name)
    ]
    return f"{price} ({', '.join(terms)})" if terms else price


def ceiling_in_words(partner: Partner) -> str:
    """A partner's monthly ceiling; `none` without one."""
    if partner.spend_cap_minor is None or partner.currency is None:
        return "none"
    return str(Money(partner.spend_cap_minor, partner.currency))
