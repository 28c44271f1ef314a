"""Partners who object in a test, and staff who decide."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import sqlalchemy as sa

from callrouter.billing.disputes.decision import DecidedDispute, DisputeDecision, decide_dispute
from callrouter.billing.disputes.model import ACCEPTED
from callrouter.billing.disputes.objection import Objection, OpenObjection, object_to_charge
from callrouter.billing.manual_entries import CreditRequest, credit
from callrouter.database import Session
from callrouter.invoices.invoice_of_charge import invoice_of_charge
from callrouter.money import Money
from callrouter.reports.money.disputes import Figures, figures
from callrouter.reports.reading import reading
from tests.billing.history import Accounts, Killed, ReportedCall

_ANYTHING = sa.select(sa.literal(1))


def objects(accounts: Accounts, call: ReportedCall, reason: str = "bad-line") -> OpenObjection:
    return accounts.database.transact(objecting(accounts, call, reason))


def objecting(
    accounts: Accounts, call: ReportedCall, reason: str = "bad-line"
) -> Callable[[Session], OpenObjection]:
    """What it is to object, for whoever has a transaction."""
    objection = Objection(call.sid, reason, "nothing but noise", "ada")
    return partial(
        object_to_charge, invoice_of_charge=invoice_of_charge, objection=objection, now=accounts.now
    )


def decides(
    accounts: Accounts,
    call: ReportedCall,
    verdict: str = ACCEPTED,
    amount: str | None = None,
    *,
    killed: bool = False,
) -> DecidedDispute:
    """Grace decides; or her process is killed before the commit."""
    deed = deciding(accounts, call, verdict, amount)
    return accounts.database.transact(partial(_killed, deed) if killed else deed)


def deciding(
    accounts: Accounts, call: ReportedCall, verdict: str = ACCEPTED, amount: str | None = None
) -> Callable[[Session], DecidedDispute]:
    """What it is to decide, for whoever has a transaction."""
    decision = DisputeDecision(call.sid, verdict, "looked into", "grace", amount)
    return partial(decide_dispute, directories=accounts.shelf, decision=decision, now=accounts.now)


def _killed(deed: Callable[[Session], DecidedDispute], session: Session) -> DecidedDispute:
    deed(session)
    session.execute(_ANYTHING).all()
    raise Killed


def credits(accounts: Accounts, call: ReportedCall, amount: int | None = None) -> Money:
    return accounts.database.transact(crediting(accounts, call, amount))


def crediting(
    accounts: Accounts, call: ReportedCall, amount: int | None = None
) -> Callable[[Session], Money]:
    wanted = CreditRequest(call.sid, amount, "agreed by telephone", "ada")
    return partial(credit, directories=accounts.shelf, wanted=wanted, now=accounts.now)


def entries(accounts: Accounts, call: ReportedCall) -> list[tuple[str, int]]:
    """(what, amount) of each entry about the call."""
    return [
        (row["entry_type"], row["amount"]) for row in accounts.rows("ledger_entry") if row["call"] == call.sid
    ]


def all_figures(accounts: Accounts, month: str | None = None) -> list[Figures]:
    with reading(accounts.database.engine) as connection:
        return list(figures(connection, month))


def dispute(accounts: Accounts) -> dict[str, Any]:
    """The only one."""
    [row] = accounts.rows("dispute")
    return row
