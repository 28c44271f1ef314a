"""The rates that the lines of an invoice were priced by, each with the first version of the directory that has it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from callrouter.billing.fee import owed_for
from callrouter.database import Session, sql
from callrouter.directory.directory import Partner, Rate
from callrouter.directory.versions import DirectoryShelf
from callrouter.invoices.unexplained import PartnersMonth

# Rates hold from a day on, so the first and the last day with a call tell which of a version's rates were in force.
_VERSIONS = sql(
    "SELECT talk.directory_version, entry.kind, MIN(talk.day), MAX(talk.day)"
    " FROM entry JOIN partner_call talk ON talk.call = entry.call AND talk.partner = entry.partner"
    " WHERE entry.partner = :partner AND entry.period = :month"
    " AND entry.simulated = :simulated AND entry.currency = :currency AND entry.entry = 'charge'"
    " GROUP BY talk.directory_version, entry.kind ORDER BY talk.directory_version, entry.kind"
)
_FEE = sql(
    "SELECT 1 FROM entry WHERE partner = :partner AND period = :month AND simulated = :simulated"
    " AND currency = :currency AND entry = 'fee'"
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
    of_invoice = {
        "partner": month.partner,
        "month": month.month,
        "simulated": month.simulated,
        "currency": currency,
    }
    versions, fees = session.ask_all((_VERSIONS, of_invoice), (_FEE, of_invoice))
    for version, kind, first, last in versions:
        partner = directories.at(session, version).partners[month.partner]
        yield from ((rate, version) for rate in _in_force(partner, kind, first, last))
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
