"""Adds up figures and formats them for reports. *Pure.*

Charges and the carrier's costs may have different currencies, and two currencies are never added up. A group with
several currencies has several lines; its calls are in the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypedDict

from callrouter.money import MINOR_UNITS, Money

NO_CURRENCY = "USD"
"""the format for amounts if nothing was charged"""
_MICROS = 6


class FigureSums(NamedTuple):
    """Sums: amounts in whole minor units, costs in millionths of a unit."""

    calls: int = 0
    primary_calls: int = 0
    """each call once, whatever `calls` counts"""
    answered: int = 0
    promised: int = 0
    kept: int = 0
    waits: int = 0
    wait_seconds: int = 0
    talk_seconds: int = 0
    calls_with_cost: int = 0
    cost_micros: int = 0
    charged: int = 0
    amount: int = 0
    credited: int = 0
    free_fees: int = 0
    """monthly fees of zero, which no other figure shows"""

    @property
    def were_entered(self) -> bool:
        """Whether there are ledger entries."""
        return bool(self.charged or self.amount or self.credited or self.free_fees)

    @property
    def average_wait(self) -> float | None:
        """In seconds, to a tenth. None if nobody was answered."""
        return round(self.wait_seconds / self.waits, 1) if self.waits else None


NOTHING = FigureSums()


class ReportFigures(TypedDict):
    """The figures of a line. Amounts, costs and margins are decimal strings.

    `amount` is what was charged, `credited` what was taken off; payments are left out. `kept` counts promises that a
    return call kept. `carrier_cost` is the cost of `calls_with_cost` calls. `margin` is the amounts less this cost,
    if the currency is the same and all calls have a cost.
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
    calls_with_cost: int
    margin: str | None


class ReportLine(NamedTuple):
    """A line of a report, with its sums."""

    of: tuple[str, ...]
    """the values of the groupings: a partner, a day …"""
    simulated: bool
    currency: str | None
    """of the amounts; None: nothing was charged"""
    cost_currency: str | None
    """of the carrier's cost; None: unknown"""
    sums: FigureSums

    def figures(self) -> ReportFigures:
        sums = self.sums
        return ReportFigures(
            currency=self.currency,
            calls=sums.calls,
            answered=sums.answered,
            charged=sums.charged,
            amount=self._decimal(sums.amount),
            credited=self._decimal(sums.credited),
            simulated=self.simulated,
            promised=sums.promised,
            kept=sums.kept,
            average_wait_seconds=sums.average_wait,
            talk_seconds=sums.talk_seconds,
            carrier_cost=_micros_text(sums.cost_micros) if self.cost_currency else None,
            cost_currency=self.cost_currency,
            calls_with_cost=sums.calls_with_cost,
            margin=self._margin,
        )

    @property
    def _margin(self) -> str | None:
        if self.sums.calls_with_cost < self.sums.primary_calls or self._costs_other_money:
            return None
        left = self.sums.amount - self.sums.credited
        micros = left * 10 ** (_MICROS - MINOR_UNITS[self.currency or NO_CURRENCY])
        return _micros_text(micros - self.sums.cost_micros)

    @property
    def _costs_other_money(self) -> bool:
        currencies = {self.currency, self.cost_currency} - {None}
        return len(currencies) != 1

    def _decimal(self, minor: int) -> str:
        return Money(minor, self.currency or NO_CURRENCY).decimal()


def lines(
    of: tuple[str, ...], simulated: bool, by_currency: Mapping[str, FigureSums]
) -> Iterator[ReportLine]:
    """The lines of a group, by its sums of each currency (empty: its calls)."""
    own = [by_currency.get("", NOTHING)]
    accounts = [one for one in sorted(by_currency) if by_currency[one].were_entered]
    costs = [one for one in sorted(by_currency) if by_currency[one].calls_with_cost]
    for currency, cost_currency in _beside(accounts, costs):
        own += [by_currency[one] for one in {currency, cost_currency} if one]
        yield ReportLine(of, simulated, currency, cost_currency, added(own))
        own = []


def added(sums: Sequence[FigureSums]) -> FigureSums:
    """All of them together."""
    return sums[0] if len(sums) == 1 else FigureSums._make(map(sum, zip(*sums, strict=True)))


def totals(of_report: Iterable[ReportLine]) -> list[ReportLine]:
    """One line for each currency, simulated calls apart. Lines without a currency count with the first."""
    found: dict[bool, list[ReportLine]] = {False: [], True: []}
    for line in of_report:
        found[line.simulated].append(line)
    return [total for equally_real in found.values() for total in _totals(equally_real)]


def _totals(found: Sequence[ReportLine]) -> Iterator[ReportLine]:
    currencies: list[str | None] = [*sorted({line.currency for line in found if line.currency})] or [None]
    for currency in currencies if found else ():
        yield _total([line for line in found if (line.currency or currencies[0]) == currency], currency)


def _total(found: Sequence[ReportLine], currency: str | None) -> ReportLine:
    """Each call counts once. The carrier's cost is given if it has one currency."""
    sums = added([line.sums for line in found])
    sums = sums._replace(calls=sums.primary_calls)
    costs = {line.cost_currency for line in found if line.cost_currency}
    if len(costs) > 1:
        sums = sums._replace(calls_with_cost=0, cost_micros=0)
    return ReportLine((), found[0].simulated, currency, costs.pop() if len(costs) == 1 else None, sums)


def _beside(accounts: Sequence[str], costs: Sequence[str]) -> list[tuple[str | None, str | None]]:
    """Pair the currencies of amounts and costs: equal ones together, others in free lines."""
    others = iter([one for one in costs if one not in accounts])
    pairs: list[tuple[str | None, str | None]]
    pairs = [(one, one if one in costs else next(others, None)) for one in accounts]
    return [*pairs, *((None, one) for one in others)] or [(None, None)]


def _micros_text(micros: int) -> str:
    """Millionths as a decimal with as many digits as needed, at least two."""
    whole, rest = divmod(abs(micros), 10**_MICROS)
    return f"{'-' if micros < 0 else ''}{whole}.{f'{rest:0{_MICROS}}'.rstrip('0').ljust(2, '0')}"
