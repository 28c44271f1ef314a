"""A way that alerts go: to whom, and how one is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from callrouter.alerts.alert import Alert
from callrouter.errors import NotDelivered

EMAIL, WEBHOOK = "email", "webhook"


class NotWanted(NotDelivered):
    """The receiver says that it is not to be told again."""


class Channel(Protocol):
    """One way to tell somebody."""

    @property
    def addresses(self) -> Sequence[str]:
        """To whom each alert goes. A delivery keeps its address, for the list of deliveries."""

    def send(self, address: str, alert: Alert, now: datetime) -> None:
        """Send an alert, perhaps once more. Raises NotDelivered where it is not known to have arrived."""


Channels = Mapping[str, Channel]
"""by their names: EMAIL, WEBHOOK"""


class Recipient(NamedTuple):
    """Who is told of each alert."""

    channel: str
    address: str


def recipients(channels: Channels) -> list[Recipient]:
    """Everybody who is told of each alert."""
    return [Recipient(name, address) for name, each in channels.items() for address in each.addresses]
