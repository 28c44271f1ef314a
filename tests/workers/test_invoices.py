"""The errand that sends invoices, as a process with settings of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.alerts.mail_server import MailServer, taking_mail
from tests.invoices.sending import SENDER, InvoiceSending
from tests.workers.test_whole_house import SECONDS
from workers.external import INVOICES_PER_RUN

ROOT = Path(__file__).parents[2]
ONE_TURN = "from workers.external import send_invoices; send_invoices()"
KEYS = {"CALLROUTER_SECRET_KEY": "s" * 32, "CALLROUTER_VAULT_KEY": "A" * 43 + "="}


@pytest.fixture
def server() -> Iterator[MailServer]:
    with taking_mail(MailServer()) as server:
        yield server


@pytest.fixture
def sending(database_url: str, server: MailServer) -> Iterator[InvoiceSending]:
    """As many invoices are asked for as have a turn, and another."""
    sending = InvoiceSending(database_url, server)
    for number in range(INVOICES_PER_RUN):
        sending.asks(f"{number}@sunrise.example")
    yield sending
    sending.accounts.close()


def has_a_turn(url: str, home: Path, **environment: str) -> None:
    own = {"DATABASE_URL": url, "CALLROUTER_HOME": str(home), **KEYS, **environment}
    subprocess.run(
        [sys.executable, "-c", ONE_TURN], cwd=ROOT, env=os.environ | own, timeout=SECONDS, check=True
    )


def test_a_few_are_sent_in_a_turn_so_that_other_tasks_have_theirs(
    sending: InvoiceSending, server: MailServer, database_url: str, tmp_path: Path
) -> None:
    smtp = {"INVOICE_FROM": SENDER, "SMTP_URL": f"smtp://127.0.0.1:{server.port}"}
    has_a_turn(database_url, tmp_path, **smtp)
    assert len(server.accepted) == INVOICES_PER_RUN
    has_a_turn(database_url, tmp_path, **smtp)
    assert len(server.accepted) == INVOICES_PER_RUN + 1
    assert all(row["delivered_at"] for row in sending.log)


def test_without_a_sender_they_wait(
    sending: InvoiceSending, server: MailServer, database_url: str, tmp_path: Path
) -> None:
    has_a_turn(database_url, tmp_path, SMTP_URL=f"smtp://127.0.0.1:{server.port}", INVOICE_FROM="")
    assert server.accepted == []
    assert {(row["attempts"], row["delivered_at"]) for row in sending.log} == {(0, None)}
