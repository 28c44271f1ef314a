"""Months that are closed in a test."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

import pytest

from callrouter.database import Session
from callrouter.invoices.close import CannotBeClosed, CloseRequest, CloseResult, close_month
from callrouter.invoices.documents import document
from callrouter.invoices.invoice import Invoice
from callrouter.invoices.read import read_invoice
from tests.billing.history import Books, Killed, Told


def talk(
    number: int, at: datetime, partner: str = "sunrise", kind: str = "helpline", seconds: int = 90
) -> Told:
    """A call of a caller of its own."""
    return Told(f"CA{number:05}", partner, kind, f"caller {number}", at, seconds)


def take(books: Books, calls: Sequence[Told], *, confirmed: bool = True) -> None:
    """The calls happen, are worked off, and the carrier's books are read and confirm them."""
    books.stores(calls)
    books.tells([call.sid for call in calls])
    books.compares(call.arrived_at.date() for call in calls)
    if confirmed:
        books.confirms([call.sid for call in calls])


def close(
    books: Books,
    month: str,
    partner: str = "sunrise",
    *,
    early: bool = False,
    killed: bool = False,
    simulated: bool = True,
) -> CloseResult:
    request = CloseRequest(partner, month, simulated, person="ada", early=early)
    return books.database.transact(partial(_close, books, request, killed))


def refused(books: Books, month: str = "2026-10", partner: str = "sunrise", **how: bool) -> CannotBeClosed:
    with pytest.raises(CannotBeClosed) as raised:
        close(books, month, partner, **how)
    return raised.value


def _close(books: Books, request: CloseRequest, killed: bool, session: Session) -> CloseResult:
    closed = close_month(session, books.shelf, request, books.now)
    if killed:
        raise Killed
    return closed


def invoice(books: Books, name: str) -> Invoice:
    return books.database.transact(lambda session: read_invoice(session, name))


def printed(books: Books, name: str, form: str) -> bytes:
    return document(books.database, name, form, books.now + timedelta(seconds=1))
