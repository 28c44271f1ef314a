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
from callrouter.database import Base, Grants, PartnerRows, metadata
from callrouter.directory.model import (
    DirectoryEntryChange,
    DirectoryHead,
    DirectoryImport,
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
from callrouter.evidence.model import (
    ConnectionRecord,
    ConsentRecord,
    EvidenceEntry,
    EvidenceHead,
    EvidenceLog,
    EvidenceTile,
    SchemaStatement,
)
from callrouter.figures.model import AccountMonth, DayTotal, PartnerCall, QuarterHourTotal
from callrouter.invoices.model import (
    InvoiceDelivery,
    InvoiceDocument,
    InvoiceHead,
    InvoiceLine,
    InvoiceSeries,
)
from callrouter.messages.model import MessagePlayback, MessageRecording, VoicemailMessage
from callrouter.privacy.model import AuditEntry, SealedNumber, VaultKey
from callrouter.promises.model import CarrierRateLimit, DoNotCallEntry, Promise, ReturnCall, ReturnCallQueue
from callrouter.reconciliation.model import CarrierCdr, CarrierDifference, ReconciledDay
from callrouter.reveals.model import NumberReveal, RevealRequest
from callrouter.routing.model import (
    Availability,
    CenterPause,
    DecisionResult,
    DecisionRow,
    LineupDocument,
    RotationRow,
    SeatPosition,
)
from callrouter.staff.model import (
    Passkey,
    RecoveryCode,
    SavedView,
    SignInAttempt,
    StaffAccount,
    StaffInvitation,
    StaffSession,
)
from callrouter.wordings.model import WordingAudio, WordingProposal, WordingsHead

GRANTS = {
    # Alembic's own: every process looks whether the schema is its own.
    "alembic_version": Grants(),
    **{str(mapper.local_table.description): mapper.class_.__grants__ for mapper in Base.registry.mappers},
}
"""what the application's role may do with each table, by its name"""
PARTNER_ROWS: dict[str, PartnerRows] = {
    str(mapper.local_table.description): rows
    for mapper in Base.registry.mappers
    if (rows := mapper.class_.__partner_rows__)
}
"""what a partner may read of each table, by its name; of the others, nothing"""
PARTNER_GRANTS = {table: rows.grants for table, rows in PARTNER_ROWS.items()}
"""what the partners' role may do with each table: it only reads"""

__all__ = [
    "GRANTS",
    "PARTNER_GRANTS",
    "PARTNER_ROWS",
    "AccountMonth",
    "AlertDelivery",
    "AuditEntry",
    "Availability",
    "Call",
    "CarrierCdr",
    "CarrierDifference",
    "CarrierRateLimit",
    "CenterPause",
    "ClosedMonth",
    "Confirmation",
    "ConnectionRecord",
    "ConsentRecord",
    "DayTotal",
    "DecisionResult",
    "DecisionRow",
    "DirectoryEntryChange",
    "DirectoryHead",
    "DirectoryImport",
    "DirectoryProposal",
    "DirectoryVersion",
    "Disclosure",
    "Dispute",
    "DoNotCallEntry",
    "EvidenceEntry",
    "EvidenceHead",
    "EvidenceLog",
    "EvidenceTile",
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
    "MessagePlayback",
    "MessageRecording",
    "NumberReveal",
    "OutboxFact",
    "OutboxLock",
    "PartnerCall",
    "Passkey",
    "Promise",
    "QuarterHourTotal",
    "RaisedAlert",
    "ReconciledDay",
    "RecoveryCode",
    "Reservation",
    "ReturnCall",
    "ReturnCallQueue",
    "RevealRequest",
    "RotationRow",
    "SavedView",
    "SchemaStatement",
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
    "WordingAudio",
    "WordingProposal",
    "WordingsHead",
    "metadata",
]
