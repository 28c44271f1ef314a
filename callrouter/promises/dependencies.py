"""What keeping promises needs besides the session and the time. A door creates it when its process starts."""

from __future__ import annotations

from dataclasses import dataclass

from callrouter.directory.versions import DirectoryCache
from callrouter.privacy.vault import Vault
from callrouter.promises.calling_hours import CallingHours
from callrouter.routing.memory import RoutingMemory


@dataclass(frozen=True, slots=True)
class PromiseDependencies:
    """The collaborators of all code that makes return calls or changes owners."""

    directories: DirectoryCache
    memory: RoutingMemory
    hours: CallingHours
    vault: Vault
