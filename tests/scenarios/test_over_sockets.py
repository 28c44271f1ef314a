"""Whole calls through the real web server: signed HTTP over sockets, PostgreSQL behind it, a broker beside it."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from simulator import (
    Caller,
    CenterBehavior,
    CenterBehaviors,
    Faults,
    Fields,
    RingOutcome,
    SimulatedAccount,
    SimulatedCarrier,
    SocketTransport,
    VirtualClock,
    WebhookResponse,
    Webhooks,
)
from tests.scenarios.places import DIRECTORY, NATIONAL, SUNRISE_PAGE
from tests.scenarios.promises import broken_promises
from tests.scenarios.web_server import WebServer, web_server
from tests.scenarios.world import World
from tests.servers.valkey import ValkeyServer

PHONES = {key: center.phone for key, center in DIRECTORY.centers.items()}
TALKS = CenterBehavior(RingOutcome.A_PERSON, 90)
THIRD_TAKES_IT = CenterBehaviors(
    {
        PHONES["sunrise-la"]: CenterBehavior(RingOutcome.NOBODY),
        PHONES["harbor-sd"]: CenterBehavior(RingOutcome.BUSY),
        PHONES["meadow-bos"]: TALKS,
    }
)


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    """Only for what it knows of the database; the calls go to the server."""
    world = World(database_url, start=datetime.now(UTC))
    yield world
    world.passes(hours=6)
    world.reaps()
    world.settles()
    assert broken_promises(world) == []
    world.closes()


@pytest.fixture
def server(tmp_path: Path, world: World, database_url: str, valkey: ValkeyServer) -> Iterator[WebServer]:
    with web_server(tmp_path, database_url.replace("+psycopg", ""), valkey.redis_url) as server:
        yield server


class KillingTransport(SocketTransport):
    """Over sockets; the server is killed just after it has answered certain requests, and started again."""

    def __init__(self, server: WebServer, after: set[str]) -> None:
        super().__init__()
        self._server = server
        self._after = after

    def post(self, url: str, fields: Fields, headers: Mapping[str, str]) -> WebhookResponse:
        reply = super().post(url, fields, headers)
        for path in [path for path in self._after if path in url]:
            self._after.discard(path)
            self._server.is_killed()
            self._server.starts()
        return reply


def carrier(server: WebServer, transport: SocketTransport | None = None) -> SimulatedCarrier:
    settings = server.settings
    account = SimulatedAccount(settings.account_sid, settings.auth_tokens[0])
    clock = VirtualClock(datetime.now(UTC))
    return SimulatedCarrier(account, Webhooks.of(settings.public_url), transport or SocketTransport(), clock)


def test_a_call_that_two_centers_miss_and_a_third_takes(world: World, server: WebServer) -> None:
    faults = Faults(duplicate=2, shuffle=True, repeat=2, replay=True)
    call = carrier(server).place_call(NATIONAL, Caller(keys=("2", "5")), THIRD_TAKES_IT, faults=faults)
    world.settles()
    assert (call.errors, call.discrepancies) == ([], [])
    legs = [(leg["center"], leg["outcome"]) for leg in world.rows("leg", call=call.sid)]
    assert legs == [("sunrise-la", "no-answer"), ("harbor-sd", "busy"), ("meadow-bos", "accepted")]
    assert [(row["partner"], row["amount"]) for row in world.rows("ledger_entry")] == [("meadow", 3500)]
    assert caller_is_nowhere(server.log)


def caller_is_nowhere(log: str) -> bool:
    return '"call"' in log and "3105550188" not in log and "555 0188" not in log


def test_killing_the_server_between_any_two_requests_changes_nothing(world: World, server: WebServer) -> None:
    killing = KillingTransport(server, {"/menu/1", "/dialled/2"})
    faults = Faults(repeat=2, replay=True)
    call = carrier(server, killing).place_call(NATIONAL, Caller(), THIRD_TAKES_IT, faults=faults)
    assert (call.errors, call.discrepancies) == ([], [])
    assert [row["outcome"] for row in world.rows("call")] == ["answered"]
    assert [row["center"] for row in world.rows("decision")] == ["sunrise-la", "harbor-sd", "meadow-bos"]


def test_a_listing_call_while_the_server_is_gone_for_a_moment(world: World, server: WebServer) -> None:
    """The first request finds nobody; the carrier asks the fallback, and that center is rung."""
    centers = CenterBehaviors({PHONES["sunrise-la"]: TALKS})
    call = carrier(server).place_call(SUNRISE_PAGE, Caller(), centers, faults=Faults(down=frozenset({1})))
    assert [row["center"] for row in world.rows("leg", outcome="accepted")] == ["sunrise-la"]
    assert "You are calling Sunrise La, a paid advertiser." in call.heard
