"""Checks that the database's disk has room, by writing a temporary file."""

from __future__ import annotations

import psycopg
import sqlalchemy as sa

ROOM = 256 * 1024
"""bytes; more than a few calls write"""

# What does not fit into this memory goes to a temporary file beside the data, 14 bytes a row.
_LITTLE_MEMORY = sa.text("SET LOCAL work_mem = '64kB'")
_TAKE = sa.select(sa.func.count()).select_from(sa.func.generate_series(1, ROOM // 14))


def probe_disk_space(engine: sa.Engine) -> None:
    """Write a temporary file of ROOM bytes. Raises an error that `is_full` recognizes where there is no room.

    To change a row would not do: it may go where an earlier version of it was.
    """
    with engine.connect() as connection:
        connection.execute(_LITTLE_MEMORY)
        connection.execute(_TAKE)


def is_full(error: BaseException) -> bool:
    """Whether the error says that there is no room on the disk."""
    return isinstance(getattr(error, "orig", None) or error, psycopg.errors.DiskFull)
