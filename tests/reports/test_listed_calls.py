"""The latest calls are found without reading all that there ever were."""

from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from callrouter.database import Database
from callrouter.reports.calls.listed_calls import CallFilter, latest_calls
from callrouter.reports.period import Period

SINCE = Period(datetime(2026, 3, 4, tzinfo=UTC))


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (CallFilter(), "ix_call_arrived_at"),
        (CallFilter(SINCE), "ix_call_arrived_at"),
        (CallFilter(SINCE, outcome="unserved"), "ix_call_arrived_at"),
        (CallFilter(caller_pseudonym="somebody's"), "ix_call_caller_pseudonym"),
        (CallFilter(in_progress=True), "ix_call_unended"),
    ],
)
def test_calls_are_looked_for_by_an_index(database: Database, wanted: CallFilter, index: str) -> None:
    with database.engine.connect() as connection:
        assert index in plan(connection, wanted)


def plan(connection: sa.Connection, wanted: CallFilter) -> str:
    """How the database goes about it, where reading a whole table costs too much (as it does when it is large)."""
    asked: list[tuple[str, Any]] = []

    @sa.event.listens_for(connection, "before_cursor_execute")
    def note(_: Any, __: Any, statement: str, values: Any, *___: Any) -> None:
        asked.append((statement, values))

    latest_calls(connection, wanted, 10)
    statement, values = asked[-1]
    connection.exec_driver_sql("SET enable_seqscan = off")
    return "\n".join(connection.exec_driver_sql(f"EXPLAIN {statement}", values).scalars())
