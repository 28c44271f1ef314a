"""States the schema of the database in the evidence log: which columns there are, and so which there are not."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine.reflection import ObjectKind

from callrouter.evidence.model import SchemaStatement
from callrouter.evidence.offline_verifier import canonical

Columns = Mapping[str, Mapping[str, str]]
"""table: column: its type"""

HISTORY_OF_MIGRATIONS = {"alembic_version": {"version_num": "VARCHAR(32)"}}
"""Alembic's own table, which no class of ours describes"""
_SYSTEM = ("pg_", "information_schema")
_LATEST = sa.select(SchemaStatement.document).order_by(SchemaStatement.id.desc()).limit(1)
_ADD = sa.insert(SchemaStatement)


def columns_of(connection: sa.Connection) -> Columns:
    """Every table of the database, and its columns as they are now. Tables of other schemas are `schema.table`."""
    inspector = sa.inspect(connection)
    own = inspector.default_schema_name
    found: dict[str, Mapping[str, str]] = {}
    for schema in inspector.get_schema_names():
        if not schema.startswith(_SYSTEM):
            tables = inspector.get_multi_columns(schema=schema, kind=ObjectKind.TABLE)
            for (_, table), columns in tables.items():
                name = table if schema == own else f"{schema}.{table}"
                found[name] = {column["name"]: _type(connection, column["type"]) for column in columns}
    return found


def columns_of_classes(metadata: sa.MetaData, dialect: sa.Dialect) -> Columns:
    """The same of the mapped classes of this release."""
    tables = {
        table.name: {column.name: column.type.compile(dialect=dialect) for column in table.columns}
        for table in metadata.tables.values()
    }
    return {**tables, **HISTORY_OF_MIGRATIONS}


def document_of(columns: Columns) -> str:
    """The statement of a schema. The same schema always gives the same text."""
    return canonical(columns).decode()


def digest_of(document: str) -> str:
    return hashlib.sha256(document.encode()).hexdigest()


def state_schema(connection: sa.Connection, now: datetime) -> bool:
    """State the schema as it is, if that differs from the latest statement. Returns whether it does."""
    document = document_of(columns_of(connection))
    if connection.execute(_LATEST).scalar() == document:
        return False
    connection.execute(_ADD, {"stated_at": now, "digest": digest_of(document), "document": document})
    return True


def is_as_stated(connection: sa.Connection) -> bool:
    """Whether the schema is the one of the latest statement."""
    return connection.execute(_LATEST).scalar() == document_of(columns_of(connection))


def _type(connection: sa.Connection, kind: sa.types.TypeEngine[object]) -> str:
    return kind.compile(dialect=connection.dialect)
