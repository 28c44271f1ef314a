"""A test has a database as the migrations leave it, although others had it before."""

from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from tests.servers.databases import Databases, migrated_databases
from tests.servers.emptied_database import MOST_ROWS, MOST_USES
from tests.servers.postgres import PostgresServer

MIGRATION = """
CREATE TABLE kept (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, words text);
CREATE TABLE child (kept bigint REFERENCES kept);
INSERT INTO kept (words) VALUES ('first'), ('second');
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'it is kept'; END $$;
CREATE TRIGGER is_kept BEFORE UPDATE OR DELETE ON kept FOR EACH ROW EXECUTE FUNCTION refuse();
"""
ROWS = [(1, "first"), (2, "second")]


def execute(url: str, statement: str) -> list[tuple[object, ...]]:
    with create_engine(url, poolclass=NullPool).begin() as connection:
        cursor = connection.exec_driver_sql(statement)
        return [tuple(row) for row in cursor] if cursor.returns_rows else []


def number(url: str) -> object:
    """Of the database: another one has another number, although it has the same name."""
    return execute(url, "SELECT oid FROM pg_database WHERE datname = current_database()")[0][0]


def migrate(url: str) -> None:
    execute(url, MIGRATION)


@pytest.fixture(scope="module")
def copies(postgres: PostgresServer) -> Iterator[Databases]:
    with migrated_databases(postgres, migrate) as databases:
        if not databases.can_empty:
            pytest.skip("DATABASES ARE NOT EMPTIED HERE: THE USER OF TEST_DATABASE_URL IS NO SUPERUSER")
        yield databases


def test_it_is_the_same_one_with_its_first_rows_and_none_of_others(copies: Databases) -> None:
    with copies.fresh() as url:
        first = number(url)
        execute(url, "INSERT INTO kept (words) VALUES ('third')")
        execute(url, "INSERT INTO child SELECT id FROM kept")
    with copies.fresh() as url:
        assert number(url) == first
        assert execute(url, "SELECT * FROM kept ORDER BY id") == ROWS
        assert execute(url, "SELECT * FROM child") == []
        assert execute(url, "INSERT INTO kept (words) VALUES ('third') RETURNING id") == [(3,)]


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE kept DISABLE TRIGGER is_kept",
        "ALTER TABLE kept RENAME TO hidden",
        "ALTER TABLE kept ADD COLUMN more text",
        "ALTER TABLE child ADD CHECK (kept > 0)",
        "CREATE INDEX ON child (kept)",
        "CREATE TABLE another (id bigint)",
        "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
        "DROP TABLE child",
        "TRUNCATE child",
        "GRANT SELECT ON kept TO PUBLIC",
        "ANALYZE kept",
    ],
)
def test_one_whose_schema_was_changed_is_not_used_again(copies: Databases, statement: str) -> None:
    with copies.fresh() as url:
        first = number(url)
        execute(url, statement)
    with copies.fresh() as url:
        assert number(url) != first
        assert execute(url, "SELECT * FROM kept ORDER BY id") == ROWS


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 1",
        "BEGIN; SELECT 1",
        "BEGIN; INSERT INTO child VALUES (1)",
        "SELECT pg_advisory_lock(1)",
    ],
)
def test_one_to_which_somebody_is_still_connected_is_not_used_again(
    copies: Databases, statement: str
) -> None:
    with copies.fresh() as url:
        first = number(url)
        left = psycopg.connect(url.replace("+psycopg", ""), autocommit=True)
        left.execute(statement)
    with closing(left), copies.fresh() as url:
        assert number(url) != first


def test_one_that_had_many_rows_or_many_users_is_not_used_again(copies: Databases) -> None:
    with copies.fresh() as url:
        first = number(url)
        execute(url, f"INSERT INTO child SELECT NULL FROM generate_series(0, {MOST_ROWS})")
    with copies.fresh() as url:
        second = number(url)
        assert second != first
    for _ in range(MOST_USES):
        with copies.fresh() as url:
            pass
    with copies.fresh() as url:
        assert number(url) != second
