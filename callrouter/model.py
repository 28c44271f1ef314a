"""All tables in one place, for migrations and tests."""

from __future__ import annotations

from callrouter.alerts.model import alert, delivery
from callrouter.billing.model import closed_month, confirmation, entry
from callrouter.calls.model import Call, CallRecord, Leg
from callrouter.database import metadata
from callrouter.directory.model import (
    DirectoryHead,
    DirectoryProposal,
    DirectoryVersion,
    StoredCenter,
    StoredHelpline,
    StoredListing,
    StoredNumber,
    StoredPartner,
)
from callrouter.disclosure.model import Disclosure
from callrouter.disputes.model import dispute
from callrouter.events.model import Heartbeat, InboxEntry, OutboxFact, OutboxLock
from callrouter.figures.model import day_total, partner_call
from callrouter.invoices.model import (
    invoice,
    invoice_delivery,
    invoice_document,
    invoice_line,
    invoice_series,
)
from callrouter.messages.model import message, recording
from callrouter.privacy.model import audit, sealed_number, vault_key
from callrouter.promises.model import do_not_call, pace, promise, return_call, served
from callrouter.reconciliation.model import CarrierCdr, CarrierDifference, ReconciledDay
from callrouter.routing.model import (
    Availability,
    DecisionRow,
    LineupDocument,
    RotationRow,
    SeatPosition,
    reservation,
    room,
    spending,
)

__all__ = [
    "Availability",
    "Call",
    "CallRecord",
    "CarrierCdr",
    "CarrierDifference",
    "DecisionRow",
    "DirectoryHead",
    "DirectoryProposal",
    "DirectoryVersion",
    "Disclosure",
    "Heartbeat",
    "InboxEntry",
    "Leg",
    "LineupDocument",
    "OutboxFact",
    "OutboxLock",
    "ReconciledDay",
    "RotationRow",
    "SeatPosition",
    "StoredCenter",
    "StoredHelpline",
    "StoredListing",
    "StoredNumber",
    "StoredPartner",
    "alert",
    "audit",
    "closed_month",
    "confirmation",
    "day_total",
    "delivery",
    "dispute",
    "do_not_call",
    "entry",
    "invoice",
    "invoice_delivery",
    "invoice_document",
    "invoice_line",
    "invoice_series",
    "message",
    "metadata",
    "pace",
    "partner_call",
    "promise",
    "recording",
    "reservation",
    "return_call",
    "room",
    "sealed_number",
    "served",
    "spending",
    "vault_key",
]
