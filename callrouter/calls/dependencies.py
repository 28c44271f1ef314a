"""What handling a callback needs besides the session and the time. A door makes one when its process starts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from callrouter.calls.model import Call
from callrouter.calls.steps import Step
from callrouter.database import Result, Session
from callrouter.directory.directory import Center
from callrouter.directory.versions import DirectoryShelf
from callrouter.events.outbox import SpokenDisclosure
from callrouter.privacy.vault import Vault
from callrouter.routing.memory import RoutingMemory


@dataclass(frozen=True, slots=True)
class Answer:
    """The document for the carrier, and what it tells the caller."""

    document: str
    disclosure: SpokenDisclosure | None = None
    seconds: int = 0
    """how long it keeps the caller at the most: what is spoken, and the wait for a key; without ringing"""


@dataclass(frozen=True, slots=True)
class Consent:
    """What the caller heard and pressed before something was promised or changed."""

    words: str
    key: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Recording:
    """A message that the caller left, as the carrier names it."""

    sid: str
    seconds: int


@dataclass(frozen=True, slots=True)
class OtherNumber:
    """The caller is to be called back at another number, `+1…`."""

    number: str


@dataclass(frozen=True, slots=True)
class AllowMessage:
    """A message may be left on the caller's answering machine."""


@dataclass(frozen=True, slots=True)
class TakeBack:
    """The caller does not want to be called back after all."""


PromiseChange = OtherNumber | AllowMessage | TakeBack
Render = Callable[[Step, int], Answer]
"""(step, number of the document) -> the answer"""
AnnouncementSeconds = Callable[[str, str], int]
"""(center's name, language) -> seconds of the sentence that is spoken before it is rung"""


class Promises(Protocol):
    """What a call needs of the promises that lie above it."""

    def make(self, session: Session, call: Call, owner: Center | None, consent: Consent) -> str:
        """Promise a return call by its owner; the wording that says when."""

    def owner(self, session: Session, call: str, helpline: str) -> Result:
        """Which center owes the caller of this call a return call of this helpline; no row where none does."""

    def change(self, session: Session, call: Call, change: PromiseChange, now: datetime) -> bool:
        """The caller says how to be called back, or takes it back. False where that may not be."""


KeepMessage = Callable[[Session, Call, str | None, Recording, datetime], None]
"""(session, call, center that it is for, recording, time)"""


@dataclass(frozen=True, slots=True)
class CallDependencies:
    """The collaborators of every callback."""

    directories: DirectoryShelf
    memory: RoutingMemory
    vault: Vault
    render: Render
    announcement_seconds: AnnouncementSeconds
    promises: Promises
    keep_message: KeepMessage
    simulated: bool
