"""The documents of an invoice: printed once, kept, and the same bytes each time that it is printed again."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from importlib import import_module

from callrouter.database import Database, Session, sql
from callrouter.invoices.invoice import Invoice
from callrouter.invoices.printing.spreadsheet import as_csv, as_xlsx
from callrouter.invoices.read import read_invoice

PDF, CSV, XLSX = FORMS = ("pdf", "csv", "xlsx")

_KEPT = sql("SELECT content FROM invoice_document WHERE invoice = :invoice AND form = :form")
_KEEP = sql(
    "INSERT INTO invoice_document (invoice, form, content, digest, printed_at)"
    " VALUES (:invoice, :form, :content, :digest, :now) ON CONFLICT (invoice, form) DO NOTHING"
)


def document(database: Database, name: str, form: str, now: datetime) -> bytes:
    """An invoice as `pdf`, `csv` or `xlsx`. Raises NotKnown where there is no such invoice.

    It is printed outside of any transaction: a long one takes seconds.
    """
    kept = database.transact(lambda session: _kept(session, name, form))
    if kept is not None:
        return kept
    invoice = database.transact(lambda session: read_invoice(session, name))
    content = _printed(invoice, form)
    return database.transact(lambda session: _keep(session, name, form, content, now))


def _kept(session: Session, name: str, form: str) -> bytes | None:
    rows = session.ask(_KEPT, invoice=name, form=form)
    return bytes(rows[0][0]) if rows else None


def _keep(session: Session, name: str, form: str, content: bytes, now: datetime) -> bytes:
    """What is kept: somebody else may have printed it in this very moment."""
    digest = sha256(content).hexdigest()
    session.tell(_KEEP, invoice=name, form=form, content=content, digest=digest, now=now)
    return _kept(session, name, form) or content


def _printed(invoice: Invoice, form: str) -> bytes:
    if form == PDF:
        # What prints it takes a second to import, and no web process and hardly a command needs it.
        content: bytes = import_module("callrouter.invoices.printing.pdf").as_pdf(invoice)
        return content
    return as_csv(invoice) if form == CSV else as_xlsx(invoice)
