"""`make run` whose disk is full: calls are answered, nothing dies for good, and all comes back with room."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from callrouter.billing.model import LedgerEntry
from callrouter.calls.model import call
from callrouter.database import Database
from callrouter.events.model import OutboxFact
from callrouter.figures.model import PartnerCall
from config.settings import read_settings
from config.web_address import answer
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
from simulator.webhook_client import NOT_RETRIEVED
from tests.directories import NATIONAL
from tests.server.running import ROOT, free_port, soon
from tests.servers.small_disk import SmallDisk, small_disk

IS_FULL = "database: its disk is full: make room there, and all goes on by itself"
PATIENCE = 90
"""seconds; the broker's clients wait long between their attempts"""


class Running:
    """The whole of `make run`, with its data and its log on one small disk."""

    def __init__(self, disk: SmallDisk) -> None:
        self.disk = disk
        self.port = free_port()
        self.log = disk.path / "log"
        own = {"CALLROUTER_HOME": str(disk.path / "var"), "PORT": str(self.port), "LOG_LEVEL": "warning"}
        self.environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **own}
        self.settings = read_settings(own, disk.path / "none")
        self.database = Database(self.settings.database_url, connections=2)

    @contextmanager
    def started(self) -> Iterator[None]:
        command = [sys.executable, "-m", "server.supervisor"]
        with self.log.open("wb") as log:
            process = subprocess.Popen(
                command, cwd=self.disk.path, env=self.environment, stdout=log, stderr=log
            )
        try:
            assert soon(lambda: b"Ctrl-C" in self.log.read_bytes(), within=PATIENCE), self.log.read_text()
            yield
            assert process.poll() is None
        finally:
            process.send_signal(signal.SIGINT)
            process.wait()
            self.database.close()

    def faults(self, path: str) -> list[str]:
        found = answer("127.0.0.1", self.port, path, timeout=10)
        assert found is not None
        told: list[str] = json.loads(found[1])["faults"]
        return told

    def is_called(self, seed: int) -> SimulatedCall:
        origin = self.settings.public_url
        transport = SocketTransport(via=origin)
        carrier = SimulatedCarrier(
            SimulatedAccount(self.settings.account_sid, self.settings.auth_tokens[0]),
            Webhooks.of(origin),
            transport,
            VirtualClock(datetime.now(UTC)),
            seed=seed,
            clock_is_shared=False,
        )
        try:
            return carrier.place_call(
                NATIONAL,
                Caller(number=f"+1310555018{seed}"),
                CenterBehaviors({}, center_behavior("answer:90")),
            )
        finally:
            transport.close()

    def rows(self, column: sa.SQLColumnExpression[Any]) -> list[str]:
        with self.database.engine.connect() as connection:
            return sorted(connection.scalars(sa.select(column)))


@pytest.fixture
def running() -> Iterator[Running]:
    with small_disk(megabytes=128) as disk:
        shutil.copy(ROOT / "Procfile", disk.path)
        made = Running(disk)
        with made.started():
            yield made


def test_calls_are_answered_while_the_disk_is_full_and_all_comes_back_with_room(running: Running) -> None:
    before = running.is_called(seed=1)
    running.disk.fill()
    assert running.faults("/readyz") == [IS_FULL]
    meanwhile = running.is_called(seed=2)
    assert "The national helpline of SAMHSA answers day and night" in meanwhile.heard[-1]
    assert {error.code for error in meanwhile.errors} <= {NOT_RETRIEVED}
    assert running.faults("/statusz") == [IS_FULL]

    running.disk.has_room()
    assert running.faults("/readyz") == []
    afterwards = running.is_called(seed=3)
    assert not afterwards.errors
    served = sorted([before.sid, afterwards.sid])
    assert soon(lambda: running.rows(LedgerEntry.call) == served, within=PATIENCE), running.log.read_text()
    assert soon(lambda: running.faults("/statusz") == [], within=PATIENCE)
    assert running.rows(PartnerCall.call) == served
    # PostgreSQL still writes into pages that it has, so the call in between may have been begun.
    assert set(served) <= set(running.rows(call.c.sid)) <= {*served, meanwhile.sid}
    assert running.rows(OutboxFact.call) == []
