"""What the handlers of callbacks need besides the session and the time. A door creates it when its process starts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from callrouter.calls.model import Call
from callrouter.calls.steps import Step
from callrouter.database import Result, Session
from callrouter.directory.directory import Center
from callrouter.directory.versions import DirectoryCache
from callrouter.events.outbox import SpokenDisclosure
from callrouter.privacy.proof_codes import ProofCodes
from callrouter.privacy.vault import Vault
from callrouter.routing.memory import RoutingMemory
from callrouter.wordings.versions import WordingsCache
from callrouter.wordings.wordings import Wordings


@dataclass(frozen=True, slots=True)
class Answer:
    """A document for the carrier, and the disclosure that it makes to the caller."""

    document: str
    disclosure: SpokenDisclosure | None = None
    seconds: int = 0
    """the longest time it keeps the caller: speech and the wait for a key, without ringing"""


@dataclass(frozen=True, slots=True)
class Consent:
    """The words that the caller heard before a key press, and the key."""

    words: str
    key: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Recording:
    """A message of the caller, by the carrier's RecordingSid."""

    sid: str
    seconds: int


@dataclass(frozen=True, slots=True)
class OtherNumber:
    """The caller wants the return call at another number, `+1…`."""

    number: str


@dataclass(frozen=True, slots=True)
class AllowMessage:
    """The caller allows a message on the answering machine."""


@dataclass(frozen=True, slots=True)
class TakeBack:
    """The caller does not want the return call any more."""


PromiseChange = OtherNumber | AllowMessage | TakeBack
Render = Callable[[Step, int, Wordings], Answer]
"""(step, number of the document, wordings) -> the answer"""
AnnouncementSeconds = Callable[[Wordings, str, str], int]
"""(wordings, center's name, language) -> seconds of the sentence before the center is rung"""


class Promises(Protocol):
    """What calls need of promises, which lie above them."""

    def make(self, session: Session, call: Call, owner: Center | None, consent: Consent) -> str:
        """Promise a return call by this owner. Returns the wording that says when it will come."""

    def owner(self, session: Session, call: str, helpline: str) -> Result:
        """The center that owes this caller a return call of this helpline; no row if none does."""

    def change(self, session: Session, call: Call, change: PromiseChange, now: datetime) -> bool:
        """Apply a change that the caller asks for. Returns False if the change is not allowed."""


KeepMessage = Callable[[Session, Call, str | None, Recording, datetime], None]
"""(session, call, center that the message is for, recording, time)"""


@dataclass(frozen=True, slots=True)
class CallDependencies:
    """The collaborators of all callbacks."""

    directories: DirectoryCache
    wordings: WordingsCache
    memory: RoutingMemory
    vault: Vault
    proof_codes: ProofCodes
    render: Render
    announcement_seconds: AnnouncementSeconds
    promises: Promises
    keep_message: KeepMessage
    simulated: bool
