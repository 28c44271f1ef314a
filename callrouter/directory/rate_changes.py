"""What partners would pay otherwise under another version of the directory, in words. *Pure.*

Only of partners that pay under the version in force: a new partner, with its first rates, changes nobody's price. One
that leaves takes its rates with it, or it could come back with others the day after.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import zip_longest

from callrouter.directory.directory import RATE_KINDS, Directory, Partner, Rate
from callrouter.directory.document import PER_CALL_TERMS
from callrouter.money import Money

NOTHING = "nothing"


def rate_changes(before: Directory, after: Directory) -> tuple[str, ...]:
    """Who would pay what from when on, and which ceilings would be others, by partner."""
    return tuple(
        f"{partner.key}: {change}"
        for partner in before.partners.values()
        if partner.rates
        for change in _changes(partner, after.partners.get(partner.key) or _without_rates(partner))
    )


def _without_rates(partner: Partner) -> Partner:
    return replace(partner, rates=(), monthly_ceiling_minor=None)


def _changes(before: Partner, after: Partner) -> Iterator[str]:
    for kind in RATE_KINDS:
        for begins, next_begins in _spans(kind, before, after):
            old, new = before.rate_on(kind, begins), after.rate_on(kind, begins)
            if _terms(old) != _terms(new):
                until = f" to {next_begins - timedelta(days=1)}" if next_begins else ""
                yield f"{kind} {_told(old, new)} -> {_told(new, old)} from {begins}{until}"
    old_ceiling, new_ceiling = _ceiling(before), _ceiling(after)
    if old_ceiling != new_ceiling:
        yield f"monthly ceiling {old_ceiling} -> {new_ceiling}"


def _spans(kind: str, *partners: Partner) -> Iterator[tuple[date, date | None]]:
    """The first day of each span in which none of these has a new rate of this kind, and of the next span."""
    days = sorted({rate.begins for partner in partners for rate in partner.rates if rate.kind == kind})
    return zip_longest(days, days[1:])


def _terms(rate: Rate | None) -> Rate | None:
    """A rate as if it had always been so."""
    return replace(rate, begins=date.min) if rate else None


def _told(rate: Rate | None, other: Rate | None) -> str:
    """A rate, with those of its terms that the other has not."""
    if rate is None:
        return NOTHING
    price = str(Money(rate.price_minor, rate.currency))
    terms = [
        f"{name.replace('_', ' ')} {getattr(rate, name)}"
        for name in (() if rate.is_flat else PER_CALL_TERMS)
        if other is None or getattr(rate, name) != getattr(other, name)
    ]
    return f"{price} ({', '.join(terms)})" if terms else price


def _ceiling(partner: Partner) -> str:
    if partner.monthly_ceiling_minor is None or partner.currency is None:
        return "none"
    return str(Money(partner.monthly_ceiling_minor, partner.currency))
