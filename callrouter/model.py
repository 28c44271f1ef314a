"""All tables in one place, for migrations and tests."""

from __future__ import annotations

from callrouter.alerts.model import AlertDelivery, RaisedAlert
from callrouter.billing.disputes.model import Dispute
from callrouter.billing.model import (
    ClosedMonth,
    Confirmation,
    LedgerEntry,
    Reservation,
    Spend,
    SpendCapLock,
)
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
)

__all__ = [
    "AlertDelivery",
    "Availability",
    "Call",
    "CallRecord",
    "CarrierCdr",
    "CarrierDifference",
    "ClosedMonth",
    "Confirmation",
    "DecisionRow",
    "DirectoryHead",
    "DirectoryProposal",
    "DirectoryVersion",
    "Disclosure",
    "Dispute",
    "Heartbeat",
    "InboxEntry",
    "LedgerEntry",
    "Leg",
    "LineupDocument",
    "OutboxFact",
    "OutboxLock",
    "RaisedAlert",
    "ReconciledDay",
    "Reservation",
    "RotationRow",
    "SeatPosition",
    "Spend",
    "SpendCapLock",
    "StoredCenter",
    "StoredHelpline",
    "StoredListing",
    "StoredNumber",
    "StoredPartner",
    "audit",
    "day_total",
    "do_not_call",
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
    "return_call",
    "sealed_number",
    "served",
    "vault_key",
]
