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
from callrouter.calls.model import Call, Leg
from callrouter.database import Base, Grants, metadata
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
from callrouter.figures.model import DayTotal, PartnerCall
from callrouter.invoices.model import (
    InvoiceDelivery,
    InvoiceDocument,
    InvoiceHead,
    InvoiceLine,
    InvoiceSeries,
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
)
from callrouter.staff.model import (
    Passkey,
    RecoveryCode,
    SignInAttempt,
    StaffAccount,
    StaffInvitation,
    StaffSession,
)
from callrouter.wordings.model import WordingProposal, WordingsHead

GRANTS = {
    # Alembic's own: every process looks whether the schema is its own.
    "alembic_version": Grants(),
    **{str(mapper.local_table.description): mapper.class_.__grants__ for mapper in Base.registry.mappers},
}
"""what the application's role may do with each table, by its name"""

__all__ = [
    "GRANTS",
    "AlertDelivery",
    "AuditEntry",
    "Availability",
    "Call",
    "CarrierCdr",
    "CarrierDifference",
    "CarrierRateLimit",
    "ClosedMonth",
    "Confirmation",
    "DayTotal",
    "DecisionRow",
    "DirectoryHead",
    "DirectoryProposal",
    "DirectoryVersion",
    "Disclosure",
    "Dispute",
    "DoNotCallEntry",
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
    "MessageRecording",
    "OutboxFact",
    "OutboxLock",
    "PartnerCall",
    "Passkey",
    "Promise",
    "RaisedAlert",
    "ReconciledDay",
    "RecoveryCode",
    "Reservation",
    "ReturnCall",
    "ReturnCallQueue",
    "RotationRow",
    "SealedNumber",
    "SeatPosition",
    "SignInAttempt",
    "Spend",
    "SpendCapLock",
    "StaffAccount",
    "StaffInvitation",
    "StaffSession",
    "StoredCenter",
    "StoredHelpline",
    "StoredListing",
    "StoredNumber",
    "StoredPartner",
    "VaultKey",
    "VoicemailMessage",
    "WordingProposal",
    "WordingsHead",
    "metadata",
]
