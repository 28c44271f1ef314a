"""How the prices of a partner that begins to pay, or to get calls, differ from the others', in words. *Pure.*

Equal partners pay equal prices (`equal_price.py`). The others are the paying partners in force. A partner that gets
calls without a rate has an unequal price too: none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import zip_longest

from callrouter.directory.directory import CALL_KINDS, MONTHLY, Directory, Partner, Rate
from callrouter.directory.proposals.equal_price import terms_of, usual_terms
from callrouter.directory.proposals.rate_changes import (
    NOTHING,
    OWES_ITS_FEE,
    EarlierVersions,
    ceiling_in_words,
    rate_in_words,
)

Span = tuple[date, date | None]
"""the first day of a span in which no rate begins, and of the next"""


def new_partner_prices(before: Directory, after: Directory, past: EarlierVersions) -> Iterator[str]:
    """Each unequal price from `past.day` on. Empty if nobody pays yet."""
    others = _others(before)
    took, takes = _kinds_of_calls(before), _kinds_of_calls(after)
    for key, partner in after.partners.items() if others else ():
        new_calls = takes.get(key, frozenset()) - took.get(key, frozenset())
        changes = list(_free_calls(partner, others, new_calls, past.day))
        is_new = key not in past.partners and not (key in before.partners and before.partners[key].rates)
        if is_new and (partner.rates or new_calls):
            changes += [*_other_prices(partner, others, past.day), *_other_ceiling(partner, others)]
        yield from (f"{key}: new: {change}" for change in changes)


def _others(before: Directory) -> list[Partner]:
    paying = [partner for partner in before.partners.values() if partner.rates]
    return [partner for partner in paying if partner.status in OWES_ITS_FEE] or paying


def _kinds_of_calls(directory: Directory) -> dict[str, frozenset[str]]:
    """The calls that each partner gets: of a helpline, of a listing, or both."""
    seated = [seat.center for helpline in directory.helplines.values() for seat in helpline.seats]
    centers = {"helpline": seated, "listing": [each.center for each in directory.listings.values()]}
    found: dict[str, frozenset[str]] = {}
    for kind in CALL_KINDS:
        for partner in {directory.centers[center].partner for center in centers[kind]}:
            found[partner] = found.get(partner, frozenset()) | {kind}
    return found


def _free_calls(
    partner: Partner, others: Sequence[Partner], kinds: frozenset[str], day: date
) -> Iterator[str]:
    for kind in sorted(kinds):
        for span in _spans(kind, [partner, *others], day):
            theirs = _rates(kind, others, span)
            if theirs and partner.rate_on(kind, span[0]) is None:
                yield f"{kind} {NOTHING}{_during(span)}; the others pay {_usual_in_words(theirs, theirs[0])}"


def _other_prices(partner: Partner, others: Sequence[Partner], day: date) -> Iterator[str]:
    for kind in CALL_KINDS:
        for span in _spans(kind, [partner, *others], day):
            own, theirs = partner.rate_on(kind, span[0]), _rates(kind, others, span)
            if own and not _is_usual(own, theirs):
                usual = _usual_in_words(theirs, own)
                yield f"{kind} {rate_in_words(own, None)}{_during(span)}; the others pay {usual}"
    for span in _spans(MONTHLY, [partner, *others], day):
        fee = _fee(partner, span)
        usual = _most_frequent(_fee(other, span) for other in others)
        if fee != usual:
            yield f"monthly {fee}{_during(span)}; the others pay {usual}"


def _other_ceiling(partner: Partner, others: Sequence[Partner]) -> Iterator[str]:
    own = ceiling_in_words(partner)
    usual = _most_frequent(ceiling_in_words(other) for other in others)
    if own != usual:
        yield f"monthly ceiling {own}; the others have {usual}"


def _spans(kind: str, partners: Sequence[Partner], day: date) -> Iterator[Span]:
    begin = {max(rate.begins, day) for partner in partners for rate in partner.rates if rate.kind == kind}
    days = sorted(begin | {day})
    return zip_longest(days, days[1:])


def _rates(kind: str, others: Sequence[Partner], span: Span) -> list[Rate]:
    rates = (other.rate_on(kind, span[0]) for other in others)
    return [rate for rate in rates if rate]


def _is_usual(own: Rate, theirs: Sequence[Rate]) -> bool:
    comparable = [terms_of(rate) for rate in theirs if rate.currency == own.currency]
    return bool(comparable) and terms_of(own) == usual_terms(comparable)


def _usual_in_words(theirs: Sequence[Rate], own: Rate) -> str:
    comparable = [rate for rate in theirs if rate.currency == own.currency] or theirs
    if not comparable:
        return NOTHING
    usual = usual_terms(terms_of(rate) for rate in comparable)
    return next(rate_in_words(rate, None) for rate in comparable if terms_of(rate) == usual)


def _fee(partner: Partner, span: Span) -> str:
    rate = partner.rate_on(MONTHLY, span[0])
    return rate_in_words(rate, None)


def _most_frequent(words: Iterator[str]) -> str:
    """The most frequent one; of equally frequent ones, the first in the alphabet."""
    counted = Counter(words)
    return min(counted, key=lambda each: (-counted[each], each))


def _during(span: Span) -> str:
    begins, next_begins = span
    since = "" if begins == date.min else f" from {begins}"
    return f"{since} to {next_begins - timedelta(days=1)}" if next_begins else since
