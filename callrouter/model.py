"""All tables in one place, for migrations and tests."""

from __future__ import annotations

from callrouter.billing.model import entry
from callrouter.calls.model import call, call_record, leg
from callrouter.database import metadata
from callrouter.directory.model import (
    center,
    directory_head,
    directory_version,
    helpline,
    listing,
    number,
    partner,
)
from callrouter.disclosure.model import disclosure
from callrouter.events.model import heartbeat, inbox, outbox, settler
from callrouter.messages.model import message, recording
from callrouter.privacy.model import audit, sealed_number
from callrouter.promises.model import promise
from callrouter.routing.model import availability, decision, lineup, rotation, seat

__all__ = [
    "audit",
    "availability",
    "call",
    "call_record",
    "center",
    "decision",
    "directory_head",
    "directory_version",
    "disclosure",
    "entry",
    "heartbeat",
    "helpline",
    "inbox",
    "leg",
    "lineup",
    "listing",
    "message",
    "metadata",
    "number",
    "outbox",
    "partner",
    "promise",
    "recording",
    "rotation",
    "sealed_number",
    "seat",
    "settler",
]
