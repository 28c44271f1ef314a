"""Invoices by e-mail, handed in at a mail server over a socket: once, and again where that failed."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from callrouter.errors import NotKnown
from callrouter.invoices.documents import CSV, PDF
from callrouter.invoices.send import LONGEST_SENDING, SCHEDULE
from tests.alerts.mail_server import MailServer, taking_mail
from tests.billing.history import Accounts, Killed, directory
from tests.evidence.logs import logs
from tests.invoices.closing import close, printed, take, talk
from tests.invoices.sending import NAME, NOVEMBER, OCTOBER, SENDER, InvoiceSending, message, post_to
from tests.servers.databases import Databases

BILLING = "billing@sunrise.example"
ROOT = Path(__file__).parents[2]
PATIENCE = 60


@pytest.fixture
def server() -> Iterator[MailServer]:
    with taking_mail(MailServer()) as server:
        yield server


@pytest.fixture
def sending(database_url: str, server: MailServer) -> Iterator[InvoiceSending]:
    sending = InvoiceSending(database_url, server)
    yield sending
    sending.accounts.close()


def test_an_invoice_is_sent_once_to_its_partner(sending: InvoiceSending, server: MailServer) -> None:
    assert sending.delivery == {
        "invoice": NAME,
        "number": 1,
        "address": BILLING,
        "asked_at": NOVEMBER,
        "asked_by": "ada",
        "attempts": 0,
        "next_attempt_at": NOVEMBER,
        "delivered_at": None,
        "error": None,
    }
    sending.passes(timedelta(seconds=9))
    assert (sending.sends(), sending.sends()) == (1, 0)
    [taken] = server.accepted
    assert (taken.sender, taken.recipients) == (SENDER, (BILLING,))
    done = sending.delivery
    assert (done["attempts"], done["delivered_at"], done["next_attempt_at"]) == (1, sending.now(), None)


def test_what_arrives_is_what_is_kept(sending: InvoiceSending, server: MailServer) -> None:
    sending.sends()
    sending.passes(timedelta(days=400))
    attached = [part.get_payload(decode=True) for part in message(server.accepted[0]).iter_attachments()]
    assert attached == [printed(sending.accounts, NAME, form) for form in (PDF, CSV)]
    kept = {row["form"]: row["content"] for row in sending.accounts.rows("invoice_document")}
    assert attached == [bytes(kept[PDF]), bytes(kept[CSV])]


def test_an_invoice_is_sent_once_it_has_a_head_of_the_evidence_log(
    database_url: str, server: MailServer
) -> None:
    sending = InvoiceSending(database_url, server, logged=False)
    assert (sending.sends(), sending.delivery["attempts"]) == (0, 0)
    logs(sending.database)
    assert (sending.sends(), sending.delivery["attempts"]) == (1, 1)
    sending.accounts.close()


def test_what_was_only_simulated_says_so(sending: InvoiceSending, server: MailServer) -> None:
    sending.sends()
    assert message(server.accepted[0])["Subject"] == (
        "SIMULATED, not a bill: Invoice SIM-000001 for October 2026"
    )


def test_a_partner_without_an_address_is_sent_nothing(database_url: str, server: MailServer) -> None:
    sending = InvoiceSending(database_url, server, billing_email="")
    assert (sending.log, sending.sends()) == ([], 0)
    sending.accounts.close()


def test_a_close_that_is_undone_sends_nothing(database_url: str) -> None:
    accounts = Accounts(database_url, directory())
    accounts.now = NOVEMBER
    take(accounts, [talk(1, OCTOBER)])
    with pytest.raises(Killed):
        close(accounts, "2026-10", killed=True)
    assert accounts.rows("invoice_delivery") == []
    accounts.close()


def test_a_server_that_refuses_is_asked_again_by_the_schedule_and_then_given_up(
    sending: InvoiceSending, server: MailServer
) -> None:
    server.refuses = {"RCPT": "451 later"}
    for wait in (*SCHEDULE, timedelta(days=300)):
        assert sending.sends() == 0
        assert sending.delivery["error"] == "the mail server refused the address (451)"
        sending.passes(wait - timedelta(seconds=1))
        attempts = sending.delivery["attempts"]
        sending.sends()
        assert sending.delivery["attempts"] == attempts
        sending.passes(timedelta(seconds=1))
    given_up = sending.delivery
    assert (given_up["attempts"], given_up["next_attempt_at"], given_up["delivered_at"]) == (7, None, None)
    server.refuses = {}
    assert (sending.sends(), server.accepted) == (0, [])


def test_what_was_given_up_is_sent_when_it_is_asked_for_again(
    sending: InvoiceSending, server: MailServer
) -> None:
    server.refuses = {"DATA": "554 no"}
    for wait in (*SCHEDULE, timedelta(0)):
        sending.sends()
        sending.passes(wait)
    server.refuses = {}
    assert sending.asks("new@sunrise.example") == 2
    assert sending.sends() == 1
    [taken] = server.accepted
    assert taken.recipients == ("new@sunrise.example",)
    assert message(taken)["Message-ID"] == "<SIM-000001.2@example.org>"
    first, second = sending.log
    assert (first["error"], first["delivered_at"]) == ("the mail server answered 554", None)
    assert (second["number"], second["asked_by"], second["error"]) == (2, "grace", None)


def test_it_arrives_at_a_later_attempt(sending: InvoiceSending, server: MailServer) -> None:
    server.refuses = {"MAIL": "451 later"}
    sending.sends()
    server.refuses = {}
    sending.passes(SCHEDULE[0])
    assert sending.sends() == 1
    assert (sending.delivery["attempts"], sending.delivery["error"]) == (2, None)


@pytest.mark.parametrize("verb", ["EHLO", "RCPT", "DATA"])
def test_a_server_that_hangs_is_not_waited_for_any_longer(
    sending: InvoiceSending, server: MailServer, verb: str
) -> None:
    sending.mail_sender = post_to(server.port, seconds_to_wait=0.2)
    server.silent_at = verb
    assert sending.sends() == 0
    assert "the mail server was not reached" in sending.delivery["error"]
    assert "timed out" in sending.delivery["error"]
    assert sending.delivery["next_attempt_at"] == NOVEMBER + SCHEDULE[0]


def test_a_server_that_is_away_is_told(sending: InvoiceSending) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        sending.mail_sender = post_to(nobody.getsockname()[1])
    sending.sends()
    assert "Connection refused" in sending.delivery["error"]


@pytest.mark.parametrize("times", [1, 3])
def test_a_process_that_is_killed_when_it_was_taken_sends_the_same_message_again(
    sending: InvoiceSending, server: MailServer, database_url: str, times: int
) -> None:
    server.silent_at = "QUIT"
    for attempt in range(1, times + 1):
        # Its clock stands still, so what was claimed before is made due for it.
        sending.makes_due()
        words = ["-m", "tests.invoices.one_sending", database_url, str(server.port)]
        with subprocess.Popen([sys.executable, *words], cwd=ROOT) as process:
            assert server.arrived.acquire(timeout=PATIENCE)
            process.kill()
        assert (sending.delivery["attempts"], sending.delivery["delivered_at"]) == (attempt, None)
    server.silent_at = ""
    sending.passes(LONGEST_SENDING - timedelta(seconds=1))
    assert sending.sends() == 0
    sending.passes(timedelta(seconds=1))
    assert sending.sends() == 1
    assert len(server.accepted) == times + 1
    assert {message(taken)["Message-ID"] for taken in server.accepted} == {"<SIM-000001.1@example.org>"}


class Deadly:
    """A post that nobody survives."""

    sender = SENDER

    def send(self, _: object) -> None:
        raise KeyboardInterrupt


def test_dying_again_and_again_ends_too(sending: InvoiceSending) -> None:
    sending.mail_sender = Deadly()  # type: ignore[assignment]
    for _ in range(len(SCHEDULE) + 1):
        with pytest.raises(KeyboardInterrupt):
            sending.sends()
        sending.passes(LONGEST_SENDING)
    assert sending.sends() == 0
    given_up = sending.delivery
    assert (given_up["attempts"], given_up["next_attempt_at"]) == (7, None)
    assert given_up["error"] == "nothing was heard of the last attempt"


def test_an_address_that_is_none_harms_nobody_else(sending: InvoiceSending, server: MailServer) -> None:
    sending.sends()
    sending.asks("a@sunrise.example\r\nBcc: all@example.org")
    sending.passes(timedelta(seconds=1))
    sending.asks("b@sunrise.example")
    assert (sending.sends(), sending.sends()) == (0, 1)
    assert [taken.recipients for taken in server.accepted] == [(BILLING,), ("b@sunrise.example",)]
    assert "is not one e-mail address" in sending.log[1]["error"]


def test_each_time_that_it_is_asked_for_is_a_delivery_of_its_own(sending: InvoiceSending) -> None:
    sending.sends()
    assert (sending.asks("a@sunrise.example"), sending.asks("b@sunrise.example")) == (2, 3)
    assert sending.sends() == 2
    assert sending.asks("a@sunrise.example") == 4


def test_what_is_on_its_way_is_not_sent_twice_and_does_not_wait_any_longer(
    sending: InvoiceSending, server: MailServer
) -> None:
    server.refuses = {"MAIL": "451 later"}
    sending.sends()
    server.refuses = {}
    assert (sending.sends(), sending.asks(BILLING)) == (0, 1)
    assert (sending.sends(), len(server.accepted)) == (1, 1)


def test_what_nobody_has_issued_cannot_be_sent(sending: InvoiceSending) -> None:
    with pytest.raises(NotKnown, match="there is no invoice INV-000009"):
        sending.asks(BILLING, "INV-000009")


def test_several_that_ask_and_several_that_send_at_once(databases: Databases, server: MailServer) -> None:
    with databases.fresh() as url:
        sending = InvoiceSending(url, server)
        addresses = [f"{number}@sunrise.example" for number in range(12)]
        with ThreadPoolExecutor(4) as people:
            assert sorted(people.map(sending.asks, addresses)) == list(range(2, 14))
        with ThreadPoolExecutor(4) as workers:
            turns = [workers.submit(sending.sends) for _ in range(40)]
            assert sum(turn.result() for turn in turns) == 13
        assert sorted(taken.recipients for taken in server.accepted) == sorted(
            (address,) for address in (BILLING, *addresses)
        )
        sending.accounts.close()
