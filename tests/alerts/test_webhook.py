"""Alerts by webhook: signed as Standard Webhooks has it, and told to a receiver over a socket."""

import json
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook as StandardWebhook
from standardwebhooks import WebhookVerificationError

from callrouter.alerts.channel import ReceiverOptedOut
from callrouter.alerts.webhook import WebhookChannel, signature
from callrouter.errors import NotDelivered
from config.parsers import webhook_key
from tests.alerts.alerting import PAUSED, START, Alerting
from tests.alerts.certificate import trusted
from tests.alerts.receiver import SILENCE, Received, Receiver, receiving
from tests.simulator.socket_server import listening, meanwhile, port_of

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def webhook(url: str, **how: Any) -> WebhookChannel:
    return WebhookChannel(url, webhook_key(SECRET), **how)


def is_ours(received: Received) -> bool:
    """As a receiver checks it who has the standard's own library; a test may lie on another day."""
    headers = received.headers
    at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    signed = StandardWebhook(SECRET).sign(headers["webhook-id"], at, received.body.decode())
    return headers["webhook-signature"] == signed


def test_the_published_example_is_signed_like_there() -> None:
    message, body = "msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}'
    signed = signature(webhook_key(SECRET), message, "1614265330", body)
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.fixture
def well() -> Iterator[Receiver]:
    with receiving(200) as receiver:
        yield receiver


def test_a_receiver_gets_one_signed_request(well: Receiver) -> None:
    webhook(well.url).send("", PAUSED, START)
    [request] = well.received
    assert request.path == "/hooks/callrouter?token=hush"
    assert request.headers["Content-Type"] == "application/json"
    assert request.headers["Connection"] == "close"
    assert request.headers["webhook-id"] == PAUSED.message
    assert request.headers["webhook-timestamp"] == str(int(START.timestamp()))
    assert is_ours(request)


def test_the_standard_s_own_library_takes_it_today(well: Receiver) -> None:
    webhook(well.url).send("", PAUSED, datetime.now(UTC))
    [request] = well.received
    told = StandardWebhook(SECRET).verify(request.body, request.headers)
    assert told["type"] == "center.paused"


def test_the_standard_s_own_library_refuses_what_was_changed(well: Receiver) -> None:
    webhook(well.url).send("", PAUSED, datetime.now(UTC))
    [request] = well.received
    with pytest.raises(WebhookVerificationError):
        StandardWebhook(SECRET).verify(request.body.replace(b"sunrise", b"harbor "), request.headers)


def test_the_body_says_what_happened_when_and_where(well: Receiver) -> None:
    webhook(well.url).send("", PAUSED, START)
    assert json.loads(well.received[0].body) == {
        "type": "center.paused",
        "timestamp": "2026-11-24T10:12:30.000Z",
        "data": {
            "call": PAUSED.call,
            "center": "sunrise-la",
            "helpline": "national",
            "summary": "sunrise-la is paused after missed calls",
        },
    }


def test_another_attempt_has_the_same_name_and_body_and_a_time_of_its_own(well: Receiver) -> None:
    channel = webhook(well.url)
    channel.send("", PAUSED, START)
    channel.send("", PAUSED, START + timedelta(minutes=1))
    first, second = well.received
    assert (first.headers["webhook-id"], first.body) == (second.headers["webhook-id"], second.body)
    assert first.headers["webhook-timestamp"] != second.headers["webhook-timestamp"]
    assert is_ours(second)


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_each_2xx_is_success(status: int) -> None:
    with receiving(status) as receiver:
        webhook(receiver.url).send("", PAUSED, START)
        assert len(receiver.received) == 1


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 503])
def test_each_other_answer_is_a_failure(status: int) -> None:
    with receiving(status) as receiver, pytest.raises(NotDelivered, match=f"answered {status}"):
        webhook(receiver.url).send("", PAUSED, START)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(status: int) -> None:
    with receiving(status, 200) as receiver:
        with pytest.raises(NotDelivered, match=f"answered {status}"):
            webhook(receiver.url).send("", PAUSED, START)
        assert len(receiver.received) == 1


def test_410_is_the_receiver_s_last_word() -> None:
    with receiving(410) as receiver, pytest.raises(ReceiverOptedOut):
        webhook(receiver.url).send("", PAUSED, START)


def test_a_receiver_that_is_silent_is_not_waited_for_any_longer() -> None:
    with receiving(SILENCE) as receiver, pytest.raises(NotDelivered, match=r"no answer within 0\.2 seconds"):
        webhook(receiver.url, seconds_to_wait=0.2).send("", PAUSED, START)


def test_a_receiver_that_is_away_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}/hush"
    with pytest.raises(NotDelivered, match=r"not reached: .*Connection refused") as failed:
        webhook(url).send("", PAUSED, START)
    assert "hush" not in str(failed.value)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (b"what?\r\n\r\n", r"^its answer is not HTTP: BadStatusLine$"),
        (b"", r"^not reached: .*(closed connection|reset by peer)"),
    ],
)
def test_an_answer_that_is_none_is_told(answer: bytes, told: str) -> None:
    def answers(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            while b"center.paused" not in connection.recv(65_536):
                pass
            connection.sendall(answer)

    with listening() as listener, meanwhile(answers, listener), pytest.raises(NotDelivered, match=told):
        webhook(f"http://127.0.0.1:{port_of(listener)}/hush").send("", PAUSED, START)


def test_a_receiver_is_trusted_by_its_certificate(tmp_path: Path) -> None:
    trust = trusted(tmp_path)
    with receiving(204, tls=trust.server) as receiver:
        webhook(receiver.url, tls=trust.client).send("", PAUSED, START)
        with pytest.raises(NotDelivered, match="certificate verify failed"):
            webhook(receiver.url).send("", PAUSED, START)
        assert len(receiver.received) == 1


def test_its_address_hides_what_may_be_a_secret() -> None:
    assert webhook("https://hooks.example:8443/T0/secret?x=1").addresses == ("https://hooks.example:8443",)


@pytest.fixture
def failing_once(database_url: str) -> Iterator[tuple[Alerting, Receiver]]:
    with receiving(500, 200) as receiver:
        alerting = Alerting(database_url, webhook=webhook(receiver.url))
        yield alerting, receiver
        alerting.closes()


def test_500_and_then_200_is_one_delivery_in_two_attempts(failing_once: tuple[Alerting, Receiver]) -> None:
    alerting, receiver = failing_once
    alerting.raises()
    assert alerting.delivers() == 0
    assert alerting.delivery["error"] == "answered 500"
    alerting.passes(seconds=5)
    assert alerting.delivers() == 1
    assert (alerting.delivery["attempts"], alerting.delivery["delivered_at"]) == (
        2,
        START + timedelta(seconds=5),
    )
    assert len({request.headers["webhook-id"] for request in receiver.received}) == 1
    assert all(map(is_ours, receiver.received))
