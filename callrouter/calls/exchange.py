"""What handling a callback needs besides the session and the time. A door makes one when its process starts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from callrouter.calls.call import Call
from callrouter.calls.steps import Step
from callrouter.database import Session
from callrouter.directory.versions import DirectoryShelf
from callrouter.events.outbox import Told
from callrouter.privacy.vault import Vault
from callrouter.routing.memory import RoutingMemory


@dataclass(frozen=True, slots=True)
class Answer:
    """The document for the carrier, and what it tells the caller."""

    document: str
    told: Told | None = None


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


Render = Callable[[Step, int], Answer]
"""(step, number of the document) -> the answer"""
MakePromise = Callable[[Session, Call, str | None, Consent], None]
"""(session, call, center that owes, consent)"""
KeepMessage = Callable[[Session, Call, str | None, Recording, datetime], None]
"""(session, call, center that it is for, recording, time)"""


@dataclass(frozen=True, slots=True)
class Exchange:
    """The collaborators of every callback."""

    directories: DirectoryShelf
    memory: RoutingMemory
    vault: Vault
    render: Render
    make_promise: MakePromise
    keep_message: KeepMessage
    simulated: bool
