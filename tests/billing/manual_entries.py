"""Manual entries in a test, and what the accounts come to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from callrouter.billing.manual_entries import ManualEntry, adjust, record_payment
from callrouter.database import Session
from callrouter.money import Money
from callrouter.reports.money.account_balances import account_balances
from callrouter.reports.money.statement import Balance, StatementLine, balances, statement
from callrouter.reports.reading import reading
from tests.billing.history import Accounts

Entered = tuple[str, str]
"""what, and the amount with its sign"""


def adjusts(accounts: Accounts, amount: str, *, off: bool = False, **other: Any) -> Money:
    wanted = _wanted(amount, "agreed", other)
    deed = partial(adjust, directories=accounts.shelf, wanted=wanted, now=accounts.now, off=off)
    return accounts.database.transact(deed)


def pays(accounts: Accounts, amount: str, reference: str, **other: Any) -> Money:
    return accounts.database.transact(paying(accounts, amount, reference, **other))


def paying(accounts: Accounts, amount: str, reference: str, **other: Any) -> Callable[[Session], Money]:
    """What it is to enter a payment, for whoever has a transaction."""
    return partial(
        record_payment, directories=accounts.shelf, wanted=_wanted(amount, reference, other), now=accounts.now
    )


def _wanted(amount: str, why: str, other: dict[str, Any]) -> ManualEntry:
    values = {"partner": "sunrise", "person": "ada", "simulated": True, **other}
    return ManualEntry(amount=amount, why=why, **values)


def all_balances(accounts: Accounts) -> list[Balance]:
    """What the entries come to. The totals, which pages are made from, say the same."""
    with reading(accounts.database.engine) as connection:
        found = list(balances(connection))
        assert list(account_balances(connection)) == found
        for partner in {balance["partner"] for balance in found}:
            own = [balance for balance in found if balance["partner"] == partner]
            assert list(account_balances(connection, partner)) == own
        return found


def lines(
    accounts: Accounts, partner: str = "sunrise", since: str | None = None, until: str | None = None
) -> list[StatementLine]:
    with reading(accounts.database.engine) as connection:
        return list(statement(connection, partner, since, until))


def entered(told: Sequence[StatementLine]) -> list[Entered]:
    """The entries among them."""
    return [(line["what"], line["amount"]) for line in told if line["amount"] is not None]
