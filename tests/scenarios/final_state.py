"""All that is stored of a world, without times: two worlds in which the same happened have the same."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import callrouter.model as tables
from tests.scenarios.world import World

# Data keys are random, sealing draws a fresh nonce, and a commitment a fresh salt; a heartbeat and the outbox lock tell
# of processes, not of calls.
LEFT_OUT = {
    "data_key": {"wrapped"},
    "sealed_number": {"sealed"},
    "connection_record": {"caller", "caller_salt"},
}
NO_PART_OF_IT = {"heartbeat", "outbox_lock", "directory_version"}

State = dict[str, list[dict[str, Any]]]


def final_state(world: World) -> State:
    """Every row of every table, by the table's name, once everything is settled."""
    world.settles()
    names = [table.name for table in tables.metadata.sorted_tables if table.name not in NO_PART_OF_IT]
    return {name: [_without_times(name, row) for row in world.rows(name)] for name in names}


def _without_times(table: str, row: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in row.items() if name not in LEFT_OUT.get(table, set())}
    return {name: "some time" if isinstance(value, datetime) else value for name, value in kept.items()}
