"""How Alembic reaches the database. Two releases that start at once queue for a lock.

After the migrations the application's role may do what the tables' classes say, also where a database was restored
without its roles.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context

import callrouter.model
from callrouter.database import LOGIN, Database
from callrouter.database.roles import grant, login_of, make_role, role_of

ANY_NUMBER = 713_284_551


def run() -> None:
    """Run the migrations in one transaction."""
    attributes = context.config.attributes
    database = Database(attributes["owner_url"], connections=1, role=LOGIN)
    application = sa.make_url(attributes["database_url"])
    role = role_of(application)
    with database.engine.begin() as connection:
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": ANY_NUMBER})
        make_role(connection, role, login_of(application))
        context.configure(
            connection=connection, target_metadata=callrouter.model.metadata, compare_server_default=True
        )
        context.run_migrations()
        grant(connection, role, callrouter.model.GRANTS)
    database.close()


run()
