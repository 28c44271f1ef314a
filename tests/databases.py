"""The `Database` of a test, with what SQLAlchemy compiled and PostgreSQL planned for an earlier one at the same URL."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

import sqlalchemy as sa

from callrouter.database import Database
from tests.servers.emptied_database import KEPT

_Made = tuple[str, int, bool]
_closed: dict[_Made, Database] = {}
_ANYTHING = sa.select(sa.literal(1))


def database_at(url: str, connections: int, *, pipelined: bool = True) -> tuple[Database, Callable[[], None]]:
    """One that nobody else has, and what closes it.

    To compile a statement, and to plan it on a new connection, takes longer than to run it. See `Databases.fresh`.
    """
    made = (url, connections, pipelined)
    database = _closed.pop(made, None) or _database(*made)
    _give_up_what_was_ended(database)
    return database, partial(_closed.__setitem__, made, database)


@contextmanager
def open_database(url: str, connections: int = 10) -> Iterator[Database]:
    """One as workers and commands have it, until the block ends."""
    database, close = database_at(url, connections, pipelined=False)
    try:
        yield database
    finally:
        close()


def _database(url: str, connections: int, pipelined: bool) -> Database:
    named = sa.make_url(url).update_query_dict({"application_name": KEPT})
    return Database(named.render_as_string(hide_password=False), connections=connections, pipelined=pipelined)


def _give_up_what_was_ended(database: Database) -> None:
    """A test has ended connections, or the database was dropped meanwhile."""
    try:
        for pool in (database.engine, database._pool):
            _ask_each_connection(pool)
    except sa.exc.DBAPIError:
        database.close()


def _ask_each_connection(engine: sa.Engine) -> None:
    pool = engine.pool
    assert isinstance(pool, sa.QueuePool)
    with ExitStack() as taken:
        for _ in range(pool.checkedin()):
            taken.enter_context(engine.connect()).execute(_ANYTHING)
