"""A channel that delivers alerts, and its recipients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from callrouter.alerts.alert import Alert
from callrouter.errors import NotDelivered

EMAIL, WEBHOOK = "email", "webhook"


class ReceiverOptedOut(NotDelivered):
    """The receiver does not want this alert again."""


class Channel(Protocol):
    """One way to deliver alerts."""

    @property
    def addresses(self) -> Sequence[str]:
        """The addresses that each alert goes to. A delivery stores its address."""

    def send(self, address: str, alert: Alert, now: datetime) -> None:
        """Send an alert; it may have been sent before. Raises NotDelivered unless it is known to have arrived."""


Channels = Mapping[str, Channel]
"""by name: EMAIL, WEBHOOK"""


class Recipient(NamedTuple):
    """A channel and an address."""

    channel: str
    address: str


def recipients(channels: Channels) -> list[Recipient]:
    """All recipients of each alert."""
    return [Recipient(name, address) for name, each in channels.items() for address in each.addresses]
