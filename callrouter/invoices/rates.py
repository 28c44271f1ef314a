"""The rates that an invoice's lines were priced by, each with the first directory version that has it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import sqlalchemy as sa

from callrouter.billing.model import CHARGE, FEE, LedgerEntry
from callrouter.billing.monthly_fee import owed_for
from callrouter.database import Session
from callrouter.directory.directory import Partner, Rate
from callrouter.directory.versions import DirectoryCache
from callrouter.figures.model import PartnerCall
from callrouter.invoices.month import InvoicedMonth


def _first_and_last_days(*conditions: sa.ColumnElement[bool]) -> sa.Select[int, str, str, str]:
    """Rates begin on a day, so a version's first and last day with a call tell which rates were in force."""
    return (
        sa.select(
            PartnerCall.directory_version,
            PartnerCall.kind,
            sa.func.min(PartnerCall.day).label("first"),
            sa.func.max(PartnerCall.day).label("last"),
        )
        .where(*conditions)
        .group_by(PartnerCall.directory_version, PartnerCall.kind)
        .order_by(PartnerCall.directory_version, PartnerCall.kind)
    )


_OF_MONTH = _first_and_last_days(
    PartnerCall.partner == sa.bindparam("partner"),
    PartnerCall.day >= sa.bindparam("first"),
    PartnerCall.day < sa.bindparam("next"),
    PartnerCall.simulated == sa.bindparam("simulated"),
    sa.or_(PartnerCall.answered, PartnerCall.kept),
)
_ENTERED = (
    LedgerEntry.partner == sa.bindparam("partner"),
    LedgerEntry.period == sa.bindparam("period"),
    LedgerEntry.simulated == sa.bindparam("simulated"),
)
_OF_EARLIER_CALLS = _first_and_last_days(
    *_ENTERED,
    PartnerCall.call == LedgerEntry.call,
    PartnerCall.partner == LedgerEntry.partner,
    LedgerEntry.entry_type == CHARGE,
    LedgerEntry.arrived_at < sa.bindparam("begin"),
)
_FEE = sa.select(LedgerEntry.id).where(
    *_ENTERED, LedgerEntry.currency == sa.bindparam("currency"), LedgerEntry.entry_type == FEE
)


def applied_rates(
    session: Session, directories: DirectoryCache, month: InvoicedMonth, currency: str
) -> list[dict[str, Any]]:
    """The rates as they are stored with the invoice, with the fields of `invoice.AppliedRate`."""
    found: dict[Rate, int] = {}
    for rate, version in _rates(session, directories, month, currency):
        found.setdefault(rate, version)
    return [_kept(rate, version) for rate, version in found.items()]


def _rates(
    session: Session, directories: DirectoryCache, month: InvoicedMonth, currency: str
) -> Iterator[tuple[Rate, int]]:
    of_month = session.execute(
        _OF_MONTH, {"partner": month.partner, "simulated": month.simulated, **month.days}
    )
    earlier = session.execute(_OF_EARLIER_CALLS, {**month.key, "begin": month.begin})
    fee = session.execute(_FEE, {**month.key, "currency": currency})
    for version, kind, first, last in (*earlier, *of_month):
        partner = directories.at(session, version).partners.get(month.partner)
        for rate in _in_force(partner, kind, first, last) if partner else ():
            if rate.currency == currency:
                yield rate, version
    owed = owed_for(session, directories, month.partner, month.month) if fee.first() else None
    if owed:
        yield owed


def _in_force(partner: Partner, kind: str, first: str, last: str) -> Iterator[Rate]:
    """The rate of the first day, and those that begin before the last day ends."""
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
