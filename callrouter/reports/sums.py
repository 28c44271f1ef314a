"""Sums of figures, and how a report tells them. *Pure.*

What was charged is of one currency, what the carrier takes perhaps of another, and two currencies are never added up:
what has several is told in as many lines, and its calls stand in the first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypedDict

from callrouter.money import Money

NO_CURRENCY = "USD"
"""in whose form nothing is written where nothing was charged"""

_OF_CALLS = ("calls", "answered", "promised", "kept", "waits", "wait_seconds", "talk_seconds")
_OF_ACCOUNTS = ("charged", "amount", "credited")
_OF_COSTS = ("costed", "cost_micros")

Sums = Mapping[str, int]
"""figures by their names; what is not named is nothing"""


class Told(TypedDict):
    """Figures as they are told. Amounts, costs and margins are decimal strings.

    `amount` is what was entered to be paid, `credited` what was taken off; payments are no part of it. `kept` are
    promises that were kept by a return call. `carrier_cost` is what the carrier takes for as many of the calls as
    `costed` says, and `margin` what it leaves of the amounts, where it is of the same currency.
    """

    currency: str | None
    calls: int
    answered: int
    charged: int
    amount: str
    credited: str
    simulated: bool
    promised: int
    kept: int
    average_wait_seconds: float | None
    talk_seconds: int
    carrier_cost: str | None
    cost_currency: str | None
    costed: int
    margin: str | None


@dataclass(frozen=True)
class Line:
    """What is told in one line."""

    of: tuple[str, ...]
    """what it is of: a partner, a day …"""
    simulated: bool
    currency: str | None
    """of the amounts; None: nothing was charged"""
    cost_currency: str | None
    """of what the carrier takes; None: not known"""
    sums: Sums

    def told(self) -> Told:
        sums = Counter(self.sums)
        return Told(
            currency=self.currency,
            calls=sums["calls"],
            answered=sums["answered"],
            charged=sums["charged"],
            amount=self._decimal(sums["amount"]),
            credited=self._decimal(sums["credited"]),
            simulated=self.simulated,
            promised=sums["promised"],
            kept=sums["kept"],
            average_wait_seconds=_average(sums["wait_seconds"], sums["waits"]),
            talk_seconds=sums["talk_seconds"],
            carrier_cost=_written(self._cost) if self.cost_currency else None,
            cost_currency=self.cost_currency,
            costed=sums["costed"],
            margin=self._margin,
        )

    @property
    def _cost(self) -> Decimal:
        return Decimal(self.sums.get("cost_micros", 0)).scaleb(-6)

    @property
    def _margin(self) -> str | None:
        if self.cost_currency is None or self.currency not in {None, self.cost_currency}:
            return None
        left = self.sums.get("amount", 0) - self.sums.get("credited", 0)
        return _written(Decimal(self._decimal(left)) - self._cost)

    def _decimal(self, minor: int) -> str:
        return Money(minor, self.currency or NO_CURRENCY).decimal()


def lines(of: tuple[str, ...], simulated: bool, by_currency: Mapping[str, Sums]) -> Iterator[Line]:
    """The lines of something, by its sums of each currency (empty: those of its calls)."""
    of_calls = _only(_OF_CALLS, by_currency.get("", {}))
    for currency, cost_currency in _beside(
        [one for one in sorted(by_currency) if any(_only(_OF_ACCOUNTS, by_currency[one]).values())],
        [one for one in sorted(by_currency) if by_currency[one].get("costed")],
    ):
        accounts = _only(_OF_ACCOUNTS, by_currency.get(currency or "", {}))
        costs = _only(_OF_COSTS, by_currency.get(cost_currency or "", {}))
        yield Line(of, simulated, currency, cost_currency, {**of_calls, **accounts, **costs})
        of_calls = {}


def totals(of_report: Sequence[Line]) -> list[Line]:
    """One for each currency, and what was simulated apart; lines without a currency count with the first."""
    return [
        total
        for simulated in (False, True)
        for total in _totals([o for o in of_report if o.simulated is simulated])
    ]


def _totals(found: Sequence[Line]) -> Iterator[Line]:
    currencies: list[str | None] = [*sorted({line.currency for line in found if line.currency})] or [None]
    for currency in currencies if found else ():
        yield _total([line for line in found if (line.currency or currencies[0]) == currency], currency)


def _total(found: Sequence[Line], currency: str | None) -> Line:
    """What the carrier takes is told where it is of one currency."""
    sums = sum((Counter(line.sums) for line in found), Counter[str]())
    costs = {line.cost_currency for line in found if line.cost_currency}
    if len(costs) > 1:
        del sums["costed"], sums["cost_micros"]
    return Line((), found[0].simulated, currency, costs.pop() if len(costs) == 1 else None, sums)


def _beside(accounts: Sequence[str], costs: Iterable[str]) -> list[tuple[str | None, str | None]]:
    """The currencies of amounts and of costs in each line: the same beside the same, others where there is room."""
    others = iter([one for one in costs if one not in accounts])
    pairs: list[tuple[str | None, str | None]]
    pairs = [(one, one if one in costs else next(others, None)) for one in accounts]
    return [*pairs, *((None, one) for one in others)] or [(None, None)]


def _only(names: Iterable[str], sums: Sums) -> dict[str, int]:
    return {name: sums.get(name, 0) for name in names}


def _average(seconds: int, waits: int) -> float | None:
    return round(seconds / waits, 1) if waits else None


def _written(amount: Decimal) -> str:
    """With as many decimals as it takes, and two at least."""
    return f"{amount.quantize(Decimal('0.01')) if amount == round(amount, 2) else amount.normalize():f}"
