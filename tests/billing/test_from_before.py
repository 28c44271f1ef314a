"""Accounts of before there were fees, days and closed months: they stay as they were, and are guarded as ever."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command

from callrouter.database import Database
from callrouter.migrations import configuration, upgrade
from tests.servers.databases import new_name
from tests.servers.postgres import PostgresServer

AT = "2026-10-14T18:00:00.000000+00:00"
ENTRIES = [
    (1, "charge", "CA1", 3500, None, None, None),
    (2, "credit", "CA1", 3500, 1, "within 30 days of a charged call", None),
    (3, "recharge", "CA1", 3500, 2, "what it repeated costs nothing any more", None),
    (4, "credit", "CA1", 500, 1, "agreed", "ada"),
]


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'before.sqlite'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name = new_name()
    server.create_database(name)
    yield server.url(name)
    server.drop_database(name)


def rows(url: str, query: str) -> list[dict[str, Any]]:
    with closing(Database(url)) as database, database.engine.connect() as connection:
        return [dict(row._mapping) for row in connection.exec_driver_sql(query)]


def write(url: str, *statements: str) -> None:
    with closing(Database(url)) as database, database.engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def accounts_of_before(url: str) -> None:
    command.upgrade(configuration(url), "0006")
    call = {
        "sid": "'CA1'",
        "arrived_at": f"'{AT}'",
        "dialled": "'+18445610606'",
        "route": "'helpline'",
        "helpline": "'national'",
        "only_center": "''",
        "caller": "'+1 310 ••• ••88'",
        "state": "'CA'",
        "simulated": "true",
        "directory_version": "0",
        "status": "'ended'",
        "turn": "3",
        "attempts": "1",
        "language": "'en'",
        "shows_number": "false",
        "last_heard_at": f"'{AT}'",
        "ended_at": f"'{AT}'",
        "reaped": "false",
    }
    leg = (
        "INSERT INTO leg (call, number, only_center, center, partner, kind, name, phone, ring_seconds, screens,"
        f" began_at, progress, outcome, talk_seconds) VALUES ('CA1', 1, '', 'sunrise-la', 'sunrise', 'helpline', 'S',"
        f" '+13105550101', 20, false, '{AT}', 'completed', 'accepted', 90)"
    )
    write(
        url,
        "INSERT INTO partner (key, name, status, timezone, listed)"
        " VALUES ('sunrise', 'Sunrise', 'verified', 'America/Los_Angeles', true)",
        f"INSERT INTO call ({', '.join(call)}) VALUES ({', '.join(call.values())})",
        leg,
        *map(_entry, ENTRIES),
    )


def _entry(entry: tuple[Any, ...]) -> str:
    values = ", ".join("NULL" if value is None else repr(value) for value in entry)
    return (
        "INSERT INTO entry (id, entry, call, amount, takes_back, reason, person, partner, kind, currency, posted_at,"
        f" period, arrived_at, simulated) VALUES ({values}, 'sunrise', 'helpline', 'USD', '{AT}', '2026-10', '{AT}',"
        " true)"
    )


def test_every_entry_is_there_with_what_is_known_of_its_call(url: str) -> None:
    accounts_of_before(url)
    before = rows(
        url, "SELECT id, entry, call, amount, takes_back, reason, person, period FROM entry ORDER BY id"
    )
    upgrade(url)
    after = rows(
        url, "SELECT id, entry, call, amount, takes_back, reason, person, period FROM entry ORDER BY id"
    )
    assert after == before
    assert len(after) == len(ENTRIES)
    assert rows(url, "SELECT DISTINCT center, helpline, day FROM entry") == [
        {"center": "sunrise-la", "helpline": "national", "day": "2026-10-01"}
    ]
    assert [row["rule"] for row in rows(url, "SELECT rule FROM entry ORDER BY id")] == [
        None,
        "repeat",
        None,
        None,
    ]


def test_the_figures_count_them(url: str) -> None:
    accounts_of_before(url)
    upgrade(url)
    [total] = rows(
        url, "SELECT SUM(charged) AS charged, SUM(amount) AS amount, SUM(credited) AS credited FROM day_total"
    )
    assert {name: int(figure) for name, figure in total.items()} == {
        "charged": 1,
        "amount": 7000,
        "credited": 4000,
    }


@pytest.mark.parametrize("change", ["UPDATE entry SET amount = 1", "DELETE FROM entry"])
def test_they_are_guarded_as_ever(url: str, change: str) -> None:
    accounts_of_before(url)
    upgrade(url)
    with pytest.raises(sa.exc.DatabaseError):
        write(url, change)
