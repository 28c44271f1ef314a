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
    "do_not_call": {"number_match"},
    "match_value": {"value"},
    "sealed_number": {"sealed"},
    "connection_record": {"caller", "caller_salt"},
    # A transaction that was rolled back has used up a number.
    "decision": {"id"},
    "decision_result": {"id"},
    "center_pause": {"id"},
}
NO_PART_OF_IT = {"heartbeat", "outbox_lock", "directory_version"}

State = dict[str, list[dict[str, Any]]]


def final_state(world: World) -> State:
    """Every row of every table, by the table's name, once everything is settled."""
    world.settles()
    names = [table.name for table in tables.metadata.sorted_tables if table.name not in NO_PART_OF_IT]
    callers = named_callers(world)
    state = {name: [_comparable(name, row, callers) for row in world.rows(name)] for name in names}
    # Its key is random, and so is the order of its rows.
    state["match_value"].sort(key=lambda row: str(row["pseudonym"]))
    return state


def named_callers(world: World) -> dict[str, str]:
    """Each pseudonym, which is random, and what stands for it: the first call that has it."""
    of_calls = [(row["caller_pseudonym"], row["sid"]) for row in world.rows("call")]
    of_promises = [(row["called_pseudonym"], f"promised on {row['call']}") for row in world.rows("promise")]
    return {pseudonym: call for pseudonym, call in reversed([*of_calls, *of_promises]) if pseudonym}


def _comparable(table: str, row: dict[str, Any], callers: dict[str, str]) -> dict[str, Any]:
    kept = {name: value for name, value in row.items() if name not in LEFT_OUT.get(table, set())}
    return {
        name: "some time" if isinstance(value, datetime) else value
        for name, value in with_named_callers(kept, callers).items()
    }


def with_named_callers(row: dict[str, Any], callers: dict[str, str]) -> dict[str, Any]:
    """The row, with what stands for each pseudonym in its place."""
    return {
        name: callers.get(value, value) if name.endswith("pseudonym") else value
        for name, value in row.items()
    }
