"""All tables in one place, for migrations and tests."""

from __future__ import annotations

from callrouter.alerts.model import alert, delivery
from callrouter.billing.model import closed_month, confirmation, entry
from callrouter.calls.model import Call, CallRecord, Leg
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
from callrouter.events.model import InboxEntry, heartbeat, outbox, settler
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
    "CarrierRateLimit",
    "DecisionRow",
    "DoNotCallEntry",
    "InboxEntry",
    "Leg",
    "LineupDocument",
    "MessageRecording",
    "Promise",
    "ReturnCall",
    "ReturnCallQueue",
    "RotationRow",
    "SealedNumber",
    "SeatPosition",
    "VaultKey",
    "VoicemailMessage",
    "alert",
    "carrier_call",
    "carrier_difference",
    "center",
    "closed_month",
    "confirmation",
    "day_total",
    "delivery",
    "directory_head",
    "directory_proposal",
    "directory_version",
    "disclosure",
    "dispute",
    "entry",
    "heartbeat",
    "helpline",
    "invoice",
    "invoice_delivery",
    "invoice_document",
    "invoice_line",
    "invoice_series",
    "listing",
    "metadata",
    "number",
    "outbox",
    "partner",
    "partner_call",
    "reconciled_day",
    "reservation",
    "room",
    "settler",
    "spending",
]
