"""Where an id leads that somebody pasted: a call, a partner, a center, an invoice."""

from __future__ import annotations

from dataclasses import dataclass, field

import sqlalchemy as sa

from callrouter.directory.model import StoredCenter, StoredHelpline, StoredPartner
from callrouter.errors import NotKnown
from callrouter.invoices.model import InvoiceHead
from callrouter.reports.find_call import find_call

_KEYS = {"partner": StoredPartner.key, "center": StoredCenter.key, "helpline": StoredHelpline.key}
CALL_PREFIX = "CA"


@dataclass(frozen=True, slots=True)
class Destination:
    """A page of the console."""

    endpoint: str
    values: dict[str, str] = field(default_factory=dict)


def destination(connection: sa.Connection, pasted: str) -> Destination:
    """The page of what was pasted. Raises NotKnown where nothing has that id, Fault where it means several calls."""
    text = pasted.strip()
    if text.startswith(CALL_PREFIX):
        return Destination("calls.call", {"sid": find_call(connection, text)})
    for kind, column in _KEYS.items():
        if connection.execute(sa.select(sa.exists().where(column == text))).scalar_one():
            return Destination("calls.listed", {kind: text})
    if connection.execute(sa.select(sa.exists().where(InvoiceHead.name == text.upper()))).scalar_one():
        return Destination("billing.invoice", {"name": text.upper()})
    raise NotKnown(
        f"nothing has the id {text!r}: paste a CallSid (CA…), the key of a partner, a center or a helpline, or the"
        " number of an invoice."
        " To find a caller's number, use the form on the page Calls"
    )
