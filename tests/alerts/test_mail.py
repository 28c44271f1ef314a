"""Alerts by e-mail, handed in at a mail server over a socket."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from callrouter.alerts.mail import EmailChannel
from callrouter.errors import NotDelivered
from callrouter.mail import MailSender, mail_server
from callrouter.mail import MailServer as Address
from tests.alerts.alerting import PAUSED, START, Alerting
from tests.alerts.certificate import Trust, trusted
from tests.alerts.mail_server import MailServer, taking_mail

STAFF = "staff@example.org"
SENDER = "callrouter@example.org"


def mail(port: int, **how: Any) -> EmailChannel:
    tls, wait = how.pop("tls", None), how.pop("seconds_to_wait", 10)
    server = Address(**{"host": "127.0.0.1", "port": port, "implicit_tls": False, **how})
    return EmailChannel(MailSender(server, SENDER, tls=tls, seconds_to_wait=wait), [STAFF])


@pytest.fixture
def plain() -> Iterator[MailServer]:
    with taking_mail(MailServer()) as server:
        yield server


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Trust:
    return trusted(tmp_path_factory.mktemp("trust"))


def test_a_message_is_handed_in(plain: MailServer) -> None:
    mail(plain.port).send(STAFF, PAUSED, START)
    [taken] = plain.accepted
    assert (taken.sender, taken.recipients) == (SENDER, (STAFF,))
    told = message_from_bytes(taken.text, policy=policy.default)
    assert (told["From"], told["To"]) == (SENDER, STAFF)
    assert told["Subject"] == "callrouter: sunrise-la is paused after missed calls"
    assert told["Date"] == "Tue, 24 Nov 2026 10:12:30 +0000"
    assert told["Message-ID"] == f"<{PAUSED.message}@example.org>"
    assert told["Auto-Submitted"] == "auto-generated"


def test_the_message_says_what_happened_and_what_to_do(plain: MailServer) -> None:
    mail(plain.port).send(STAFF, PAUSED, START)
    told = message_from_bytes(plain.accepted[0].text, policy=policy.default).get_content()
    text = " ".join(told.split())
    assert "sunrise-la has missed so many calls within an hour" in text
    assert "What to do: Ask the center why nobody picks up." in text
    assert "`callrouter center resume sunrise-la`" in text
    assert "It happened at 2026-11-24 10:12:30 UTC" in text


def test_another_attempt_is_the_same_message(plain: MailServer) -> None:
    mail(plain.port).send(STAFF, PAUSED, START)
    mail(plain.port).send(STAFF, PAUSED, START + timedelta(minutes=1))
    first, second = (message_from_bytes(taken.text)["Message-ID"] for taken in plain.accepted)
    assert first == second


def test_starttls_comes_before_the_password(trust: Trust) -> None:
    with taking_mail(MailServer(trust.server)) as server:
        mail(server.port, tls=trust.client, user="u", password="p@ss").send(STAFF, PAUSED, START)
    [taken] = server.accepted
    assert (taken.encrypted, taken.user, taken.password) == (True, "u", "p@ss")


def test_smtps_is_encrypted_from_the_beginning(trust: Trust) -> None:
    with taking_mail(MailServer(trust.server, implicit=True)) as server:
        mail(server.port, tls=trust.client, implicit_tls=True).send(STAFF, PAUSED, START)
    assert [taken.encrypted for taken in server.accepted] == [True]


def test_a_certificate_of_nobody_s_is_not_trusted(trust: Trust) -> None:
    with taking_mail(MailServer(trust.server)) as server:
        with pytest.raises(NotDelivered, match="certificate verify failed"):
            mail(server.port, user="u", password="p").send(STAFF, PAUSED, START)
        assert server.accepted == []


def test_another_machine_without_starttls_gets_nothing(plain: MailServer) -> None:
    # Another way to write 127.0.0.1, which nobody takes for this machine.
    with pytest.raises(NotDelivered, match="offers no STARTTLS"):
        mail(plain.port, host="127.1", user="u", password="p").send(STAFF, PAUSED, START)
    assert plain.accepted == []


@pytest.mark.parametrize(
    ("verb", "answer", "told"),
    [
        ("AUTH", "535 no", "the mail server answered 535"),
        ("MAIL", "550 not from you", "the mail server answered 550"),
        ("RCPT", "451 later", r"the mail server refused the address \(451\)"),
        ("DATA", "554 no", "the mail server answered 554"),
    ],
)
def test_a_refusal_is_told(verb: str, answer: str, told: str) -> None:
    with taking_mail(MailServer(refuses={verb: answer})) as server, pytest.raises(NotDelivered, match=told):
        mail(server.port, user="u", password="hush").send(STAFF, PAUSED, START)


def test_a_farewell_that_fails_is_no_failure_of_the_message() -> None:
    with taking_mail(MailServer(silent_at="QUIT")) as server:
        mail(server.port, seconds_to_wait=0.2).send(STAFF, PAUSED, START)
        assert len(server.accepted) == 1


def test_a_mail_server_that_is_silent_is_not_waited_for_any_longer() -> None:
    with (
        taking_mail(MailServer(silent_at="EHLO")) as server,
        pytest.raises(NotDelivered, match=r"not reached: .*timed out"),
    ):
        mail(server.port, seconds_to_wait=0.2).send(STAFF, PAUSED, START)


def test_a_mail_server_that_is_away_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    with pytest.raises(NotDelivered, match=r"not reached: .*Connection refused"):
        mail(port).send(STAFF, PAUSED, START)


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example.org", Address("mail.example.org", 587, False)),
        ("smtps://mail.example.org", Address("mail.example.org", 465, True)),
        ("smtp://u%40x:p%2Fq@mail:25", Address("mail", 25, False, "u@x", "p/q")),
    ],
)
def test_the_address_of_a_mail_server_is_understood(url: str, server: Address) -> None:
    assert mail_server(url) == server


def test_of_two_addresses_the_refused_one_is_tried_again_alone(database_url: str, tmp_path: Path) -> None:
    with taking_mail(MailServer()) as server:
        address = Address("127.0.0.1", server.port, implicit_tls=False)
        alerting = Alerting(
            database_url, email=EmailChannel(MailSender(address, SENDER), ["a@example.org", "b@example.org"])
        )
        server.refuses = {"RCPT": "451 later"}
        alerting.raises()
        alerting.delivers()
        server.refuses = {}
        alerting.delivers()
        alerting.passes(seconds=5)
        alerting.delivers()
        assert [taken.recipients for taken in server.accepted] == [("b@example.org",), ("a@example.org",)]
        assert [row["attempts"] for row in alerting.rows("alert_delivery")] == [2, 1]
        alerting.closes()
