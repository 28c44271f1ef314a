"""How Alembic reaches the database. Two releases that start at once queue for a lock.

After the migrations the roles of the application and of the partners may do, and see, what the tables' classes say,
also where a database was restored without its roles.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context

import callrouter.model
from callrouter.database import LOGIN, PARTNER, Database
from callrouter.database.advisory_lock import AdvisoryLock
from callrouter.database.roles import grant, login_of, make_roles, role_of
from callrouter.database.row_security import apply_policies


def run() -> None:
    """Run the migrations in one transaction."""
    attributes = context.config.attributes
    database = Database(attributes["owner_url"], connections=1, role=LOGIN)
    application = sa.make_url(attributes["database_url"])
    role, partner = role_of(application), role_of(application, PARTNER)
    with database.engine.begin() as connection:
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": AdvisoryLock.SCHEMA})
        make_roles(connection, [role, partner], login_of(application))
        context.configure(
            connection=connection, target_metadata=callrouter.model.metadata, compare_server_default=True
        )
        context.run_migrations()
        grant(connection, role, callrouter.model.GRANTS)
        apply_policies(connection, role, partner, callrouter.model.PARTNER_ROWS)
        grant(connection, partner, callrouter.model.PARTNER_GRANTS)
    database.close()


run()
