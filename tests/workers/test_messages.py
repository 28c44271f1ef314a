"""The external worker as a process: a message is fetched over sockets and deleted, by beat's messages alone."""

import base64
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from celery import Celery

from server.supervisor.procfile import read_procfile
from simulator import SimulatedAccount
from simulator.rest.account_state import AccountState
from simulator.rest.api import RestApi
from tests.messages.voicemail import Voicemail
from tests.scenarios.world import ACCOUNT, ORIGIN, VAULT_KEY, World
from tests.servers.valkey import ValkeyServer
from tests.workers.test_whole_house import SECONDS, soon

ROOT = Path(__file__).parents[2]
EXTERNAL = read_procfile(ROOT / "Procfile")["external"]
TOKEN = "0123456789abcdef"


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    world = World(database_url)
    yield world
    world.closes()


@pytest.fixture
def carriers_address(world: World) -> Iterator[str]:
    """Where the carrier of this world is asked by REST."""
    played = world.carrier.rest.state
    rest = RestApi(
        AccountState(SimulatedAccount(ACCOUNT.sid, TOKEN), played.records, played.sids, played.now)
    )
    with make_server("127.0.0.1", 0, rest, handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def beat(valkey: ValkeyServer) -> Celery:
    """Whoever says that it is time."""
    valkey.empty()
    return Celery("callrouter", broker=valkey.broker_url)


@contextmanager
def external_worker(environment: dict[str, str]) -> Iterator[None]:
    """The process, as the Procfile has it."""
    command = [sys.executable, "-m", *EXTERNAL.split()]
    process = subprocess.Popen(command, env=os.environ | environment, cwd=ROOT)
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(SECONDS)


def test_a_message_is_fetched_and_deleted_by_the_external_worker(
    world: World, carriers_address: str, valkey: ValkeyServer, beat: Celery, database_url: str, tmp_path: Path
) -> None:
    voicemail = Voicemail(world)
    call = voicemail.leaves()
    environment = {
        "DATABASE_URL": database_url.replace("+psycopg", ""),
        "REDIS_URL": valkey.redis_url,
        "CALLROUTER_HOME": str(tmp_path),
        "CALLROUTER_SECRET_KEY": "a secret that only the tests know of",
        "CALLROUTER_VAULT_KEY": f"k1:{base64.b64encode(VAULT_KEY).decode()}",
        "TWILIO_ACCOUNT_SID": ACCOUNT.sid,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_API_URL": carriers_address,
        "PUBLIC_URL": ORIGIN,
        "LOG_LEVEL": "warning",
    }
    with external_worker(environment):
        beat.send_task("workers.external.fetch_messages", queue="external")
        assert soon(lambda: voicemail.of(call)["deleted_at_carrier_at"])
        assert world.carrier.records.recordings == {}
        assert voicemail.plays(call).startswith(b"RIFF")
        beat.send_task("workers.external.delete_old_messages", queue="external")
        assert soon(lambda: voicemail.state_of(call) == "deleted")


def test_whatever_beat_sends_is_a_task_that_somebody_has() -> None:
    sent = re.findall(r'"workers\.(\w+)\.(\w+)"', (ROOT / "workers/schedule.py").read_text())
    assert len(sent) > 3
    for module, task in sent:
        text = (ROOT / f"workers/{module}.py").read_text()
        assert re.search(rf"@app\.task(\(.*\))?\ndef {task}\(", text), task


def test_only_the_external_worker_imports_the_carriers_sdk() -> None:
    """It takes 27 MB, which neither the web server nor the worker behind the calls is to have."""
    house = [
        file
        for room in ("webhooks", "console", "workers", "config", "server", "simulator")
        for file in (ROOT / room).glob("**/*.py")
    ]
    sdk = [file.stem for file in house if "carrier.twilio_rest" in file.read_text()]
    asked_by = [file.stem for file in house if "workers.carrier" in file.read_text()]
    # The demo plays the external worker, in a process of its own.
    assert (sorted(sdk), asked_by) == (["carrier", "play"], ["external"])
