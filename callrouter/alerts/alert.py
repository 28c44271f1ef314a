"""An alert: something that a person must be told, once. *Pure.*"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from callrouter.events.outbox import AlertType


@dataclass(frozen=True, slots=True)
class Alert:
    """What happened, when and where. There is no caller in it: a call is named by its CallSid."""

    what: AlertType
    happened_at: datetime
    call: str | None = None
    center: str | None = None
    helpline: str | None = None
    listing: str | None = None
    dialled: str | None = None
    """a number that is in no directory"""
    process: str | None = None
    """a kind of process, `outbox_sweeper`"""

    @property
    def key(self) -> str:
        """Two alerts with the same key are the same: a storm of calls is told once an hour."""
        hour = f"{self.happened_at.astimezone(UTC):%Y-%m-%dT%H}"
        about = {
            "center-paused": (self.center, hour),
            "message-left": (self.call,),
            "nobody-eligible": (self.helpline, hour),
            "process-unseen": (self.process, hour),
            "promise-overdue": (self.call, self.center, f"{self.happened_at.astimezone(UTC):%Y-%m-%dT%H:%M}"),
            "unknown-number": (self.dialled, hour),
        }
        return " ".join([self.what, *filter(None, about[self.what])])

    @property
    def message(self) -> str:
        """Its name outside: whoever has got this name before need not look at it again."""
        return f"alert_{sha256(self.key.encode()).hexdigest()[:32]}"
