"""The signed head of the evidence log that an invoice has: the first one that has all of its entries.

The writer of the log adds it in the transaction that signs, so an invoice has its head a second or two after it was
issued. It is printed and sent only then. Like the invoice it never changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from callrouter.billing.model import LedgerEntry
from callrouter.database import Session
from callrouter.evidence.model import EvidenceEntry, EvidenceHead
from callrouter.evidence.note import same_head
from callrouter.evidence.stored_tree import latest_head
from callrouter.evidence.timestamp import is_signed_at
from callrouter.invoices.model import InvoiceCheckpoint, InvoiceHead, InvoiceLine

LONGEST_WAIT = timedelta(minutes=5)
"""for a head, while the log is written"""

_SIZE = sa.bindparam("size", type_=sa.BigInteger)


def _lacks_entry(size: sa.SQLColumnExpression[int]) -> sa.Exists:
    """Whether a ledger entry of the invoice is not among the first entries of the log."""
    is_logged = sa.exists().where(
        EvidenceEntry.source == LedgerEntry.__tablename__,
        EvidenceEntry.key == InvoiceLine.entry,
        EvidenceEntry.position < size,
    )
    return sa.exists().where(
        InvoiceLine.invoice == InvoiceHead.name, InvoiceLine.entry.is_not(None), ~is_logged
    )


_HAS_ONE = sa.exists().where(InvoiceCheckpoint.invoice == InvoiceHead.name)
_ADD = sa.insert(InvoiceCheckpoint).from_select(
    ["invoice", "size", "signed_at", "note"],
    sa.select(
        InvoiceHead.name,
        _SIZE,
        sa.bindparam("signed_at", type_=sa.DateTime(timezone=True)),
        sa.bindparam("note", type_=sa.Text),
    ).where(~_HAS_ONE, ~_lacks_entry(_SIZE)),
)
_CHECKED = (
    sa.select(
        InvoiceHead.name,
        InvoiceHead.issued_at,
        InvoiceCheckpoint.size,
        InvoiceCheckpoint.signed_at,
        InvoiceCheckpoint.note,
        EvidenceHead.note.label("head"),
        sa.case((InvoiceCheckpoint.size.is_not(None), _lacks_entry(InvoiceCheckpoint.size))).label(
            "lacks_entry"
        ),
    )
    .outerjoin(InvoiceCheckpoint, InvoiceCheckpoint.invoice == InvoiceHead.name)
    .outerjoin(EvidenceHead, EvidenceHead.size == InvoiceCheckpoint.size)
    .order_by(InvoiceHead.name)
)


def add_checkpoints(session: Session) -> None:
    """Add the latest head to the invoices that have none, and whose entries it has."""
    if head := latest_head(session):
        session.execute(_ADD, {"size": head.size, "signed_at": head.signed_at, "note": head.note})


def checkpoint_faults(session: Session, key: str) -> Iterator[tuple[str, str | None]]:
    """(invoice, fault) for each invoice; None: its head is one of the log, and has all of its entries.

    The heads of the log are verified by `verify_log`. So it is enough that this one is among them.
    """
    head = latest_head(session)
    for row in session.execute(_CHECKED):
        yield row.name, _fault(row, key, head.signed_at if head else None)


def _fault(row: Any, key: str, signed_at: datetime | None) -> str | None:
    if row.size is None:
        is_late = signed_at is not None and signed_at - row.issued_at > LONGEST_WAIT
        return f"{row.name} has no head of the log" if is_late else None
    if (
        row.head is None
        or not same_head(row.note, row.head)
        or not is_signed_at(row.note, key, row.signed_at)
    ):
        return f"the head on {row.name}, with {row.size} entries, is not one of the log"
    return f"the head on {row.name} does not have all of its entries" if row.lacks_entry else None
