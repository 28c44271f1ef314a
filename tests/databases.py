"""The `Database` of a test, with the statements that SQLAlchemy compiled for an earlier one at the same URL."""

from collections.abc import Callable
from functools import partial

from callrouter.database import Database

_closed: dict[tuple[str, int], Database] = {}


def database_at(url: str, connections: int) -> tuple[Database, Callable[[], None]]:
    """One that nobody else has, and what closes it.

    An engine compiles each statement once, which takes longer than to run it. See `Databases.fresh`.
    """
    database = _closed.pop((url, connections), None) or Database(url, connections=connections, pipelined=True)
    return database, partial(_close, url, connections, database)


def _close(url: str, connections: int, database: Database) -> None:
    database.close()
    _closed[url, connections] = database
