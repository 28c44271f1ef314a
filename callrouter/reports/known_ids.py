"""Which ids there are, of whatever kind. Over a partner's connection: which of them are the partner's own."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import sqlalchemy as sa

from callrouter.billing.disputes.model import Dispute
from callrouter.calls.model import Call
from callrouter.directory.model import StoredCenter, StoredListing, StoredPartner
from callrouter.invoices.model import InvoiceHead

_COLUMNS: tuple[sa.SQLColumnExpression[str], ...] = (
    Call.sid,
    InvoiceHead.name,
    StoredCenter.key,
    StoredListing.key,
    StoredPartner.key,
)
_LONGEST_NUMBER = 18
_AFTER_ALL_DIGITS = "g"
_BEGINNING = 10
"""characters of a CallSid that a page shows"""


def known_ids(connection: sa.Connection, written: Collection[str]) -> set[str]:
    """Those of these that are a CallSid (or its beginning), an invoice, a dispute, or a key of the directory."""
    if not written:
        return set()
    found = {
        value
        for column in _COLUMNS
        for value in connection.execute(sa.select(column).where(column.in_(written))).scalars()
    }
    return found | set(_disputes(connection, written)) | set(_beginnings(connection, written))


def _disputes(connection: sa.Connection, written: Collection[str]) -> Iterator[str]:
    numbers = [int(text) for text in written if text.isdecimal() and len(text) <= _LONGEST_NUMBER]
    if numbers:
        query = sa.select(Dispute.id).where(Dispute.id.in_(numbers))
        yield from map(str, connection.execute(query).scalars())


def _beginnings(connection: sa.Connection, written: Collection[str]) -> Iterator[str]:
    for text in written:
        if text.startswith("CA") and len(text) >= _BEGINNING:
            query = sa.select(Call.sid).where(Call.sid >= text, Call.sid < text + _AFTER_ALL_DIGITS).limit(1)
            if connection.execute(query).scalar():
                yield text
