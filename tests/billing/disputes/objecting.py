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
from callrouter.reports.disputes import Figures, figures
from callrouter.reports.reading import reading
from tests.billing.history import Books, Killed, Told

_ANYTHING = sa.select(sa.literal(1))


def objects(books: Books, call: Told, reason: str = "bad-line") -> OpenObjection:
    return books.database.transact(objecting(books, call, reason))


def objecting(books: Books, call: Told, reason: str = "bad-line") -> Callable[[Session], OpenObjection]:
    """What it is to object, for whoever has a transaction."""
    objection = Objection(call.sid, reason, "nothing but noise", "ada")
    return partial(object_to_charge, invoice_of_charge=invoice_of_charge, objection=objection, now=books.now)


def decides(
    books: Books, call: Told, verdict: str = ACCEPTED, amount: str | None = None, *, killed: bool = False
) -> DecidedDispute:
    """Grace decides; or her process is killed before the commit."""
    deed = deciding(books, call, verdict, amount)
    return books.database.transact(partial(_killed, deed) if killed else deed)


def deciding(
    books: Books, call: Told, verdict: str = ACCEPTED, amount: str | None = None
) -> Callable[[Session], DecidedDispute]:
    """What it is to decide, for whoever has a transaction."""
    decision = DisputeDecision(call.sid, verdict, "looked into", "grace", amount)
    return partial(decide_dispute, directories=books.shelf, decision=decision, now=books.now)


def _killed(deed: Callable[[Session], DecidedDispute], session: Session) -> DecidedDispute:
    deed(session)
    session.execute(_ANYTHING).all()
    raise Killed


def credits(books: Books, call: Told, amount: int | None = None) -> Money:
    return books.database.transact(crediting(books, call, amount))


def crediting(books: Books, call: Told, amount: int | None = None) -> Callable[[Session], Money]:
    wanted = CreditRequest(call.sid, amount, "agreed by telephone", "ada")
    return partial(credit, directories=books.shelf, wanted=wanted, now=books.now)


def entries(books: Books, call: Told) -> list[tuple[str, int]]:
    """(what, amount) of each entry about the call."""
    return [
        (row["entry_type"], row["amount"]) for row in books.rows("ledger_entry") if row["call"] == call.sid
    ]


def all_figures(books: Books, month: str | None = None) -> list[Figures]:
    with reading(books.database.engine) as connection:
        return list(figures(connection, month))


def dispute(books: Books) -> dict[str, Any]:
    """The only one."""
    [row] = books.rows("dispute")
    return row
