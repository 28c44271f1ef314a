"""Issuing an invoice: its number, its lines as they are now, and the rates that they were priced by.

The lines are copied in one statement: what is printed later, however often, is what was issued.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from callrouter.database import Session, sql
from callrouter.directory.versions import DirectoryShelf
from callrouter.invoices.free_calls import free_lines
from callrouter.invoices.rates import applied_rates
from callrouter.invoices.unexplained import PartnersMonth

SERIES = {False: "INV", True: "SIM"}
"""what was only simulated has numbers of its own"""

_NEXT_NUMBER = sql(
    "INSERT INTO invoice_series (series, last) VALUES (:series, 1)"
    " ON CONFLICT (series) DO UPDATE SET last = invoice_series.last + 1 RETURNING last"
)
SIGNED_AMOUNT = (
    "CASE WHEN ledger_entry.entry_type IN ('credit', 'payment') THEN -ledger_entry.amount"
    " ELSE ledger_entry.amount END"
)
_OF_INVOICE = (
    "ledger_entry.partner = :partner AND ledger_entry.period = :month AND ledger_entry.simulated = :simulated"
    " AND ledger_entry.currency = :currency AND ledger_entry.entry_type <> 'payment'"
)
_TOTAL = sql(f"SELECT COALESCE(SUM({SIGNED_AMOUNT}), 0), COUNT(*) FROM ledger_entry WHERE {_OF_INVOICE}")  # noqa: S608
_ISSUE = sql(
    "INSERT INTO invoice (name, series, number, partner, partner_name, period, timezone, currency, simulated, total,"
    " rates, issued_at, issued_by, issuer) VALUES (:name, :series, :number, :partner, :partner_name, :month, :timezone,"
    " :currency, :simulated, :total, :rates, :now, :person, :issuer)"
)
# What the partner had of a call of this month is read as one run; of a call from before that is told late, by itself.
_LATE = (
    "(SELECT late.{0} FROM partner_call late WHERE late.call = ledger_entry.call AND late.partner ="
    " ledger_entry.partner)"
)
_LINES = sql(
    "INSERT INTO invoice_line (invoice, position, entry, what, arrived_at, call, kind, center, talk_seconds, caller,"  # noqa: S608
    " amount, reason) SELECT :name, ROW_NUMBER() OVER"
    " (ORDER BY ledger_entry.arrived_at IS NULL, ledger_entry.arrived_at, ledger_entry.call, ledger_entry.id),"
    " ledger_entry.id, ledger_entry.entry_type,"
    " ledger_entry.arrived_at, ledger_entry.call, ledger_entry.kind, center.name,"
    f" COALESCE(talk.talk_seconds, {_LATE.format('talk_seconds')}), COALESCE(talk.caller, {_LATE.format('caller')}),"
    f" {SIGNED_AMOUNT}, ledger_entry.reason FROM ledger_entry"
    " LEFT JOIN center ON center.key = ledger_entry.center"
    " LEFT JOIN partner_call talk ON talk.call = ledger_entry.call AND talk.partner = :partner"
    " AND talk.day >= :first AND talk.day < :next"
    f" WHERE {_OF_INVOICE}"
)
_FREE_LINE = sql(
    "INSERT INTO invoice_line (invoice, position, what, arrived_at, call, kind, center, talk_seconds, caller, amount,"
    " reason) VALUES (:invoice, :position, :what, :arrived_at, :call, :kind, :center, :talk_seconds, :caller, :amount,"
    " :reason)"
)


@dataclass(frozen=True, slots=True)
class Issue:
    """An invoice that is to be issued."""

    month: PartnersMonth
    partner_name: str
    currency: str
    person: str
    issuer: str
    """who bills: a name and an address, line by line"""
    with_free_calls: bool
    """also lists the calls that cost nothing"""

    @property
    def of_invoice(self) -> dict[str, Any]:
        """Which entries stand on it."""
        return {
            "partner": self.month.partner,
            "month": self.month.month,
            "simulated": self.month.simulated,
            "currency": self.currency,
        }

    @property
    def said(self) -> dict[str, str]:
        """What stands at its head."""
        return {
            "partner_name": self.partner_name,
            "timezone": self.month.timezone,
            "person": self.person,
            "issuer": self.issuer,
        }


def issue(session: Session, directories: DirectoryShelf, wanted: Issue, now: datetime) -> str:
    """Issue the invoice; its name. The caller makes sure that it is the only writer, and that all is explained."""
    month, of_invoice = wanted.month, wanted.of_invoice
    [(total, lines)] = session.ask(_TOTAL, **of_invoice)
    named = _next_name(session, simulated=month.simulated)
    rates = applied_rates(session, directories, month, wanted.currency)
    session.tell(
        _ISSUE, **of_invoice, **named, **wanted.said, total=int(total), rates=json.dumps(rates), now=now
    )
    session.tell(_LINES, **of_invoice, **month.days, name=named["name"])
    if wanted.with_free_calls:
        free = free_lines(session, directories, month)
        session.tell_all(_FREE_LINE, list(_numbered(free, named["name"], lines)))
    return str(named["name"])


def _next_name(session: Session, *, simulated: bool) -> dict[str, Any]:
    """The next of its series; the number is taken by this transaction, or not at all."""
    series = SERIES[simulated]
    [(number,)] = session.ask(_NEXT_NUMBER, series=series)
    return {"series": series, "number": number, "name": f"{series}-{number:06}"}


def _numbered(lines: list[dict[str, Any]], invoice: str, before: int) -> Iterator[dict[str, Any]]:
    """After those that cost something."""
    for position, line in enumerate(lines, before + 1):
        yield {**line, "invoice": invoice, "position": position}
