"""Purging a world, and what must not change by it."""

from __future__ import annotations

from typing import Any

from callrouter.figures.recount import differences
from callrouter.privacy.acts import NOTHING, Actor, Destroyed
from callrouter.privacy.retention import Retention
from callrouter.purge import Purger
from tests.evidence.logs import logs, verifies
from tests.scenarios.world import Row, World

SHORT = Retention(number_days=1, message_days=1, match_months=1)
"""so short that a promise may be open when its number is due"""
MONEY = (
    "ledger_entry",
    "invoice",
    "invoice_line",
    "invoice_document",
    "closed_month",
    "dispute",
    "confirmation",
    "spend",
    "reservation",
    "partner_call",
    "day_total",
    "account_month",
    "quarter_hour_total",
    "disclosure",
    "consent_record",
)


def purger(world: World, retention: Retention = SHORT, database: Any = None) -> Purger:
    return Purger(database or world.database, world.dependencies.directories, retention)


def purges(world: World, retention: Retention = SHORT, database: Any = None) -> Destroyed:
    """All that is due, in as many transactions as it takes; how much it was."""
    world.catch_up()
    actor = Actor(world.clock.now(), "ada", "by hand")
    return sum(purger(world, retention, database).purge(actor), NOTHING)


def money(world: World) -> dict[str, list[Row]]:
    """Every amount, invoice, figure, and what callers were told; without what tells callers apart."""
    world.settles()
    return {
        table: [{name: value for name, value in row.items() if name != "caller_pseudonym"} for row in rows]
        for table in MONEY
        for rows in [world.rows(table)]
    }


def proofs_hold(world: World) -> bool:
    """Whether every figure is the recount's, and every record is in the log as it was."""
    world.settles()
    logs(world.database)
    found = world.database.transact(verifies)
    with world.database.engine.begin() as connection:
        recounted = list(differences(connection))
    return (found.faults, found.waiting, recounted) == (0, 0, [])
