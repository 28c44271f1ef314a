"""What each verified partner pays, what in it is not usual, and since when. *Pure.*"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TypedDict

from callrouter.directory.directory import MONTHLY, Directory
from callrouter.directory.document import PER_CALL_TERMS
from callrouter.directory.proposals.equal_price import Standing, standings
from callrouter.money import Money


class RateRow(TypedDict):
    """A partner's terms for a kind of call; a flat fee has none for single calls.

    `deviations` are those that are not usual; `since`, a day, for how long.
    """

    partner: str
    kind: str
    currency: str
    price: str
    minimum_seconds: int | None
    repeat_days: int | None
    free_calls: int | None
    deviations: list[str]
    since: str | None


def rate_rows(directory: Directory, day: date, *, only_deviating: bool = False) -> list[RateRow]:
    """The rates in force on a day, by kind, currency and partner."""
    found = standings(directory, day)
    return [_row(each) for each in found if each.deviates_since or not only_deviating]


def _row(standing: Standing) -> RateRow:
    terms = standing.terms
    of_calls = standing.kind != MONTHLY
    return RateRow(
        partner=standing.partner,
        kind=standing.kind,
        currency=standing.currency,
        price=Money(terms.price_minor, standing.currency).decimal(),
        minimum_seconds=terms.minimum_seconds if of_calls else None,
        repeat_days=terms.repeat_days if of_calls else None,
        free_calls=terms.free_calls if of_calls else None,
        deviations=list(_deviations(standing)),
        since=standing.deviates_since.isoformat() if standing.deviates_since else None,
    )


def _deviations(standing: Standing) -> Iterator[str]:
    own, usual = standing.terms, standing.usual
    if own.price_minor != usual.price_minor:
        own_price, usual_price = (
            Money(terms.price_minor, standing.currency).decimal() for terms in (own, usual)
        )
        yield f"price {own_price} instead of {usual_price}"
    for name in PER_CALL_TERMS if standing.kind != MONTHLY else ():
        value, other = getattr(own, name), getattr(usual, name)
        if value != other:
            yield f"{name.replace('_', ' ')} {value} instead of {other}"
