"""Differences that were found before they named their call."""

import sqlite3
from contextlib import closing
from pathlib import Path

from alembic import command

from callrouter.migrations import configuration

FOUND_AT = "2026-11-01T12:00:00.000000+00:00"
LEG = (
    "INSERT INTO leg (call, number, only_center, center, partner, kind, name, phone, ring_seconds, screens, began_at,"
    " sid, progress) VALUES ('CA1', 1, '', 'ash', 'ash', 'helpline', 'Ash', '+13105550101', 20, 0, ?, 'CA2', '')"
)
RETURN_CALL = (
    "INSERT INTO return_call (call, number, only_center, center, partner, kind, name, phone, shown, began_at, sid,"
    " progress, caller_sid, has_line) VALUES"
    " ('CA3', 1, '', 'ash', 'ash', 'helpline', 'Ash', '+13105550101', '+18445610606', ?, 'CA4', '', 'CA5', 0)"
)
DIFFERENCE = "INSERT INTO carrier_difference VALUES ('2026-11-01', ?, 'missing there', NULL, '60 s', 0, ?)"


def test_they_name_it_now(tmp_path: Path) -> None:
    file = tmp_path / "callrouter.sqlite"
    url = f"sqlite:///{file}"
    command.upgrade(configuration(url), "0007")
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(LEG, [FOUND_AT])
        connection.execute(RETURN_CALL, [FOUND_AT])
        connection.executemany(DIFFERENCE, [(sid, FOUND_AT) for sid in ("CA1", "CA2", "CA4", "CA5")])
    command.upgrade(configuration(url), "0008")
    with closing(sqlite3.connect(file)) as connection:
        rows = connection.execute(
            "SELECT sid, call, found_at, explained_at FROM carrier_difference ORDER BY sid"
        )
        assert rows.fetchall() == [
            ("CA1", "CA1", FOUND_AT, None),
            ("CA2", "CA1", FOUND_AT, None),
            ("CA4", "CA3", FOUND_AT, None),
            ("CA5", "CA3", FOUND_AT, None),
        ]
