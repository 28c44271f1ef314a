"""What keeping promises needs besides the session and the time. A door makes one when its process starts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from callrouter.calls.dependencies import Answer
from callrouter.directory.versions import DirectoryShelf
from callrouter.privacy.vault import Vault
from callrouter.promises.day import CallingHours
from callrouter.promises.steps import ReturnStep
from callrouter.routing.memory import RoutingMemory


@dataclass(frozen=True, slots=True)
class Desk:
    """The collaborators of whoever rings owners and callers."""

    directories: DirectoryShelf
    memory: RoutingMemory
    hours: CallingHours


@dataclass(frozen=True, slots=True)
class ReturnCallDependencies(Desk):
    """The collaborators of the callbacks of return calls."""

    vault: Vault
    render: Callable[[ReturnStep], Answer]
