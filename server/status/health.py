"""Whether a call can be taken now, whether everything works, and how to mend what does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import sqlalchemy as sa

from callrouter.directory.model import DirectoryHead
from callrouter.events.heartbeat import BEAT, EXTERNAL, OUTBOX_SWEEPER, WORKER, last_seen
from callrouter.privacy.key_check import key_fault
from callrouter.privacy.vault import Vault
from callrouter.reports.evidence_log import evidence_log_state
from callrouter.reports.waiting import oldest_waiting

OLDEST_FACT = timedelta(minutes=1)
_MENDS = {
    WORKER: "check Redis, and start the worker and beat",
    EXTERNAL: "check Redis, and start external and beat; until then nobody is called back",
    BEAT: "check Redis, and start beat",
    OUTBOX_SWEEPER: "start outbox_sweeper",
}
"""for each kind of process whose work is stored; the web server is the one that answers"""


@dataclass(frozen=True)
class HealthCheck:
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


def examine(checks: tuple[HealthCheck, ...], connection: sa.Connection, now: datetime) -> Health:
    """The faults that these checks find, in their order."""
    found = ((check.name, check.fault(connection, now)) for check in checks)
    return Health([f"{name}: {fault}" for name, fault in found if fault])


def _no_directory(connection: sa.Connection, _: datetime) -> str | None:
    version = connection.execute(sa.select(DirectoryHead.version)).scalar_one()
    return None if version else "none is loaded: callrouter directory load FILE"


def _wrong_key(vault: Vault, connection: sa.Connection, _: datetime) -> str | None:
    fault = key_fault(connection, vault)
    return str(fault) if fault else None


def _not_seen(process: str, connection: sa.Connection, now: datetime) -> str | None:
    [seen] = [each for each in last_seen(connection, now) if each.process == process]
    if not seen.stale:
        return None
    since = (
        "it was never seen at work" if seen.age is None else f"last seen at work {seen.age:.0f} seconds ago"
    )
    return f"{since}: {_MENDS[process]}"


def _old_outbox(connection: sa.Connection, now: datetime) -> str | None:
    oldest = oldest_waiting(connection)
    if oldest and now - oldest > OLDEST_FACT:
        since = _as_text(oldest)
        return f"a fact has waited since {since}: check worker and outbox_sweeper, and callrouter outbox list"
    return None


def _late_evidence(connection: sa.Connection, now: datetime) -> str | None:
    state = evidence_log_state(connection, now)
    if not state.is_late:
        return None
    since = f"since {_as_text(state.complete_at)}" if state.complete_at else "at any time"
    return f"it did not have everything {since}; {state.waiting} records wait: callrouter doctor says why"


def _as_text(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def takes_calls(vault: Vault) -> tuple[HealthCheck, ...]:
    """What a call needs besides a database that can be written; asked by load balancers, so nothing else is here."""
    return (HealthCheck("directory", _no_directory), HealthCheck("vault key", partial(_wrong_key, vault)))


def everything(vault: Vault) -> tuple[HealthCheck, ...]:
    """What a call needs, and what is to happen after it."""
    return (
        *takes_calls(vault),
        *(HealthCheck(process, partial(_not_seen, process)) for process in _MENDS),
        HealthCheck("outbox", _old_outbox),
        HealthCheck("evidence log", _late_evidence),
    )
