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
from callrouter.messages.model import MessageRecording, VoicemailMessage
from callrouter.privacy.model import AuditEntry, SealedNumber, VaultKey
from callrouter.promises.model import CarrierRateLimit, DoNotCallEntry, Promise, ReturnCall, ReturnCallQueue
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
    "AuditEntry",
    "Availability",
    "Call",
    "CallRecord",
    "CarrierCdr",
    "CarrierDifference",
    "CarrierRateLimit",
    "DecisionRow",
    "DirectoryHead",
    "DirectoryProposal",
    "DirectoryVersion",
    "Disclosure",
    "DoNotCallEntry",
    "Heartbeat",
    "InboxEntry",
    "Leg",
    "LineupDocument",
    "MessageRecording",
    "OutboxFact",
    "OutboxLock",
    "Promise",
    "ReconciledDay",
    "ReturnCall",
    "ReturnCallQueue",
    "RotationRow",
    "SealedNumber",
    "SeatPosition",
    "StoredCenter",
    "StoredHelpline",
    "StoredListing",
    "StoredNumber",
    "StoredPartner",
    "VaultKey",
    "VoicemailMessage",
    "alert",
    "closed_month",
    "confirmation",
    "day_total",
    "delivery",
    "dispute",
    "entry",
    "invoice",
    "invoice_delivery",
    "invoice_document",
    "invoice_line",
    "invoice_series",
    "metadata",
    "partner_call",
    "reservation",
    "room",
    "spending",
]
