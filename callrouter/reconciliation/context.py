"""The collaborators of reconciliation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from callrouter.database import Database
from callrouter.directory.versions import DirectoryCache
from callrouter.routing.memory import RoutingMemory
from callrouter.telephony import Carrier

BATCH = 200
"""calls in one transaction"""


@dataclass(frozen=True, slots=True)
class ReconciliationContext:
    """Our database, the carrier, and what is needed to correct a call."""

    database: Database
    carrier: Carrier
    directories: DirectoryCache
    memory: RoutingMemory
    clock: Callable[[], datetime]
