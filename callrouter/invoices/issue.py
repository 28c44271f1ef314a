"""Issues an invoice: its number, its lines, and the rates that they were priced by.

One statement copies the lines, so every later print shows what was issued.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, aliased

from callrouter.billing.model import PAYMENT, SIGNED_AMOUNT, LedgerEntry
from callrouter.database import Session
from callrouter.database.batch import arrays, insert_rows
from callrouter.directory.model import StoredCenter
from callrouter.directory.versions import DirectoryCache
from callrouter.figures.model import PartnerCall
from callrouter.invoices.model import InvoiceHead, InvoiceLine
from callrouter.invoices.month import InvoicedMonth
from callrouter.invoices.numbering import next_number
from callrouter.invoices.rates import applied_rates
from callrouter.invoices.uncharged_calls import UnchargedCall, uncharged_lines

_OF_MONTH = (
    LedgerEntry.partner == sa.bindparam("partner"),
    LedgerEntry.period == sa.bindparam("period"),
    LedgerEntry.simulated == sa.bindparam("simulated"),
    LedgerEntry.entry_type != PAYMENT,
)
_TOTALS = (
    sa.select(
        LedgerEntry.currency,
        sa.cast(sa.func.sum(SIGNED_AMOUNT), sa.BigInteger).label("amount"),
        sa.func.count().label("entries"),
    )
    .where(*_OF_MONTH)
    .group_by(LedgerEntry.currency)
    .order_by(LedgerEntry.currency)
)
_ISSUE = sa.insert(InvoiceHead)


def _partner_call_column(column: InstrumentedAttribute[Any]) -> sa.ColumnElement[Any]:
    """A column of the partner's call. Calls of this month are read as one range, earlier ones one by one."""
    earlier = aliased(PartnerCall)
    one = (
        sa.select(getattr(earlier, column.key))
        .where(earlier.call == LedgerEntry.call, earlier.partner == LedgerEntry.partner)
        .scalar_subquery()
    )
    return sa.func.coalesce(column, one)


_ORDER = (LedgerEntry.arrived_at.is_(None), LedgerEntry.arrived_at, LedgerEntry.call, LedgerEntry.id)
_LINE_OF_ENTRY: dict[str, sa.SQLColumnExpression[Any]] = {
    "invoice": sa.bindparam("name", type_=sa.Text),
    "position": sa.func.row_number().over(order_by=_ORDER),
    "entry": LedgerEntry.id,
    "what": LedgerEntry.entry_type,
    "arrived_at": LedgerEntry.arrived_at,
    "call": LedgerEntry.call,
    "kind": LedgerEntry.kind,
    "center": StoredCenter.name,
    "talk_seconds": _partner_call_column(PartnerCall.talk_seconds),
    "caller": _partner_call_column(PartnerCall.caller),
    "amount": SIGNED_AMOUNT,
    "reason": LedgerEntry.reason,
}
_ADD_LINES = sa.insert(InvoiceLine).from_select(
    [*_LINE_OF_ENTRY],
    sa.select(*_LINE_OF_ENTRY.values())
    .select_from(LedgerEntry)
    .outerjoin(StoredCenter, StoredCenter.key == LedgerEntry.center)
    .outerjoin(
        PartnerCall,
        sa.and_(
            PartnerCall.call == LedgerEntry.call,
            PartnerCall.partner == sa.bindparam("partner"),
            PartnerCall.day >= sa.bindparam("first"),
            PartnerCall.day < sa.bindparam("next"),
        ),
    )
    .where(*_OF_MONTH, LedgerEntry.currency == sa.bindparam("currency")),
)
_COLUMNS = tuple(column.name for column in InvoiceLine.__table__.c if column.name != InvoiceLine.entry.key)
_ADD_UNCHARGED = insert_rows(InvoiceLine, _COLUMNS)


class Total(NamedTuple):
    """The sum of a month's entries in one currency."""

    currency: str
    amount: int
    """whole minor units; negative if we owe the partner"""
    entries: int


@dataclass(frozen=True, slots=True)
class NewInvoice:
    """An invoice to issue."""

    month: InvoicedMonth
    partner_name: str
    total: Total
    person: str
    issuer: str
    """the name and address of the biller, line by line"""


def totals(session: Session, month: InvoicedMonth) -> list[Total]:
    """The sums of a month, by currency. Each currency gets an invoice."""
    return [Total(*row) for row in session.execute(_TOTALS, month.key).all()]


def issue(
    session: Session,
    directories: DirectoryCache,
    wanted: NewInvoice,
    uncharged: Sequence[UnchargedCall],
    now: datetime,
) -> str:
    """Issue the invoice. Returns its name. The caller of this function is the only writer and has checked the
    blockers.
    """
    month, total = wanted.month, wanted.total
    number = next_number(session, simulated=month.simulated)
    rates = applied_rates(session, directories, month, total.currency)
    name = number.name
    session.execute(
        _ISSUE, {**number._asdict(), **_head(wanted), "rates": json.dumps(rates), "issued_at": now}
    )
    session.execute(_ADD_LINES, {**month.key, **month.days, "currency": total.currency, "name": name})
    if uncharged:
        lines = uncharged_lines(session, directories, uncharged)
        session.execute(_ADD_UNCHARGED, arrays(_COLUMNS, list(_numbered(lines, name, total.entries))))
    return name


def _head(wanted: NewInvoice) -> dict[str, Any]:
    return {
        **wanted.month.key,
        "partner_name": wanted.partner_name,
        "timezone": wanted.month.timezone,
        "currency": wanted.total.currency,
        "total": wanted.total.amount,
        "issued_by": wanted.person,
        "issuer": wanted.issuer,
    }


def _numbered(lines: list[dict[str, Any]], invoice: str, before: int) -> Iterator[dict[str, Any]]:
    """Positions after the lines of ledger entries."""
    for position, line in enumerate(lines, before + 1):
        yield {**line, "invoice": invoice, "position": position}
