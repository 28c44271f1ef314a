"""The schema that the migrations make is the one that the code speaks of, on both databases."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from callrouter.database import Database, Instant
from callrouter.migrations import configuration, upgrade
from callrouter.model import metadata
from tests.servers.databases import new_name
from tests.servers.postgres import PostgresServer

DEFINITIONS = """
    SELECT 'column', c.relname || '.' || a.attname,
           concat_ws(' ', format_type(a.atttypid, a.atttypmod), a.attnotnull,
                     pg_get_expr(d.adbin, d.adrelid), col_description(c.oid, a.attnum))
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r'
      LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
     WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
    UNION ALL
    SELECT 'constraint', conname, pg_get_constraintdef(oid)
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL
    SELECT 'table', relname, obj_description(oid)
      FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
"""


def test_the_migrations_have_one_head() -> None:
    assert len(ScriptDirectory.from_config(configuration("sqlite://")).get_heads()) == 1


def test_a_migrated_database_differs_in_nothing_from_the_models(database_url: str) -> None:
    database = Database(database_url)
    with database.engine.connect() as connection:
        options = {"compare_type": _instants_are_the_same, "compare_server_default": True}
        differences = compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
    database.close()
    assert differences == []


def test_on_postgresql_each_column_constraint_and_index_is_the_same(
    postgres: PostgresServer, postgres_url: str
) -> None:
    name = new_name()
    postgres.create_database(name)
    try:
        made = Database(postgres.url(name))
        metadata.create_all(made.engine)
        assert _definitions(postgres_url) == _definitions(postgres.url(name))
        made.close()
    finally:
        postgres.drop_database(name)


def test_on_sqlite_each_column_constraint_and_index_is_the_same(sqlite_url: str, tmp_path: Path) -> None:
    made = Database(f"sqlite:///{tmp_path / 'made.sqlite'}")
    metadata.create_all(made.engine)
    made.close()
    migrated = sa.make_url(sqlite_url).database or ""
    assert _declarations(migrated) == _declarations(str(tmp_path / "made.sqlite"))


def test_upgrading_again_changes_nothing(database_url: str) -> None:
    before = _tables(database_url)
    upgrade(database_url)
    assert _tables(database_url) == before


@pytest.mark.parametrize("table", sorted(metadata.tables))
def test_every_foreign_key_leads_to_something_unique(table: str) -> None:
    for key in metadata.tables[table].foreign_key_constraints:
        columns = {element.column.name for element in key.elements}
        assert columns in _unique_sets(key.referred_table)


def _unique_sets(table: sa.Table) -> list[set[str]]:
    unique = (sa.PrimaryKeyConstraint, sa.UniqueConstraint)
    return [set(c.columns.keys()) for c in table.constraints if isinstance(c, unique)]


def _instants_are_the_same(context: MigrationContext, *about: Any) -> bool | None:
    """SQLite knows no type of that name, and reads it as it reads any it does not know."""
    said = about[-1]
    return False if isinstance(said, Instant) and context.dialect.name == "sqlite" else None


def _definitions(url: str) -> set[tuple[str, str, str]]:
    with closing(Database(url)) as database, database.engine.connect() as connection:
        rows = connection.exec_driver_sql(DEFINITIONS).fetchall()
    return {(kind, name, told) for kind, name, told in rows if "alembic_version" not in name}


def _declarations(file: str) -> set[tuple[Any, ...]]:
    """Each table's columns and constraints, and each index."""
    with closing(sqlite3.connect(file)) as connection:
        declared = connection.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL"
        ).fetchall()
        tables = [name for kind, name, _ in declared if kind == "table" and name != "alembic_version"]
        columns = {
            (table, *column[1:])
            for table in tables
            for column in connection.execute(f"SELECT * FROM pragma_table_info('{table}')")
        }
    indexes = {(name, _lean(sql)) for kind, name, sql in declared if kind == "index"}
    constraints = {
        (table, constraint.strip(" ,"))
        for _, table, sql in declared
        for line in sql.splitlines()
        for constraint in line.split("CONSTRAINT ")[1:]
        if table in tables
    }
    return columns | indexes | constraints


def _lean(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _tables(url: str) -> dict[str, list[str]]:
    with closing(Database(url)) as database:
        inspector = sa.inspect(database.engine)
        return {
            table: [str(c) for c in inspector.get_columns(table)] for table in inspector.get_table_names()
        }
