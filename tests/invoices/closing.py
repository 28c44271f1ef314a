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
from tests.billing.history import Accounts, Killed, ReportedCall
from tests.evidence.logs import logs


def talk(
    number: int, at: datetime, partner: str = "sunrise", kind: str = "helpline", seconds: int = 90
) -> ReportedCall:
    """A call of a caller of its own."""
    return ReportedCall(f"CA{number:05}", partner, kind, f"caller {number}", at, seconds)


def take(accounts: Accounts, calls: Sequence[ReportedCall], *, confirmed: bool = True) -> None:
    """The calls happen, are worked off, and the carrier's records are read and confirm them."""
    accounts.stores(calls)
    accounts.tells([call.sid for call in calls])
    accounts.compares(call.arrived_at.date() for call in calls)
    if confirmed:
        accounts.confirms([call.sid for call in calls])


def close(accounts: Accounts, month: str, partner: str = "sunrise", **how: bool) -> CloseResult:
    """Close a month, while the evidence log is written beside it."""
    closed = close_unlogged(accounts, month, partner, **how)
    logs(accounts.database)
    return closed


def close_unlogged(
    accounts: Accounts,
    month: str,
    partner: str = "sunrise",
    *,
    early: bool = False,
    killed: bool = False,
    simulated: bool = True,
) -> CloseResult:
    """Close a month, while the evidence log stands still."""
    request = CloseRequest(partner, month, simulated, person="ada", early=early)
    return accounts.database.transact(partial(_close, accounts, request, killed))


def refused(
    accounts: Accounts, month: str = "2026-10", partner: str = "sunrise", **how: bool
) -> CannotBeClosed:
    with pytest.raises(CannotBeClosed) as raised:
        close(accounts, month, partner, **how)
    return raised.value


def _close(accounts: Accounts, request: CloseRequest, killed: bool, session: Session) -> CloseResult:
    closed = close_month(session, accounts.shelf, request, accounts.now)
    if killed:
        raise Killed
    return closed


def invoice(accounts: Accounts, name: str) -> Invoice:
    return accounts.database.transact(lambda session: read_invoice(session, name))


def printed(accounts: Accounts, name: str, form: str) -> bytes:
    return document(accounts.database, name, form, accounts.now + timedelta(seconds=1))
