"""An alert: something that staff must know. *Pure.*"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from callrouter.events.outbox import AlertType


@dataclass(frozen=True, slots=True)
class Alert:
    """What happened, when and where. It contains nothing about the caller; a call is named by its CallSid."""

    what: AlertType
    happened_at: datetime
    call: str | None = None
    center: str | None = None
    helpline: str | None = None
    listing: str | None = None
    dialled: str | None = None
    """a number that is not in the directory"""
    process: str | None = None
    """a kind of process, `outbox_sweeper`"""

    @property
    def key(self) -> str:
        """Alerts with the same key are the same: many equal events make one alert an hour."""
        hour = f"{self.happened_at.astimezone(UTC):%Y-%m-%dT%H}"
        day = f"{self.happened_at.astimezone(UTC):%Y-%m-%d}"
        about = {
            "center-paused": (self.center, hour),
            "evidence-behind": (hour,),
            "message-left": (self.call,),
            "nobody-eligible": (self.helpline, hour),
            "process-unseen": (self.process, hour),
            "promise-overdue": (self.call, self.center, f"{self.happened_at.astimezone(UTC):%Y-%m-%dT%H:%M}"),
            "purge-failed": (hour,),
            "purge-late": (day,),
            "reveal-waits": (self.call, hour),
            "unknown-number": (self.dialled, hour),
        }
        return " ".join([self.what, *filter(None, about[self.what])])

    @property
    def message(self) -> str:
        """The id that receivers see. They can ignore an id that they have seen before."""
        return f"alert_{sha256(self.key.encode()).hexdigest()[:32]}"
