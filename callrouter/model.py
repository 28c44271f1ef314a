"""All tables in one place, for migrations and tests."""

from __future__ import annotations

from callrouter.alerts.model import alert, delivery
from callrouter.billing.model import closed_month, confirmation, entry
from callrouter.calls.model import call, call_record, leg
from callrouter.carrier.model import carrier_call, carrier_difference, reconciled_day
from callrouter.database import metadata
from callrouter.directory.model import (
    center,
    directory_head,
    directory_proposal,
    directory_version,
    helpline,
    listing,
    number,
    partner,
)
from callrouter.disclosure.model import disclosure
from callrouter.disputes.model import dispute
from callrouter.events.model import heartbeat, inbox, outbox, settler
from callrouter.figures.model import DayTotal, PartnerCall
from callrouter.invoices.model import (
    InvoiceDelivery,
    InvoiceDocument,
    InvoiceHead,
    InvoiceLine,
    InvoiceSeries,
)
from callrouter.messages.model import message, recording
from callrouter.privacy.model import audit, sealed_number, vault_key
from callrouter.promises.model import do_not_call, pace, promise, return_call, served
from callrouter.routing.model import (
    LineupDocument,
    SeatPosition,
    availability,
    decision,
    reservation,
    room,
    rotation,
    spending,
)

__all__ = [
    "DayTotal",
    "InvoiceDelivery",
    "InvoiceDocument",
    "InvoiceHead",
    "InvoiceLine",
    "InvoiceSeries",
    "LineupDocument",
    "PartnerCall",
    "SeatPosition",
    "alert",
    "audit",
    "availability",
    "call",
    "call_record",
    "carrier_call",
    "carrier_difference",
    "center",
    "closed_month",
    "confirmation",
    "decision",
    "delivery",
    "directory_head",
    "directory_proposal",
    "directory_version",
    "disclosure",
    "dispute",
    "do_not_call",
    "entry",
    "heartbeat",
    "helpline",
    "inbox",
    "leg",
    "listing",
    "message",
    "metadata",
    "number",
    "outbox",
    "pace",
    "partner",
    "promise",
    "reconciled_day",
    "recording",
    "reservation",
    "return_call",
    "room",
    "rotation",
    "sealed_number",
    "served",
    "settler",
    "spending",
    "vault_key",
]
