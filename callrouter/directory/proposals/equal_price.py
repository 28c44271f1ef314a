"""Equal partners, equal price: which partners have unusual rates, and since when. *Pure.*

A regulator first asks about a partner that pays less, or more, than others for the same calls. The usual terms are
those of most verified partners; if two are equally frequent, those with the lower price.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from callrouter.directory.directory import Directory, Partner, Rate

VERIFIED = "verified"

Group = tuple[str, str]
"""kind and currency: rates that can be compared"""


@dataclass(frozen=True, slots=True, order=True)
class Terms:
    """The terms in which two rates of a kind and a currency may differ, ordered by price first."""

    price_minor: int
    minimum_seconds: int
    repeat_days: int
    free_calls: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What a partner pays for a kind of call, beside the usual terms."""

    partner: str
    kind: str
    currency: str
    terms: Terms
    usual: Terms
    deviates_since: date | None
    """the first day of the present deviation; None if its terms are the usual ones"""


def standings(directory: Directory, day: date) -> list[Standing]:
    """Compare each verified partner with the usual terms on a day, by kind, currency and partner."""
    return [
        standing
        for group, partners in sorted(_groups(directory).items())
        for standing in _standings_of(group, partners, day)
    ]


def usual_terms(terms: Iterable[Terms]) -> Terms:
    """The most frequent terms. If two are equally frequent, those with the lower price."""
    counted = Counter(terms)
    most = max(counted.values())
    return min(each for each, count in counted.items() if count == most)


def _groups(directory: Directory) -> Mapping[Group, list[Partner]]:
    """The verified partners with a rate of each kind and currency at any time, by key."""
    groups: dict[Group, list[Partner]] = defaultdict(list)
    for _, partner in sorted(directory.partners.items()):
        if partner.status == VERIFIED:
            for group in sorted({(rate.kind, rate.currency) for rate in partner.rates}):
                groups[group].append(partner)
    return groups


def _standings_of(group: Group, partners: Sequence[Partner], day: date) -> list[Standing]:
    kind, currency = group
    now = _terms_on(kind, partners, day)
    if not now:
        return []
    usual = usual_terms(now.values())
    since = _deviations(kind, partners, day)
    return [Standing(key, kind, currency, terms, usual, since.get(key)) for key, terms in now.items()]


def _terms_on(kind: str, partners: Sequence[Partner], day: date) -> dict[str, Terms]:
    """Of those that have a rate of this kind that day."""
    rates = ((partner.key, partner.rate_on(kind, day)) for partner in partners)
    return {key: terms_of(rate) for key, rate in rates if rate}


def terms_of(rate: Rate) -> Terms:
    """The terms of a rate."""
    return Terms(rate.price_minor, rate.minimum_seconds, rate.repeat_days, rate.free_calls)


def _deviations(kind: str, partners: Sequence[Partner], day: date) -> dict[str, date]:
    """Who deviates on a day, and since when without a break.

    The usual terms only change on days on which a rate begins, so only these are checked.
    """
    began = {rate.begins for partner in partners for rate in partner.rates if rate.kind == kind}
    since: dict[str, date] = {}
    for begin in sorted(begin for begin in began if begin <= day):
        since = {key: since.get(key, begin) for key in _deviating(kind, partners, begin)}
    return since


def _deviating(kind: str, partners: Sequence[Partner], day: date) -> set[str]:
    terms = _terms_on(kind, partners, day)
    usual = usual_terms(terms.values())
    return {key for key, own in terms.items() if own != usual}
