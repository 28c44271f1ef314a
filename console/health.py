"""Whether a call can be taken now, whether everything works, and how to mend what does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import sqlalchemy as sa

from callrouter.directory.model import directory_head
from callrouter.events.heartbeat import STALE
from callrouter.events.model import heartbeat
from callrouter.privacy.key_check import key_fault
from callrouter.privacy.vault import Vault
from callrouter.reports.waiting import oldest_waiting

BUSY = timedelta(minutes=5)
"""so long the errands may be at one task: a day of the carrier's books is large"""
OLDEST_FACT = timedelta(minutes=1)


@dataclass(frozen=True)
class Check:
    """One thing to examine. `fault` returns what is wrong and how to mend it; None: nothing."""

    name: str
    fault: Callable[[sa.Connection, datetime], str | None]


@dataclass(frozen=True)
class Health:
    """What is wrong, each with how to mend it."""

    faults: list[str]

    @property
    def well(self) -> bool:
        return not self.faults


def examine(checks: tuple[Check, ...], connection: sa.Connection, now: datetime) -> Health:
    """The faults that these checks find, in their order."""
    found = ((check.name, check.fault(connection, now)) for check in checks)
    return Health([f"{name}: {fault}" for name, fault in found if fault])


def _no_directory(connection: sa.Connection, _: datetime) -> str | None:
    version = connection.execute(sa.select(directory_head.c.version)).scalar_one()
    return None if version else "none is loaded: callrouter directory load FILE"


def _wrong_key(vault: Vault, connection: sa.Connection, _: datetime) -> str | None:
    fault = key_fault(connection, vault)
    return str(fault) if fault else None


def _deaf_workers(connection: sa.Connection, now: datetime) -> str | None:
    beat_at = connection.execute(sa.select(heartbeat.c.beat_at)).scalar_one()
    if beat_at is None:
        return "no task has come through the broker and a worker yet: start the worker and beat"
    if now - beat_at > STALE:
        return f"no task has come through since {_told(beat_at)}: check Redis, worker and beat"
    return None


def _idle_errands(connection: sa.Connection, now: datetime) -> str | None:
    errands_at = connection.execute(sa.select(heartbeat.c.errands_at)).scalar_one()
    if errands_at is None:
        return "they have not had a turn yet, so nobody is called back: start errands and beat"
    if now - errands_at > BUSY:
        return f"they have had no turn since {_told(errands_at)}: check Redis, errands and beat"
    return None


def _old_outbox(connection: sa.Connection, now: datetime) -> str | None:
    oldest = oldest_waiting(connection)
    if oldest and now - oldest > OLDEST_FACT:
        return f"a fact has waited since {_told(oldest)}: check worker and relay, and callrouter outbox list"
    return None


def _told(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def takes_calls(vault: Vault) -> tuple[Check, ...]:
    """What a call needs besides a database that can be written; asked by load balancers, so nothing else is here."""
    return (Check("directory", _no_directory), Check("vault key", partial(_wrong_key, vault)))


def everything(vault: Vault) -> tuple[Check, ...]:
    """What a call needs, and what is to happen after it."""
    return (
        *takes_calls(vault),
        Check("workers", _deaf_workers),
        Check("errands", _idle_errands),
        Check("outbox", _old_outbox),
    )
