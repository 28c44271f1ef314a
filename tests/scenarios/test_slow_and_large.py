"""Calls through the real web server, beside clients that are slow or send too much."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.web_address import answer
from simulator import (
    Caller,
    CenterBehavior,
    CenterBehaviors,
    Fields,
    RingOutcome,
    SimulatedAccount,
    SimulatedCarrier,
    SocketTransport,
    VirtualClock,
    WebhookResponse,
    Webhooks,
)
from tests.scenarios.places import DIRECTORY, NATIONAL
from tests.scenarios.web_server import WebServer, web_server
from tests.scenarios.world import World
from tests.servers.bad_clients import bad_clients
from tests.servers.valkey import ValkeyServer

CALLS = 25
MOST_SECONDS = 0.1
MOST_KILOBYTES = 64 * 1024
TALKS = CenterBehavior(RingOutcome.A_PERSON, 90)
ALL_TALK = CenterBehaviors({center.phone: TALKS for center in DIRECTORY.centers.values()})


class TimedTransport(SocketTransport):
    """Over sockets; `seconds` has how long each request took."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float] = []

    def post(self, url: str, fields: Fields, headers: Mapping[str, str]) -> WebhookResponse:
        began = time.perf_counter()
        reply = super().post(url, fields, headers)
        self.seconds.append(time.perf_counter() - began)
        return reply


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    """Only for what it knows of the database; the calls go to the server."""
    world = World(database_url, start=datetime.now(UTC))
    yield world
    world.closes()


@pytest.fixture
def server(tmp_path: Path, world: World, database_url: str, valkey: ValkeyServer) -> Iterator[WebServer]:
    with web_server(tmp_path, database_url.replace("+psycopg", ""), valkey.redis_url) as server:
        yield server


def place_calls(server: WebServer, transport: SocketTransport, count: int) -> None:
    settings = server.settings
    account = SimulatedAccount(settings.account_sid, settings.auth_tokens[0])
    carrier = SimulatedCarrier(
        account, Webhooks.of(settings.public_url), transport, VirtualClock(datetime.now(UTC))
    )
    for _ in range(count):
        call = carrier.place_call(NATIONAL, Caller(), ALL_TALK)
        assert (call.errors, call.discrepancies) == ([], [])


def most_kilobytes(server: WebServer) -> int:
    """The most memory that the server has had at any time."""
    lines = Path(f"/proc/{server.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


def test_slow_and_large_requests_keep_no_call_waiting(world: World, server: WebServer) -> None:
    transport = TimedTransport()
    place_calls(server, SocketTransport(), 5)
    before = most_kilobytes(server)
    with bad_clients(server.settings.port, slow=64, large=4) as answers:
        for _ in range(5):
            place_calls(server, transport, CALLS // 5)
            assert answer("127.0.0.1", server.settings.port, "/healthz") == (200, '{"alive":true}\n')
    assert sorted(transport.seconds)[int(len(transport.seconds) * 0.99)] < MOST_SECONDS
    assert most_kilobytes(server) - before < MOST_KILOBYTES
    assert set(answers) == {413}
    assert len(world.rows("leg", outcome="accepted")) == CALLS + 5
