"""A database full of calls, of 30 months: made by the statements of `many_calls.sql`, as fast as it can be done.

Foreign keys, indexes and triggers are put off meanwhile, and the totals are counted at the end; that this is the
same is what tests/figures proves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg
import sqlalchemy as sa

from callrouter.figures.model import (
    DIMENSIONS,
    FIGURES,
    MONTH_DIMENSIONS,
    MONTH_FIGURES,
    QUARTER_DIMENSIONS,
    QUARTER_FIGURES,
    AccountMonth,
    DayTotal,
    QuarterHourTotal,
)
from callrouter.figures.recount import RECOUNT
from callrouter.figures.recount_account_months import RECOUNT_MONTHS
from callrouter.figures.recount_quarters import RECOUNT_QUARTERS

FIRST_MONTH, LAST_MONTH = "2024-01", "2026-06"
"""those that are whole"""
TABLES = ("call", "partner_call", "ledger_entry", "confirmation", "leg", "decision", "promise")
CALLS_A_CALLER = 3

_COUNTED = {
    DayTotal: sa.insert(DayTotal).from_select([*DIMENSIONS, *FIGURES], RECOUNT),
    AccountMonth: sa.insert(AccountMonth).from_select([*MONTH_DIMENSIONS, *MONTH_FIGURES], RECOUNT_MONTHS),
    QuarterHourTotal: sa.insert(QuarterHourTotal).from_select(
        [*QUARTER_DIMENSIONS, *QUARTER_FIGURES], RECOUNT_QUARTERS
    ),
}
_STATEMENTS = Path(__file__).with_suffix(".sql")
_CONSTRAINTS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), contype FROM pg_constraint
WHERE contype IN ('p', 'u', 'f') AND (conrelid = ANY(%(tables)s::regclass[]) OR confrelid = ANY(%(tables)s::regclass[]))
ORDER BY contype = 'f', conname
"""
_INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid = ANY(%(tables)s::regclass[]) ORDER BY 1
"""


def fill(url: str, calls: int, more: Sequence[str] = ()) -> None:
    """Fill a migrated database, in which the large directory is in force; `more` statements read the table `made`."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        with _without_indexes(connection):
            for statement in (*_statements(calls), *more, "DROP TABLE made"):
                connection.execute(statement.encode())
    engine = sa.create_engine(url)
    with engine.begin() as counting:
        count_totals(counting)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as tidying:
        tidying.exec_driver_sql("VACUUM (ANALYZE)")
    engine.dispose()


def count_totals(connection: sa.Connection) -> None:
    """Count all totals. Nobody else writes meanwhile."""
    with without_guard(connection):
        for table, recount in _COUNTED.items():
            connection.execute(sa.delete(table))
            connection.execute(recount)


@contextmanager
def without_guard(connection: sa.Connection) -> Iterator[None]:
    """Within it totals can be written by hand, which a trigger refuses otherwise."""
    for table in _COUNTED:
        connection.exec_driver_sql(f"ALTER TABLE {table.__tablename__} DISABLE TRIGGER total_is_counted")
    yield
    for table in _COUNTED:
        connection.exec_driver_sql(f"ALTER TABLE {table.__tablename__} ENABLE TRIGGER total_is_counted")


def _statements(calls: int) -> list[str]:
    text = _STATEMENTS.read_text()
    return split(text.format(calls=calls, callers=max(calls // CALLS_A_CALLER, 1)))


def split(text: str) -> list[str]:
    """The statements of a file."""
    return [statement for statement in text.split(";\n") if statement.strip()]


@contextmanager
def _without_indexes(connection: psycopg.Connection) -> Iterator[None]:
    """An index is made of rows that are there faster than row by row. Foreign keys are not checked again."""
    tables = {"tables": list(TABLES)}
    constraints = connection.execute(_CONSTRAINTS, tables).fetchall()
    for table, name, _, _ in reversed(constraints):
        connection.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    indexes = connection.execute(_INDEXES, tables).fetchall()
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}")
    yield
    for _, definition in indexes:
        connection.execute(definition)
    for table, name, definition, kind in constraints:
        unchecked = "NOT VALID" if kind == "f" else ""
        connection.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition} {unchecked}')
