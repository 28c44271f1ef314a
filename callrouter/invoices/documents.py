"""The documents of an invoice: printed once and stored, so that every copy has the same bytes."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from importlib import import_module

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from callrouter.database import Database, Session
from callrouter.evidence.prove import NotLoggedYet
from callrouter.invoices.invoice import Invoice
from callrouter.invoices.model import InvoiceDocument
from callrouter.invoices.printing.spreadsheet import as_csv, as_xlsx
from callrouter.invoices.read import read_invoice

PDF, CSV, XLSX = FORMS = ("pdf", "csv", "xlsx")

_STORED = sa.select(InvoiceDocument.content).where(
    InvoiceDocument.invoice == sa.bindparam("invoice"), InvoiceDocument.form == sa.bindparam("form")
)
_STORE = insert(InvoiceDocument).on_conflict_do_nothing()


def document(database: Database, name: str, form: str, now: datetime) -> bytes:
    """An invoice as `pdf`, `csv` or `xlsx`. Raises NotKnown if there is no such invoice.

    Raises NotLoggedYet while it has no head of the evidence log, which takes a second or two. It is printed outside a
    transaction, because a long one takes seconds.
    """
    stored = database.transact(lambda session: _stored(session, name, form))
    if stored is not None:
        return stored
    invoice = database.transact(lambda session: read_invoice(session, name))
    if invoice.head is None:
        raise NotLoggedYet(
            f"{name} waits until its charges are in the evidence log, which takes a second or two: callrouter doctor"
            " says what is wrong if it takes longer"
        )
    content = _printed(invoice, form)
    return database.transact(lambda session: _store(session, name, form, content, now))


def _stored(session: Session, name: str, form: str) -> bytes | None:
    row = session.execute(_STORED, {"invoice": name, "form": form}).one_or_none()
    return bytes(row.content) if row else None


def _store(session: Session, name: str, form: str, content: bytes, now: datetime) -> bytes:
    """Store a document. Returns what is stored: another process may have printed it at the same time."""
    digest = sha256(content).hexdigest()
    new = {"invoice": name, "form": form, "content": content, "digest": digest, "printed_at": now}
    session.execute(_STORE, new)
    return _stored(session, name, form) or content


def _printed(invoice: Invoice, form: str) -> bytes:
    if form == PDF:
        # Printing takes a second to import, and few processes need it.
        content: bytes = import_module("callrouter.invoices.printing.pdf").as_pdf(invoice)
        return content
    return as_csv(invoice) if form == CSV else as_xlsx(invoice)
