"""One figure of the billing report, and exactly which calls and ledger entries it counts.

A report is read from sums (`monthly.py`); here the same figure is a condition on the rows that were added up. So a
figure opens its calls, and their number is the figure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from callrouter.billing.model import CHARGE, CREDIT, PAYMENT, LedgerEntry
from callrouter.billing.period import month_bounds, parse_month
from callrouter.calls.model import Call
from callrouter.errors import Fault
from callrouter.figures.model import NOBODY, DayTotal, PartnerCall
from callrouter.money import MINOR_UNITS
from callrouter.reports.money.monthly import has_parts

NO_KEY, ANY_KEY = "-", "*"
"""written for: has none; has any. No key of the directory looks like them."""
SIMULATED, REAL = "simulated", "real"
_BETWEEN, _THROUGH = "~", ".."
# Nowhere is a day further from UTC's than this.
_FURTHEST = timedelta(hours=26)

_IS_CREDIT = sa.or_(LedgerEntry.entry_type == CREDIT, LedgerEntry.amount < 0)
_TRUE = sa.true()
_OF_CALLS: Mapping[str, sa.ColumnElement[bool]] = {
    "calls": PartnerCall.is_primary.is_(True),
    "rung": _TRUE,
    "answered": PartnerCall.answered.is_(True),
    "promised": PartnerCall.promised.is_(True),
    "kept": PartnerCall.kept.is_(True),
    "waits": PartnerCall.wait_seconds.is_not(None),
    "talk": PartnerCall.talk_seconds > 0,
    "calls_with_cost": PartnerCall.cost_micros.is_not(None),
}
_OF_ENTRIES: Mapping[str, sa.ColumnElement[bool]] = {
    "charged": LedgerEntry.entry_type == CHARGE,
    "amount": sa.and_(LedgerEntry.entry_type != PAYMENT, sa.not_(_IS_CREDIT)),
    "credited": sa.and_(LedgerEntry.entry_type != PAYMENT, _IS_CREDIT),
}
FIGURES = (*_OF_CALLS, *_OF_ENTRIES)
_WITH_CURRENCY = frozenset({"calls_with_cost", *_OF_ENTRIES})
_WORDS = {
    "calls": "calls",
    "rung": "calls with a part",
    "answered": "answered",
    "promised": "promised",
    "kept": "promises kept",
    "waits": "answered after a wait",
    "talk": "with talk",
    "calls_with_cost": "with the carrier's cost",
    "charged": "charged",
    "amount": "to be paid",
    "credited": "credited",
}


def _keys(
    table: type[PartnerCall] | type[LedgerEntry] | type[DayTotal],
) -> Mapping[str, sa.ColumnElement[str]]:
    return {
        "day": sa.type_coerce(table.day, sa.Text),
        "month": sa.func.substr(table.day, 1, 7),
        "partner": sa.type_coerce(table.partner, sa.Text),
        "center": sa.func.coalesce(table.center, NOBODY),
        "helpline": sa.func.coalesce(table.helpline, NOBODY),
        "kind": sa.type_coerce(table.kind, sa.Text),
    }


_CALL_KEYS, _ENTRY_KEYS, _TOTAL_KEYS = _keys(PartnerCall), _keys(LedgerEntry), _keys(DayTotal)
_COUNTED_IN_TOTALS = frozenset(
    {"calls", "rung", "answered", "promised", "kept", "waits", "calls_with_cost", "charged"}
)
"""a call adds at most one to each of them, in one row"""


@dataclass(frozen=True, slots=True)
class ReportFigure:
    """One figure of some months. `keys` are those of its row; `currency` is that of its money."""

    name: str
    """one of `FIGURES`"""
    first: str
    last: str
    simulated: bool
    keys: tuple[tuple[str, str], ...] = ()
    currency: str | None = None

    @property
    def is_money(self) -> bool:
        """Whether it is a sum of ledger entries, of which some are about no call."""
        return self.name in {"amount", "credited"}

    @property
    def text(self) -> str:
        """For an address."""
        months = self.first if self.first == self.last else f"{self.first}{_THROUGH}{self.last}"
        keys = [f"{name}:{key or NO_KEY}" for name, key in self.keys]
        kept = [self.name, months, SIMULATED if self.simulated else REAL, *keys, self.currency or ""]
        return _BETWEEN.join(filter(None, kept))

    @property
    def words(self) -> str:
        """For people."""
        months = self.first if self.first == self.last else f"{self.first} to {self.last}"
        keys = [f"{name} {key or 'none'}" for name, key in self.keys if key != ANY_KEY]
        return ", ".join(
            [f"{_WORDS[self.name]} in {months}", *keys, *([SIMULATED] if self.simulated else [])]
        )


def read_figure(text: str) -> ReportFigure:
    """The figure that an address names. Raises Fault where it names none."""
    parts = text.split(_BETWEEN)
    if len(parts) < len(("name", "months", SIMULATED)):
        raise Fault(f"{text!r} is no figure of the billing report")
    name, months, whether, *rest = parts
    first, _, last = months.partition(_THROUGH)
    keys = [(key, value) for key, colon, value in (part.partition(":") for part in rest) if colon]
    currency = next((part for part in rest if part in MINOR_UNITS), None)
    if (
        name not in FIGURES
        or whether not in {SIMULATED, REAL}
        or any(key not in _CALL_KEYS for key, _ in keys)
    ):
        raise Fault(f"{text!r} is no figure of the billing report")
    try:
        span = parse_month(first), parse_month(last or first)
    except ValueError as error:
        raise Fault(str(error)) from None
    read = tuple((key, "" if value == NO_KEY else value) for key, value in keys)
    return ReportFigure(name, *span, whether == SIMULATED, read, currency)


def row_figure(name: str, row: Mapping[str, Any], by: Sequence[str], months: tuple[str, str]) -> ReportFigure:
    """A figure of a row, which has the keys `by`; of a total, which has none, without them."""
    keys = tuple((key, row[key] or "") for key in by)
    currency = row["cost_currency"] if name == "calls_with_cost" else row["currency"]
    return ReportFigure(
        "rung" if name == "calls" and keys and has_parts(by) else name,
        *months,
        bool(row["simulated"]),
        keys,
        currency if name in _WITH_CURRENCY else None,
    )


def count_of(connection: sa.Connection, figure: ReportFigure) -> int | None:
    """How many calls the figure counts, from the totals of days. None: those do not say it."""
    if figure.name not in _COUNTED_IN_TOTALS or (figure.name == "rung" and not _names_its_partner(figure)):
        return None
    conditions = [
        DayTotal.simulated == figure.simulated,
        *_within(DayTotal.day, figure),
        *_of_keys(_TOTAL_KEYS, figure),
    ]
    if figure.currency:
        conditions.append(DayTotal.currency == figure.currency)
    total = sa.func.sum(DayTotal.__table__.c[figure.name])
    return int(connection.execute(sa.select(sa.func.coalesce(total, 0)).where(*conditions)).scalar_one())


def _names_its_partner(figure: ReportFigure) -> bool:
    """Otherwise a call of two partners is in the sum twice."""
    return any(name in {"partner", "center"} and key != ANY_KEY for name, key in figure.keys)


def calls_of(figure: ReportFigure) -> sa.ColumnElement[bool]:
    """The condition that a call is counted in the figure, or has an entry in it."""
    # Days are in a partner's zone; the arrival is in an index.
    begin, end = (
        month_bounds(figure.first, "UTC")[0] - _FURTHEST,
        month_bounds(figure.last, "UTC")[1] + _FURTHEST,
    )
    if figure.name in _OF_ENTRIES:
        entered = sa.exists().where(LedgerEntry.call == Call.sid, *entries_of(figure)).correlate(Call)
        # An entry may count for a later month than its call, never for an earlier one.
        return sa.and_(Call.arrived_at < end, entered)
    counted = sa.exists().where(PartnerCall.call == Call.sid, *_call_conditions(figure)).correlate(Call)
    return sa.and_(Call.arrived_at.between(begin, end), counted)


def entries_of(figure: ReportFigure) -> Iterator[sa.ColumnElement[bool]]:
    """The conditions that a ledger entry is added up in the figure. Raises Fault for a figure of calls."""
    if figure.name not in _OF_ENTRIES:
        raise Fault(f"{_WORDS[figure.name]} is a figure of calls, and not of entries")
    yield _OF_ENTRIES[figure.name]
    yield LedgerEntry.simulated == figure.simulated
    yield from _within(LedgerEntry.day, figure)
    # It follows from the day, and is in an index.
    yield LedgerEntry.period.between(figure.first, figure.last)
    yield from _of_keys(_ENTRY_KEYS, figure)
    if figure.currency:
        yield LedgerEntry.currency == figure.currency


def _call_conditions(figure: ReportFigure) -> Iterator[sa.ColumnElement[bool]]:
    yield _OF_CALLS[figure.name]
    yield PartnerCall.simulated == figure.simulated
    yield from _within(PartnerCall.day, figure)
    yield from _of_keys(_CALL_KEYS, figure)
    if figure.currency and figure.name == "calls_with_cost":
        yield PartnerCall.cost_currency == figure.currency


def _within(day: sa.SQLColumnExpression[str], figure: ReportFigure) -> Iterator[sa.ColumnElement[bool]]:
    """As text `2026-10-32` is later than every day of October."""
    yield day >= f"{figure.first}-01"
    yield day < f"{figure.last}-32"


def _of_keys(
    columns: Mapping[str, sa.ColumnElement[str]], figure: ReportFigure
) -> Iterator[sa.ColumnElement[bool]]:
    for name, key in figure.keys:
        yield columns[name] != NOBODY if key == ANY_KEY else columns[name] == key
