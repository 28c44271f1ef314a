"""Alerts and their deliveries from before there was one about processes."""

from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command

from callrouter.database import Database
from callrouter.migrations import configuration
from tests.servers.databases import new_name
from tests.servers.postgres import PostgresServer

AT = "2026-11-01T12:00:00.000000+00:00"
ALERT = f"""
    INSERT INTO alert (id, key, what, happened_at, raised_at, center)
    VALUES (7, 'center-paused ash', 'center-paused', '{AT}', '{AT}', 'ash')
"""
DELIVERY = f"""
    INSERT INTO delivery (id, alert, channel, recipient, attempts, next_at)
    VALUES (9, 7, 'email', 'staff@example.org', 1, '{AT}')
"""
UNSEEN = f"""
    INSERT INTO alert (key, what, happened_at, raised_at, process)
    VALUES ('process-unseen relay', 'process-unseen', '{AT}', '{AT}', 'relay')
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'callrouter.sqlite'}"
    server: PostgresServer = request.getfixturevalue("postgres")
    name = new_name()
    server.create_database(name)
    request.addfinalizer(lambda: server.drop_database(name))
    return server.url(name)


def test_they_are_kept_and_the_new_one_has_its_place(empty_url: str) -> None:
    command.upgrade(configuration(empty_url), "0014")
    with closing(Database(empty_url)) as database:
        with database.engine.begin() as connection:
            connection.execute(sa.text(ALERT))
            connection.execute(sa.text(DELIVERY))
        command.upgrade(configuration(empty_url), "head")
        with database.engine.begin() as connection:
            connection.execute(sa.text(UNSEEN))
            joined = (
                "SELECT alert.id, center, delivery.id, recipient FROM alert JOIN delivery ON alert = alert.id"
            )
            assert connection.execute(sa.text(joined)).all() == [(7, "ash", 9, "staff@example.org")]
            assert connection.execute(sa.text("SELECT count(*) FROM alert")).scalar_one() == 2
