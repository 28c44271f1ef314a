"""Brings a database that a test has used back to what it was, for the next test.

To make a database takes longer than most tests, and its connections begin with empty caches: PostgreSQL reads the
catalogs and plans every statement anew.
"""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql

KEPT = "kept by the tests"
"""the `application_name` of connections that stay open between tests"""
MOST_USES = 100
MOST_ROWS = 5_000
"""Nothing vacuums: rows that were deleted still take their places."""

# With this role no trigger of ours runs, so that rows can be deleted that are there for good.
_SETTINGS = "-c session_replication_role=replica -c lock_timeout=1s"
_TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
_SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"
# A change of an object writes its row anew, with the number of the transaction. PostgreSQL's own are below 16384.
_SCHEMA = " UNION ALL ".join(
    f"SELECT '{catalog}', count(*), max(xmin::text::bigint) FROM {catalog} WHERE {key} >= 16384"
    for catalog, key in {
        "pg_class": "oid",
        "pg_attribute": "attrelid",
        "pg_attrdef": "oid",
        "pg_constraint": "oid",
        "pg_trigger": "oid",
        "pg_proc": "oid",
        "pg_statistic": "starelid",
    }.items()
)
_IN_USE = """
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND (
    application_name <> %s OR state <> 'idle' OR pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory')
)
"""
_FUNCTION = """
CREATE FUNCTION pg_temp.empty() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE one bigint; rows bigint := 0; BEGIN {} RETURN rows; END $$
"""
_DELETE = "DELETE FROM {}; GET DIAGNOSTICS one = ROW_COUNT; rows := rows + one;"
_FIRST_ROWS = "CREATE TEMPORARY TABLE {} AS TABLE {}"
_INSERT = "INSERT INTO {} OVERRIDING SYSTEM VALUE TABLE {};"
_START = "PERFORM setval({}, {}, {});"


class EmptiedDatabase:
    """A connection to a new database, which remembers the rows and the schema that it has."""

    def __init__(self, conninfo: str) -> None:
        self._connection = psycopg.connect(conninfo, autocommit=True, options=_SETTINGS)
        self._make_function()
        self._schema = self._rows(_SCHEMA)
        self._uses = 0

    def empty(self) -> bool:
        """Whether it has its first rows again, and nothing else; where not, it has to go."""
        self._uses += 1
        try:
            rows = self._emptied()
            same = self._rows(_SCHEMA) == self._schema
        except psycopg.Error:
            return False
        return same and rows <= MOST_ROWS and self._uses < MOST_USES

    def close(self) -> None:
        self._connection.close()

    def _emptied(self) -> int:
        """How many rows there were. Raises an error where somebody goes on using it."""
        rows = 0
        for _ in range(3):
            in_use = self._one(_IN_USE, KEPT)
            rows += self._one("SELECT pg_temp.empty()")
            if not in_use:
                return rows
        raise psycopg.OperationalError("somebody uses it still")

    def _make_function(self) -> None:
        names = [sql.Identifier(name) for (name,) in self._rows(_TABLES)]
        steps = [sql.SQL(_DELETE).format(name) for name in names]
        steps += [self._remembers(name) for name in names if self._rows(_limited(name))]
        steps += [_starts_at(name, last) for name, last in self._rows(_SEQUENCES)]
        self._rows(sql.SQL(_FUNCTION).format(sql.SQL(" ").join(steps)))

    def _remembers(self, table: sql.Identifier) -> sql.Composed:
        """Keeps the rows of a table; what brings them back."""
        [name] = table._obj
        first = sql.Identifier(f"first rows of {name}")
        self._rows(sql.SQL(_FIRST_ROWS).format(first, table))
        return sql.SQL(_INSERT).format(table, first)

    def _one(self, statement: str, *parameters: object) -> Any:
        [row] = self._connection.execute(statement, parameters or None).fetchall()
        return row[0]

    def _rows(self, statement: str | sql.Composed) -> list[tuple[Any, ...]]:
        cursor = self._connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def _limited(table: sql.Identifier) -> sql.Composed:
    return sql.SQL("SELECT 1 FROM {} LIMIT 1").format(table)


def _starts_at(sequence: str, last: int | None) -> sql.Composed:
    return sql.SQL(_START).format(sql.Identifier(sequence).as_string(), last or 1, last is not None)
