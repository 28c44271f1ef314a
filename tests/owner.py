"""The owner of the tables, who may do what the application may not: tamper, change tables, end connections."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

import sqlalchemy as sa

from callrouter.database import LOGIN, Database


def owners(url: str, connections: int = 2) -> Database:
    """The database as its owner has it."""
    return Database(url, connections=connections, role=LOGIN)


@contextmanager
def as_owner(database: Database) -> Iterator[sa.Connection]:
    """A transaction of the owner."""
    url = database.engine.url.render_as_string(hide_password=False)
    with closing(owners(url, 1)) as opened, opened.engine.begin() as connection:
        yield connection
