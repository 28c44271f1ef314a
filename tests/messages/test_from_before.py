"""Messages that were left before there was a worker to fetch them."""

import sqlite3
from contextlib import closing
from pathlib import Path

from alembic import command

from callrouter.migrations import configuration, upgrade

LEFT_AT = "2026-11-01T12:00:00.000000+00:00"


def test_they_are_fetched_too(tmp_path: Path) -> None:
    file = tmp_path / "callrouter.sqlite"
    url = f"sqlite:///{file}"
    command.upgrade(configuration(url), "0003")
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("INSERT INTO message VALUES ('CA1', NULL, 'RE1', 12, ?)", [LEFT_AT])
    upgrade(url)
    with closing(sqlite3.connect(file)) as connection:
        rows = connection.execute("SELECT call, state, next_try_at, attempts FROM recording").fetchall()
    assert rows == [("CA1", "waiting", LEFT_AT, 0)]
