"""The same calls over real connections: kept, opened again, refused, silent."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from simulator import (
    CenterBehaviors,
    ConnectionFailed,
    ResponseTimeout,
    SimulatedCarrier,
    SocketTransport,
    VirtualClock,
    WebhookResponse,
    Webhooks,
    center_behaviors,
)
from tests.simulator.ringing import SCREENED
from tests.simulator.scripted_server import ORIGIN, ScriptedServer
from tests.simulator.simulation import ACCOUNT, HELPLINE, START, SUNRISE
from tests.simulator.socket_server import (
    answers_and_closes,
    answers_and_hangs_up_at_the_next,
    hangs_up,
    listening,
    meanwhile,
    port_of,
    serving,
)

URL = f"{ORIGIN}/twilio/voice"


@contextmanager
def transport(port: int, timeout: float = 5.0) -> Iterator[SocketTransport]:
    sockets = SocketTransport(f"http://127.0.0.1:{port}", timeout)
    try:
        yield sockets
    finally:
        sockets.close()


def test_a_whole_call_goes_over_one_kept_connection_to_the_public_name() -> None:
    scripted = ScriptedServer(SCREENED)
    with serving(scripted) as server, transport(server.server_port) as sockets:
        carrier = SimulatedCarrier(ACCOUNT, Webhooks.of(ORIGIN), sockets, VirtualClock(START), seed=1)
        call = carrier.place_call(HELPLINE, centers=CenterBehaviors({SUNRISE: center_behaviors("answer:90")}))
    assert (call.errors, call.legs[0].bridged) == ([], True)
    assert (server.connections, server.hosts) == (1, {"calls.example"})
    assert scripted.paths[-1] == "/twilio/status"


def test_a_server_may_be_called_by_its_own_address() -> None:
    with serving(ScriptedServer({})) as server:
        sockets = SocketTransport()
        assert sockets.post(f"http://127.0.0.1:{server.server_port}/x?y=1", [], {}).status == 403
        sockets.close()


def test_a_kept_connection_that_was_closed_meanwhile_is_opened_again() -> None:
    with (
        listening() as listener,
        transport(port_of(listener)) as sockets,
        meanwhile(answers_and_closes, listener, 2),
    ):
        assert [sockets.post(URL, [], {}).status for _ in range(2)] == [204, 204]


def test_a_kept_connection_that_breaks_when_it_is_used_is_opened_again() -> None:
    with (
        listening() as listener,
        transport(port_of(listener)) as sockets,
        meanwhile(answers_and_hangs_up_at_the_next, listener),
    ):
        assert [sockets.post(URL, [], {}).status for _ in range(2)] == [204, 204]


def test_a_redirect_is_not_followed() -> None:
    scripted = ScriptedServer({"/twilio/voice": WebhookResponse(302, "text/xml", b"")})
    with serving(scripted) as server, transport(server.server_port) as sockets:
        call = SimulatedCarrier(ACCOUNT, Webhooks(URL), sockets, VirtualClock(START)).place_call(HELPLINE)
    assert [error.code for error in call.errors] == [11200]
    assert scripted.paths == ["/twilio/voice"]


def test_a_server_that_does_not_listen_is_not_reached() -> None:
    with listening() as listener:
        port = port_of(listener)
    with transport(port) as sockets, pytest.raises(ConnectionFailed):
        sockets.post(URL, [], {})


def test_a_server_that_says_nothing_has_not_replied_in_time() -> None:
    with listening() as silent, transport(port_of(silent), 0.05) as sockets, pytest.raises(ResponseTimeout):
        sockets.post(URL, [], {})


def test_a_server_that_hangs_up_is_not_reached() -> None:
    with (
        listening() as listener,
        transport(port_of(listener)) as sockets,
        meanwhile(hangs_up, listener),
        pytest.raises(ConnectionFailed),
    ):
        sockets.post(URL, [], {})
