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
    Availability,
    DecisionRow,
    LineupDocument,
    RotationRow,
    SeatPosition,
)

__all__ = [
    "Availability",
    "Call",
    "ClosedMonth",
    "Confirmation",
    "DayTotal",
    "DecisionRow",
    "InboxEntry",
    "InvoiceDelivery",
    "InvoiceDocument",
    "InvoiceHead",
    "InvoiceLine",
    "InvoiceSeries",
    "LedgerEntry",
    "Leg",
    "LineupDocument",
    "PartnerCall",
    "Reservation",
    "RotationRow",
    "SeatPosition",
    "Spend",
    "SpendCapLock",
    "alert",
    "audit",
    "carrier_call",
    "carrier_difference",
    "center",
    "delivery",
    "directory_head",
    "directory_proposal",
    "directory_version",
    "disclosure",
    "dispute",
    "do_not_call",
    "heartbeat",
    "helpline",
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
    "return_call",
    "sealed_number",
    "served",
    "settler",
    "vault_key",
]
