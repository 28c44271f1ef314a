"""Invoices that are sent in a test, by a clock that only the test moves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import sqlalchemy as sa

from callrouter.invoices.model import InvoiceDelivery
from callrouter.invoices.send import ask_to_send, send_next
from callrouter.mail import MailSender
from callrouter.mail import MailServer as Address
from tests.alerts.mail_server import Accepted, MailServer
from tests.billing.history import Accounts, directory
from tests.evidence.logs import logs
from tests.invoices.closing import close_unlogged, take, talk

OCTOBER = datetime(2026, 10, 14, 18, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 3, 9, tzinfo=UTC)
SENDER = "billing@example.org"
NAME = "SIM-000001"


def post_to(port: int, seconds_to_wait: float = 10) -> MailSender:
    return MailSender(Address("127.0.0.1", port, implicit_tls=False), SENDER, seconds_to_wait=seconds_to_wait)


def message(accepted: Accepted) -> EmailMessage:
    return message_from_bytes(accepted.text, policy=policy.default)


class InvoiceSending:
    """A month of sunrise's that has been closed, and the post."""

    def __init__(self, database_url: str, server: MailServer, *, logged: bool = True, **terms: Any) -> None:
        self.accounts = Accounts(database_url, directory(**terms))
        self.accounts.now = NOVEMBER
        self.database = self.accounts.database
        self.mail_sender = post_to(server.port)
        take(self.accounts, [talk(1, OCTOBER), talk(2, OCTOBER, kind="listing")])
        close_unlogged(self.accounts, "2026-10")
        if logged:
            logs(self.database)

    def now(self) -> datetime:
        return self.accounts.now

    def passes(self, time: timedelta) -> None:
        self.accounts.now += time

    def sends(self) -> int:
        """How many were taken, until one was not or nothing is due."""
        taken = 0
        while send_next(self.database, self.mail_sender, self.now):
            taken += 1
        return taken

    def asks(self, address: str, name: str = NAME) -> int:
        return self.database.transact(
            lambda session: ask_to_send(session, name, address, "grace", self.now())
        )

    def makes_due(self) -> None:
        """What waits for its next try, or was claimed by a process that is dead, is due."""
        waits = InvoiceDelivery.next_attempt_at.is_not(None)
        with self.database.engine.begin() as connection:
            connection.execute(sa.update(InvoiceDelivery).where(waits).values(next_attempt_at=NOVEMBER))

    @property
    def log(self) -> list[dict[str, Any]]:
        return self.accounts.rows("invoice_delivery")

    @property
    def delivery(self) -> dict[str, Any]:
        """The only one."""
        [only] = self.log
        return only
