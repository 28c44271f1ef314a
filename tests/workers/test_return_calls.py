"""The external worker as a process: a promised call is returned over sockets, by beat's messages alone."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from celery import Celery

from callrouter.model import Promise, ReturnCall
from simulator.server import CarrierServer, start_server
from tests.cli.running import SECRETS, CommandLine
from tests.cli.serving import Server, serving
from tests.cli.test_call import ASH, DIRECTORY, PAGE, sid_in
from tests.server.running import free_port
from tests.servers.valkey import ValkeyServer
from tests.workers.test_messages import beat, external_worker
from tests.workers.test_whole_house import soon

__all__ = ["beat"]

CALL = ("call", PAGE, "--press", "2", "--center", f"{ASH}=busy")
PEOPLE = ("--owner", "answer:60", "--returned", "answer:60")


@pytest.fixture
def house(tmp_path: Path, database_url: str, valkey: ValkeyServer) -> CommandLine:
    """Where nobody can be woken, so that it is the same at every hour at which tests are run."""
    made = CommandLine(
        tmp_path,
        DATABASE_URL=database_url.replace("+psycopg", ""),
        REDIS_URL=valkey.redis_url,
        PORT=str(free_port()),
        TWILIO_API_URL=f"http://127.0.0.1:{free_port()}",
        QUIET_HOURS="none",
        LOG_LEVEL="warning",
        **SECRETS,
    )
    made.loads(DIRECTORY)
    return made


@pytest.fixture
def server(house: CommandLine) -> Iterator[Server]:
    with serving(house.settings) as server:
        yield server


@pytest.fixture
def carrier(house: CommandLine, server: Server) -> Iterator[CarrierServer]:
    with start_server(house.settings, lambda _: None) as carrier:
        thread = threading.Thread(target=carrier.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield carrier
        carrier.shutdown()
        thread.join()


def stored(server: Server, table: Any, *columns: str) -> list[tuple[Any, ...]]:
    asked = sa.select(*(getattr(table, name) for name in columns))
    with server.database.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(asked)]


def test_a_promise_is_kept_by_the_external_worker_over_sockets_and_once(
    house: CommandLine, server: Server, carrier: CarrierServer, beat: Celery
) -> None:
    done = house(*CALL, *PEOPLE)
    assert done.exit_code == 0, done.output
    assert stored(server, Promise, "call", "state") == [(sid_in(done.stdout), "open")]

    def is_kept() -> bool:
        # Beat says it again and again, and nobody minds.
        beat.send_task("workers.external.return_calls", queue="external")
        return stored(server, Promise, "state") == [("kept",)]

    with external_worker(house.environment):
        assert soon(is_kept)
        beat.send_task("workers.external.return_calls", queue="external")
    assert stored(server, ReturnCall, "center", "outcome") == [(ASH, "kept")]
    placed = [call for call in carrier.app.records.calls.values() if call.direction == "outbound-api"]
    assert len(placed) == 1
