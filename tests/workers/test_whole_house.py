"""The whole house as processes: a call over sockets to the web server, and its charge by a Celery worker."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from time import monotonic
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest
import sqlalchemy as sa

from callrouter.billing.model import LedgerEntry
from callrouter.database import Database
from callrouter.disclosure.model import Disclosure
from callrouter.events.heartbeat import last_beat
from simulator import (
    Caller,
    CenterBehaviors,
    SimulatedAccount,
    SimulatedCall,
    SimulatedCarrier,
    SocketTransport,
    VirtualClock,
    Webhooks,
    center_behavior,
)
from tests.directories import NATIONAL, a_directory, helpline, put_in_force
from tests.server.processes import PROCESSES
from tests.servers.databases import Databases
from tests.servers.valkey import ValkeyServer, running_valkey

pytestmark = pytest.mark.xdist_group("whole house")

SECONDS = 40
ACCOUNT = SimulatedAccount("AC" + "1" * 32, "2" * 32)


class House:
    """The processes of one house, and what is asked of them."""

    def __init__(self, database_url: str, valkey: ValkeyServer, home: Path) -> None:
        self.port = free_port()
        self.database = Database(database_url, connections=2)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.environment = {
            **os.environ,
            "DATABASE_URL": database_url.replace("+psycopg", ""),
            "REDIS_URL": valkey.redis_url,
            "CALLROUTER_HOME": str(home),
            "CALLROUTER_SECRET_KEY": "a secret that only the tests know of",
            "CALLROUTER_VAULT_KEY": "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHg=",
            "TWILIO_ACCOUNT_SID": ACCOUNT.sid,
            "TWILIO_AUTH_TOKEN": ACCOUNT.token,
            "PORT": str(self.port),
            "PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "LOG_LEVEL": "warning",
        }

    def starts(self, name: str) -> None:
        self.processes[name] = subprocess.Popen([sys.executable, *PROCESSES[name]], env=self.environment)

    def closes(self) -> None:
        for process in self.processes.values():
            process.send_signal(signal.SIGTERM)
        for process in self.processes.values():
            process.wait(SECONDS)
        self.database.close()

    def is_ready(self) -> bool:
        """Calls are taken, and a task has come through the worker."""
        return self._takes_calls() and self.database.transact(last_beat) is not None

    def _takes_calls(self) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (HTTPError, URLError, ConnectionError):
            return False

    def is_called(self, seed: int) -> SimulatedCall:
        origin = f"http://127.0.0.1:{self.port}"
        transport = SocketTransport(via=origin)
        carrier = SimulatedCarrier(
            ACCOUNT,
            Webhooks.of(origin),
            transport,
            VirtualClock(datetime.now(UTC)),
            seed=seed,
            clock_is_shared=False,
        )
        caller = Caller(number=f"+1310555018{seed}")
        try:
            return carrier.place_call(NATIONAL, caller, CenterBehaviors({}, center_behavior("answer:90")))
        finally:
            transport.close()

    def charged(self) -> set[str]:
        with self.database.engine.connect() as connection:
            return set(connection.scalars(sa.select(LedgerEntry.call)))

    def disclosed(self, sid: str) -> list[str]:
        with self.database.engine.connect() as connection:
            asked = sa.select(Disclosure.what).where(Disclosure.call == sid).order_by(Disclosure.turn)
            return list(connection.scalars(asked))


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def soon(holds: object) -> bool:
    """Whether this comes to hold within a time that is long for a machine."""
    assert callable(holds)
    ends, pause = monotonic() + SECONDS, Event()
    while not holds():
        if monotonic() > ends:
            return False
        pause.wait(0.05)
    return True


@pytest.fixture(scope="module")
def own_valkey() -> Iterator[ValkeyServer]:
    """It is killed."""
    with running_valkey() as server:
        yield server


@pytest.fixture(scope="module")
def house(
    databases: Databases, own_valkey: ValkeyServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """One for all tests: to start its processes takes far longer than what is asked of them."""
    with databases.fresh() as url:
        made = House(url, own_valkey, tmp_path_factory.mktemp("house"))
        put_in_force(made.database, a_directory(helpline("sunrise-la", "harbor-sd")), datetime.now(UTC))
        for name in PROCESSES:
            made.starts(name)
        try:
            assert soon(made.is_ready)
            yield made
        finally:
            made.closes()


def test_a_call_over_sockets_is_charged_and_disclosed_by_the_worker(house: House) -> None:
    before = house.charged()
    call = house.is_called(seed=1)
    assert not call.errors
    assert soon(lambda: house.charged() == {*before, call.sid})
    assert house.disclosed(call.sid) == ["greeting", "connecting", "goodbye"]


def test_calls_are_taken_without_redis_and_charged_when_it_is_back(
    house: House, own_valkey: ValkeyServer
) -> None:
    before = house.charged()
    own_valkey.kill()
    call = house.is_called(seed=2)
    assert not call.errors
    own_valkey.restart()
    assert soon(lambda: house.charged() == {*before, call.sid})


def test_a_worker_that_is_killed_loses_nothing(house: House) -> None:
    before = house.charged()
    house.processes["worker"].kill()
    house.processes["worker"].wait()
    call = house.is_called(seed=3)
    assert house.charged() == before
    house.starts("worker")
    assert soon(lambda: house.charged() == {*before, call.sid})
