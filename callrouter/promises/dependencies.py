"""What keeping promises needs besides the session and the time. A door makes it when its process starts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from callrouter.calls.dependencies import Answer
from callrouter.database import Session
from callrouter.directory.versions import DirectoryShelf
from callrouter.privacy.vault import Vault
from callrouter.promises.calling_hours import CallingHours
from callrouter.promises.steps import ReturnStep
from callrouter.routing.memory import RoutingMemory

EraseCaller = Callable[[Session, str, datetime], object]
"""(session, match value, time): erases what is stored of a caller"""


@dataclass(frozen=True, slots=True)
class PromiseDependencies:
    """The collaborators of whoever rings owners and callers."""

    directories: DirectoryShelf
    memory: RoutingMemory
    hours: CallingHours


@dataclass(frozen=True, slots=True)
class ReturnCallDependencies(PromiseDependencies):
    """The collaborators of the callbacks of return calls."""

    vault: Vault
    render: Callable[[ReturnStep], Answer]
    erase_caller: EraseCaller
