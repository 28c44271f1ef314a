"""The rates that the lines of an invoice were priced by, each with the first version of the directory that has it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from callrouter.billing.monthly_fee import owed_for
from callrouter.billing.period import bounds
from callrouter.database import Session, sql
from callrouter.directory.directory import Partner, Rate
from callrouter.directory.versions import DirectoryShelf
from callrouter.invoices.unexplained import PartnersMonth

# Rates hold from a day on, so the first and the last day with a call tell which of a version's rates were in force.
_OF_VERSION = " GROUP BY talk.directory_version, talk.kind ORDER BY talk.directory_version, talk.kind"
_OF_MONTH = sql(
    "SELECT talk.directory_version, talk.kind, MIN(talk.day), MAX(talk.day) FROM partner_call talk"  # noqa: S608
    " WHERE talk.partner = :partner AND talk.day >= :first AND talk.day < :next AND talk.simulated = :simulated"
    f" AND (talk.answered OR talk.kept){_OF_VERSION}"
)
_TOLD_LATE = sql(
    "SELECT talk.directory_version, talk.kind, MIN(talk.day), MAX(talk.day) FROM ledger_entry"  # noqa: S608
    " JOIN partner_call talk ON talk.call = ledger_entry.call AND talk.partner = ledger_entry.partner"
    " WHERE ledger_entry.partner = :partner AND ledger_entry.period = :month AND ledger_entry.simulated = :simulated"
    f" AND ledger_entry.entry_type = 'charge' AND ledger_entry.arrived_at < :begin{_OF_VERSION}"
)
_FEE = sql(
    "SELECT 1 FROM ledger_entry WHERE partner = :partner AND period = :month AND simulated = :simulated"
    " AND currency = :currency AND entry_type = 'fee'"
)


def applied_rates(
    session: Session, directories: DirectoryShelf, month: PartnersMonth, currency: str
) -> list[dict[str, Any]]:
    """As they are kept with the invoice, in the words of `invoice.AppliedRate`."""
    found: dict[Rate, int] = {}
    for rate, version in _rates(session, directories, month, currency):
        found.setdefault(rate, version)
    return [_kept(rate, version) for rate, version in found.items()]


def _rates(
    session: Session, directories: DirectoryShelf, month: PartnersMonth, currency: str
) -> Iterator[tuple[Rate, int]]:
    of_month = {"partner": month.partner, "simulated": month.simulated}
    begin, _ = bounds(month.month, month.timezone)
    versions, late, fees = session.ask_all(
        (_OF_MONTH, {**of_month, **month.days}),
        (_TOLD_LATE, {**of_month, "month": month.month, "begin": begin}),
        (_FEE, {**of_month, "month": month.month, "currency": currency}),
    )
    for version, kind, first, last in (*late, *versions):
        partner = directories.at(session, version).partners.get(month.partner)
        for rate in _in_force(partner, kind, first, last) if partner else ():
            if rate.currency == currency:
                yield rate, version
    fee = owed_for(session, directories, month.partner, month.month) if fees else None
    if fee:
        yield fee


def _in_force(partner: Partner, kind: str, first: str, last: str) -> Iterator[Rate]:
    """The rate of the first day, and those that begin until the last."""
    begin, end = date.fromisoformat(first), date.fromisoformat(last)
    at_first = partner.rate_on(kind, begin)
    if at_first:
        yield at_first
    yield from (rate for rate in partner.rates if rate.kind == kind and begin < rate.begins <= end)


def _kept(rate: Rate, version: int) -> dict[str, Any]:
    return {
        "kind": rate.kind,
        "begins": rate.begins.isoformat(),
        "price_minor": rate.price_minor,
        "currency": rate.currency,
        "minimum_seconds": rate.minimum_seconds,
        "repeat_days": rate.repeat_days,
        "free_calls": rate.free_calls,
        "directory_version": version,
    }
