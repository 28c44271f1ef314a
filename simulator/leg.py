"""One end of a call that documents are performed on: its own line, or a leg that it dials, until it is connected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urljoin

from simulator.active_call import Ongoing
from simulator.behavior import NOTHING
from simulator.document import Document
from simulator.events import Who
from simulator.fields import Parties
from simulator.retries import without_fragment
from simulator.trace import Kind
from simulator.webhook_client import Ask

ENDS: Literal["ends"] = "ends"
"""What a verb gives that ends the leg; None lets the next verb follow, an `Ask` another document."""

Step = Ask | Literal["ends"] | None


class LegLeft(Exception):
    """The person who was rung hung up on hearing the whisper."""


@dataclass
class Leg:
    """Who listens on this leg, what they will press, and from where the document came that they hear."""

    who: Who
    call: Ongoing
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
    def keys_asked(self) -> Kind:
        return Kind.WHISPER_KEYS if self.dialled else Kind.GATHER

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
            raise LegLeft
        self.call.leave()

    def fetch(self, ask: Ask) -> Document:
        """The document of this address; from now on, what it points to is relative to it."""
        document = self.call.asker.document(ask)
        self.url = without_fragment(ask.url)
        return document

    def resolve(self, address: str | None) -> str:
        """An address in the document; the document's own where it gives none."""
        return urljoin(self.url, (address or "").strip())
