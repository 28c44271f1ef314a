"""With the disk of its database full, the web server says so; with room again it is ready again."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from prometheus_client import CollectorRegistry

from callrouter.database import Database
from callrouter.privacy.vault import Vault
from server.status.front import StatusDependencies, status_app
from tests.directories import a_directory, helpline, put_in_force
from tests.servers.databases import Databases
from tests.servers.small_disk import SmallDisk, postgres_on, small_disk

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
IS_FULL = "database: its disk is full: make room there, and all goes on by itself"


@pytest.fixture
def disk() -> Iterator[SmallDisk]:
    with small_disk(megabytes=48) as disk:
        yield disk


@pytest.fixture
def database(disk: SmallDisk, databases: Databases) -> Iterator[Database]:
    with postgres_on(disk, databases) as url:
        opened = Database(url)
        put_in_force(opened, a_directory(helpline("sunrise-la")), NOW)
        yield opened
        opened.close()


@pytest.fixture
def visitor(database: Database) -> FlaskClient:
    desk = StatusDependencies(
        database, CollectorRegistry(), lambda: NOW, simulated=True, vault=Vault({"k1": bytes(32)})
    )
    return status_app(desk).test_client()


def test_it_is_not_ready_while_the_disk_is_full_and_ready_when_there_is_room(
    visitor: FlaskClient, disk: SmallDisk
) -> None:
    assert visitor.get("/readyz").json == {"ready": True, "faults": []}
    disk.fill()
    for path in ("/readyz", "/statusz"):
        answer = visitor.get(path)
        assert (answer.status_code, answer.get_json()["faults"]) == (503, [IS_FULL])
    disk.has_room()
    assert visitor.get("/readyz").json == {"ready": True, "faults": []}


def test_a_disk_that_was_full_before_the_first_question_is_told_as_well(
    visitor: FlaskClient, database: Database, disk: SmallDisk
) -> None:
    database.close()
    disk.fill()
    assert visitor.get("/readyz").get_json()["faults"] == [IS_FULL]
    disk.has_room()
    assert visitor.get("/readyz").status_code == 200


def test_to_ask_for_readiness_takes_no_room_for_good(visitor: FlaskClient, disk: SmallDisk) -> None:
    visitor.get("/readyz")
    before = used(disk)
    for _ in range(100):
        assert visitor.get("/readyz").status_code == 200
    assert used(disk) - before < 1 << 20


def used(disk: SmallDisk) -> int:
    return sum(file.stat().st_size for file in disk.path.rglob("*") if file.is_file())
