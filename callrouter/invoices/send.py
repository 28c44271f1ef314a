"""Sends invoices by e-mail. Every delivery stays in the log.

A due delivery is claimed, sent outside a transaction, and its result is recorded. If a process dies in between, the
claim expires and the message is sent again with the same id.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from callrouter.database import Database, Session
from callrouter.database.advisory_lock import AdvisoryLock
from callrouter.errors import NotDelivered, NotKnown
from callrouter.events.lease import Lease, next_attempt
from callrouter.invoices.documents import CSV, PDF, document
from callrouter.invoices.email import Envelope, invoice_email
from callrouter.invoices.model import InvoiceCheckpoint, InvoiceDelivery, InvoiceHead
from callrouter.invoices.read import read_invoice
from callrouter.mail import MailSender
from callrouter.masking import masked

ATTACHED = (PDF, CSV)
SCHEDULE = (
    timedelta(minutes=1),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=1),
)
"""the pause after each failed attempt; after the last one the delivery is given up"""
LONGEST_SENDING = timedelta(minutes=15)
"""then an unfinished claim expires"""
_LONGEST_ERROR = 300

# Not a row lock: that takes the right to change the row, and nobody has it of an invoice.
_LOCK_INVOICE = sa.select(
    sa.func.pg_advisory_xact_lock(AdvisoryLock.INVOICE_DELIVERIES, sa.func.hashtext(InvoiceHead.name))
).where(InvoiceHead.name == sa.bindparam("invoice"))
_SEND_AT_ONCE = (
    sa.update(InvoiceDelivery)
    .where(
        InvoiceDelivery.invoice == sa.bindparam("of_invoice"),
        InvoiceDelivery.address == sa.bindparam("to"),
        InvoiceDelivery.next_attempt_at.is_not(None),
    )
    .values(attempts=0, next_attempt_at=sa.bindparam("now"))
    .returning(InvoiceDelivery.number)
)
_LATEST_NUMBER = sa.select(sa.func.coalesce(sa.func.max(InvoiceDelivery.number), 0)).where(
    InvoiceDelivery.invoice == sa.bindparam("invoice")
)
_ADD = sa.insert(InvoiceDelivery)
_GIVE_UP = (
    sa.update(InvoiceDelivery)
    .where(
        InvoiceDelivery.next_attempt_at <= sa.bindparam("now"),
        InvoiceDelivery.attempts > sa.bindparam("retries"),
    )
    .values(next_attempt_at=None, error=sa.bindparam("why"))
)
_LEASE = Lease(
    InvoiceDelivery,
    LONGEST_SENDING,
    also=[InvoiceDelivery.address],
    ready=sa.exists().where(InvoiceCheckpoint.invoice == InvoiceDelivery.invoice),
)


def ask_to_send(session: Session, name: str, address: str, person: str, now: datetime) -> int:
    """Request the delivery of an invoice. Returns its number. Raises NotKnown if there is no such invoice.

    An open delivery to the same address is retried at once, with all of its attempts.
    """
    # The lock also protects the next number.
    if session.execute(_LOCK_INVOICE, {"invoice": name}).first() is None:
        raise NotKnown(f"there is no invoice {name}: callrouter billing invoices lists them")
    waiting = session.execute(_SEND_AT_ONCE, {"of_invoice": name, "to": address, "now": now}).first()
    if waiting:
        return int(waiting.number)
    number = int(session.execute(_LATEST_NUMBER, {"invoice": name}).scalar()) + 1
    new = {"invoice": name, "number": number, "address": address, "asked_at": now, "asked_by": person}
    session.execute(_ADD, {**new, "attempts": 0, "next_attempt_at": now})
    return number


def send_next(database: Database, mail_sender: MailSender, clock: Callable[[], datetime]) -> bool:
    """Try the delivery that has been due longest. False if nothing was sent, so that other tasks get their turn.

    A mail server that does not answer costs its timeout.
    """
    claimed = database.transact(lambda session: _claim(session, clock()))
    if claimed is None:
        return False
    failure = _failure(database, mail_sender, claimed, clock())
    database.transact(lambda session: _record(session, claimed, failure, clock()))
    return failure is None


def _claim(session: Session, now: datetime) -> Any | None:
    # An invoice whose printing kills the worker is not printed for ever.
    given_up = {"now": now, "retries": len(SCHEDULE), "why": "nothing was heard of the last attempt"}
    session.execute(_GIVE_UP, given_up)
    return _LEASE.claim(session, now)


def _failure(database: Database, mail_sender: MailSender, claimed: Any, now: datetime) -> Exception | None:
    try:
        _send(database, mail_sender, claimed, now)
    except NotDelivered as failure:
        return failure
    except Exception as error:  # recorded in the log of deliveries, where staff see it
        return NotDelivered(f"{type(error).__name__}: {error}")
    return None


def _send(database: Database, mail_sender: MailSender, claimed: Any, now: datetime) -> None:
    invoice = database.transact(lambda session: read_invoice(session, claimed.invoice))
    documents = {form: document(database, claimed.invoice, form, now) for form in ATTACHED}
    envelope = Envelope(mail_sender.sender, claimed.address, claimed.number, now)
    mail_sender.send(invoice_email(invoice, envelope, documents))


def _record(session: Session, claimed: Any, failure: Exception | None, now: datetime) -> None:
    if failure is None:
        _LEASE.finish(session, claimed, delivered_at=now)
    else:
        at = next_attempt(SCHEDULE, claimed.attempts, now)
        _LEASE.retry(session, claimed, masked(str(failure))[:_LONGEST_ERROR], at)
