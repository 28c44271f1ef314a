"""All tables in one place, for migrations and tests."""

from __future__ import annotations

from callrouter.alerts.model import alert, delivery
from callrouter.billing.model import (
    ClosedMonth,
    Confirmation,
    LedgerEntry,
    Reservation,
    Spend,
    SpendCapLock,
)
from callrouter.calls.model import Call, Leg
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
from callrouter.reconciliation.model import CarrierCdr, CarrierDifference, ReconciledDay
from callrouter.routing.model import (
    Availability,
    DecisionRow,
    LineupDocument,
    RotationRow,
    SeatPosition,
)

__all__ = [
    "Availability",
    "Call",
    "CarrierCdr",
    "CarrierDifference",
    "ClosedMonth",
    "Confirmation",
    "DayTotal",
    "DecisionRow",
    "DirectoryHead",
    "DirectoryProposal",
    "DirectoryVersion",
    "Disclosure",
    "Heartbeat",
    "InboxEntry",
    "InvoiceDelivery",
    "InvoiceDocument",
    "InvoiceHead",
    "InvoiceLine",
    "InvoiceSeries",
    "LedgerEntry",
    "Leg",
    "LineupDocument",
    "OutboxFact",
    "OutboxLock",
    "PartnerCall",
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
    "alert",
    "audit",
    "delivery",
    "dispute",
    "do_not_call",
    "message",
    "metadata",
    "pace",
    "promise",
    "recording",
    "return_call",
    "sealed_number",
    "served",
    "vault_key",
]
