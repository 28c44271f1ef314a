"""How Alembic reaches the database. Two releases that start at once queue for a lock."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context

import callrouter.model
from callrouter.database import Database

ANY_NUMBER = 713_284_551


def run() -> None:
    """Run the migrations in one transaction."""
    database = Database(context.config.attributes["database_url"], connections=1)
    with database.engine.begin() as connection:
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": ANY_NUMBER})
        context.configure(
            connection=connection, target_metadata=callrouter.model.metadata, compare_server_default=True
        )
        context.run_migrations()
    database.close()


run()
