"""One end of a call that documents are performed on: its own line, or a leg that it dials, until it is connected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urljoin

from simulator.active_call import ActiveCall
from simulator.behavior import NOTHING
from simulator.document import Document
from simulator.events import Who
from simulator.fields import Parties
from simulator.retries import without_fragment
from simulator.trace import RequestKind
from simulator.webhook_client import WebhookRequest

ENDS: Literal["ends"] = "ends"
"""What a verb gives that ends the leg; None lets the next verb follow, a `WebhookRequest` another document."""

Step = WebhookRequest | Literal["ends"] | None


class LegHungUp(Exception):
    """The person who was rung hung up on hearing the whisper."""


@dataclass
class SimulatedLeg:
    """Who listens on this leg, what they will press, and from where the document came that they hear."""

    who: Who
    call: ActiveCall
    parties: Parties
    keys: Iterator[str]
    url: str = ""
    declines: bool = False
    dialled: bool = False
    """rung by a `<Dial>`, and not the call's own line"""
    typed_ahead: str = ""
    """keys that a prompt did not take; the next one does"""

    @property
    def status(self) -> str:
        """The leg's `CallStatus`; a called leg hears documents only once it has been picked up."""
        return "in-progress" if self.dialled else self.call.status

    @property
    def keys_asked(self) -> RequestKind:
        return RequestKind.WHISPER_KEYS if self.dialled else RequestKind.GATHER

    def opens(self) -> None:
        """A verb begins that can only be heard on a call that was answered."""
        if not self.dialled:
            self.call.answer()

    def next_keys(self) -> str:
        """What is pressed at this prompt."""
        if self.declines:
            self._hangs_up()
        return next(self.keys, NOTHING)

    def _hangs_up(self) -> None:
        if self.dialled:
            raise LegHungUp
        self.call.leave()

    def fetch(self, ask: WebhookRequest) -> Document:
        """The document of this address; from now on, what it points to is relative to it."""
        document = self.call.client.document(ask)
        self.url = without_fragment(ask.url)
        return document

    def resolve(self, address: str | None) -> str:
        """An address in the document; the document's own where it gives none."""
        return urljoin(self.url, (address or "").strip())
