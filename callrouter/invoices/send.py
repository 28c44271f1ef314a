"""Sending invoices by e-mail: each delivery is asked for, tried when it is due, and stays in the log.

What is due is claimed, printed and sent outside of any transaction, and what came of it is recorded. A process that
dies between sending and recording leaves its claim, which runs out; then the same is sent again under the same name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from callrouter.database import Database, Session, sql
from callrouter.errors import NotDelivered, NotKnown
from callrouter.invoices.documents import CSV, PDF, document
from callrouter.invoices.letter import Envelope, letter
from callrouter.invoices.read import read_invoice
from callrouter.mail import Post

ATTACHED = (PDF, CSV)
SCHEDULE = (
    timedelta(minutes=1),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=1),
)
"""how long after an attempt the next one is; after the last a delivery is given up"""
LONGEST_SENDING = timedelta(minutes=15)
"""a claim of which nothing more is heard runs out"""
_LONGEST_ERROR = 300

_ISSUED = sql("SELECT 1 FROM invoice WHERE name = :invoice FOR UPDATE")
_HURRY = sql(
    "UPDATE invoice_delivery SET attempts = 0, next_try_at = :now"
    " WHERE invoice = :invoice AND address = :address AND next_try_at IS NOT NULL RETURNING number"
)
_ASK = sql(
    "INSERT INTO invoice_delivery (invoice, number, address, asked_at, asked_by, attempts, next_try_at)"
    " VALUES (:invoice, (SELECT COALESCE(MAX(number), 0) + 1 FROM invoice_delivery WHERE invoice = :invoice),"
    " :address, :now, :person, 0, :now) RETURNING number"
)
_GIVE_UP = sql(
    "UPDATE invoice_delivery SET next_try_at = NULL, error = :error WHERE next_try_at <= :now AND attempts > :retries"
)
_CLAIM = sql(
    "UPDATE invoice_delivery SET attempts = attempts + 1, next_try_at = :claimed_until WHERE (invoice, number) ="
    " (SELECT invoice, number FROM invoice_delivery WHERE next_try_at <= :now"
    " ORDER BY next_try_at, invoice, number LIMIT 1)"
    # Another worker may have claimed it in this very moment.
    " AND next_try_at <= :now RETURNING invoice, number, address, attempts"
)
_DELIVERED = sql(
    "UPDATE invoice_delivery SET delivered_at = :now, next_try_at = NULL, error = NULL"
    " WHERE invoice = :invoice AND number = :number"
)
_FAILED = sql(
    "UPDATE invoice_delivery SET next_try_at = :next_try_at, error = :error"
    " WHERE invoice = :invoice AND number = :number AND attempts = :attempts AND delivered_at IS NULL"
)


@dataclass(frozen=True, slots=True)
class _Claimed:
    """A delivery that is ours to try."""

    invoice: str
    number: int
    address: str
    attempts: int
    """with the one that is to come"""


def ask_to_send(session: Session, name: str, address: str, person: str, now: datetime) -> int:
    """Ask for an invoice to be sent; the number of its delivery. Raises NotKnown where there is no such invoice.

    One that is on its way to this address is not sent twice: it is tried at once, with all its attempts.
    """
    if not session.ask(_ISSUED, invoice=name):
        raise NotKnown(f"there is no invoice {name}: callrouter billing invoices lists them")
    wanted = {"invoice": name, "address": address, "now": now}
    found = session.ask(_HURRY, **wanted) or session.ask(_ASK, **wanted, person=person)
    return int(found[0][0])


def send_next(database: Database, post: Post, clock: Callable[[], datetime]) -> bool:
    """Try the delivery that has been due for longest. False where nothing was sent: then it is time for others.

    A mail server that does not answer costs its time-out, so whoever shares the worker has a turn after a failure.
    """
    claimed = database.transact(lambda session: _claim(session, clock()))
    if claimed is None:
        return False
    failure = _failure(database, post, claimed, clock())
    database.transact(lambda session: _record(session, claimed, failure, clock()))
    return failure is None


def next_try(attempts: int, failed_at: datetime) -> datetime | None:
    """When a delivery that has failed so often is tried again; None: it is given up."""
    return failed_at + SCHEDULE[attempts - 1] if attempts <= len(SCHEDULE) else None


def _claim(session: Session, now: datetime) -> _Claimed | None:
    # An invoice that kills whoever prints it is not printed for ever.
    session.tell(_GIVE_UP, now=now, retries=len(SCHEDULE), error="nothing was heard of the last attempt")
    claimed = session.ask(_CLAIM, now=now, claimed_until=now + LONGEST_SENDING)
    return _Claimed(*claimed[0]) if claimed else None


def _failure(database: Database, post: Post, claimed: _Claimed, now: datetime) -> Exception | None:
    try:
        _send(database, post, claimed, now)
    except NotDelivered as failure:
        return failure
    except Exception as error:  # recorded in the log of deliveries, where staff see it
        return NotDelivered(f"{type(error).__name__}: {error}")
    return None


def _send(database: Database, post: Post, claimed: _Claimed, now: datetime) -> None:
    invoice = database.transact(lambda session: read_invoice(session, claimed.invoice))
    documents = {form: document(database, claimed.invoice, form, now) for form in ATTACHED}
    envelope = Envelope(post.sender, claimed.address, claimed.number, now)
    post.hand_in(letter(invoice, envelope, documents))


def _record(session: Session, claimed: _Claimed, failure: Exception | None, now: datetime) -> None:
    delivery = {"invoice": claimed.invoice, "number": claimed.number}
    if failure is None:
        session.tell(_DELIVERED, **delivery, now=now)
        return
    session.tell(
        _FAILED,
        **delivery,
        attempts=claimed.attempts,
        next_try_at=next_try(claimed.attempts, now),
        error=str(failure)[:_LONGEST_ERROR],
    )
