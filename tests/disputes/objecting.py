"""Partners who object in a test, and staff who decide."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from callrouter.billing.credit import Wish, credit
from callrouter.database import Session, sql
from callrouter.disputes.decide import Decided, Decision, decide
from callrouter.disputes.model import ACCEPTED
from callrouter.disputes.objection import Objection, Raised, object_to_charge
from callrouter.money import Money
from callrouter.reports.disputes import Figures, figures
from callrouter.reports.reading import reading
from tests.billing.history import Books, Killed, Told

_ANYTHING = sql("SELECT 1")


def objects(books: Books, call: Told, reason: str = "bad-line") -> Raised:
    return books.database.transact(objecting(books, call, reason))


def objecting(books: Books, call: Told, reason: str = "bad-line") -> Callable[[Session], Raised]:
    """What it is to object, for whoever has a transaction."""
    objection = Objection(call.sid, reason, "nothing but noise", "ada")
    return partial(object_to_charge, objection=objection, now=books.now)


def decides(
    books: Books, call: Told, verdict: str = ACCEPTED, amount: str | None = None, *, killed: bool = False
) -> Decided:
    """Grace decides; or her process is killed before the commit."""
    deed = deciding(books, call, verdict, amount)
    return books.database.transact(partial(_killed, deed) if killed else deed)


def deciding(
    books: Books, call: Told, verdict: str = ACCEPTED, amount: str | None = None
) -> Callable[[Session], Decided]:
    """What it is to decide, for whoever has a transaction."""
    decision = Decision(call.sid, verdict, "looked into", "grace", amount)
    return partial(decide, directories=books.shelf, decision=decision, now=books.now)


def _killed(deed: Callable[[Session], Decided], session: Session) -> Decided:
    deed(session)
    session.ask(_ANYTHING)
    raise Killed


def credits(books: Books, call: Told, amount: int | None = None) -> Money:
    return books.database.transact(crediting(books, call, amount))


def crediting(books: Books, call: Told, amount: int | None = None) -> Callable[[Session], Money]:
    wish = Wish(call.sid, amount, "agreed by telephone", "ada")
    return partial(credit, directories=books.shelf, wish=wish, now=books.now)


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
