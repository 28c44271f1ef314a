"""What a person enters in an account: with a sign, in the account's currency, on a day that is open, and once."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

import callrouter.model as tables
from callrouter.errors import Fault, NotKnown
from callrouter.money import Money
from tests.billing.history import Accounts, directory
from tests.billing.manual_entries import adjusts, lines, paying, pays
from tests.billing.meanwhile import meanwhile
from tests.directories import a_directory, center, partner, put_in_force, rate


@pytest.fixture
def accounts(database_url: str) -> Iterator[Accounts]:
    accounts = Accounts(database_url, directory())
    yield accounts
    accounts.close()


def test_an_adjustment_has_its_sign_a_person_and_a_reason(accounts: Accounts) -> None:
    assert adjusts(accounts, "12.50") == Money(1250, "USD")
    assert adjusts(accounts, "2.50", off=True) == Money(-250, "USD")
    rows = accounts.rows("ledger_entry")
    assert [(row["entry_type"], row["kind"], row["amount"]) for row in rows] == [
        ("adjustment", "adjustment", 1250),
        ("adjustment", "adjustment", -250),
    ]
    assert {(row["person"], row["reason"], row["call"], row["simulated"]) for row in rows} == {
        ("ada", "agreed", None, True)
    }


def test_a_payment_is_taken_off_and_keeps_its_reference(accounts: Accounts) -> None:
    assert pays(accounts, "350.00", "wire 17") == Money(35_000, "USD")
    [row] = accounts.rows("ledger_entry")
    assert (row["entry_type"], row["kind"], row["amount"], row["reason"]) == (
        "payment",
        "payment",
        35_000,
        "wire 17",
    )
    assert lines(accounts)[-1]["balance"] == "-350.00"


@pytest.mark.parametrize("again", ["überweisung 17", "ÜBERWEISUNG 17", "U\u0308berweisung  17 "])
@pytest.mark.parametrize("amount", ["350.00", "10.00"])
def test_a_reference_is_entered_once_for_a_partner(accounts: Accounts, again: str, amount: str) -> None:
    pays(accounts, "350.00", "Überweisung 17")
    with pytest.raises(
        Fault, match=r"'Überweisung 17' of sunrise is already entered: 350\.00 USD, on 2026-10-01"
    ):
        pays(accounts, amount, again)
    assert len(accounts.rows("ledger_entry")) == 1


def test_another_partner_and_what_is_simulated_may_have_the_same_reference(accounts: Accounts) -> None:
    pays(accounts, "350.00", "wire 17")
    pays(accounts, "350.00", "wire 17", partner="harbor")
    pays(accounts, "350.00", "wire 17", simulated=False)
    pays(accounts, "350.00", "wire 18")
    assert len(accounts.rows("ledger_entry")) == 4


def test_two_who_enter_the_same_payment_at_once_enter_one(accounts: Accounts) -> None:
    same = paying(accounts, "350.00", "wire 17")
    refused = meanwhile(accounts.database, same, same)
    assert isinstance(refused, Fault)
    assert "already entered" in str(refused)
    assert len(accounts.rows("ledger_entry")) == 1


def test_whoever_enters_something_else_at_once_waits_for_the_other(accounts: Accounts) -> None:
    other = paying(accounts, "1.00", "wire 18")
    assert meanwhile(accounts.database, paying(accounts, "350.00", "wire 17"), other) == Money(100, "USD")
    assert [row["amount"] for row in accounts.rows("ledger_entry")] == [35_000, 100]


@pytest.mark.parametrize(
    ("amount", "told"),
    [
        ("0", "more than nothing"),
        ("0.00", "more than nothing"),
        ("-5.00", "is not an amount"),
        ("1.005", "not an amount in whole minor units"),
        ("ten", "is not an amount"),
        ("10000000000.01", "up to 10000000000.00 USD"),
        ("9" * 18, "up to 10000000000.00 USD"),
    ],
)
def test_what_is_no_amount_is_not_entered(accounts: Accounts, amount: str, told: str) -> None:
    for enters in (
        partial(adjusts, accounts),
        partial(adjusts, accounts, off=True),
        partial(pays, accounts, reference="x"),
    ):
        with pytest.raises(Fault, match=told):
            enters(amount)
    assert accounts.rows("ledger_entry") == []


def test_nothing_is_entered_for_a_partner_that_there_never_was(accounts: Accounts) -> None:
    for enters in (adjusts, partial(pays, reference="wire 17")):
        with pytest.raises(NotKnown, match="there is no partner nobody"):
            enters(accounts, "1.00", partner="nobody")


def test_it_counts_for_the_partner_s_day(accounts: Accounts) -> None:
    """It is November in London, and still October in Los Angeles."""
    accounts.now = datetime(2026, 11, 1, 6, 59, 59, tzinfo=UTC)
    adjusts(accounts, "1.00")
    accounts.now += timedelta(seconds=1)
    adjusts(accounts, "2.00")
    assert [(row["day"], row["period"]) for row in accounts.rows("ledger_entry")] == [
        ("2026-10-31", "2026-10"),
        ("2026-11-01", "2026-11"),
    ]


def test_where_the_month_is_closed_it_counts_for_the_next(accounts: Accounts) -> None:
    closes(accounts, "2026-10")
    adjusts(accounts, "1.00")
    adjusts(accounts, "1.00", simulated=False)
    assert [row["day"] for row in accounts.rows("ledger_entry")] == ["2026-11-01", "2026-10-01"]


def closes(accounts: Accounts, month: str) -> None:
    values = {"partner": "sunrise", "simulated": True, "period": month, "closed_at": accounts.now}
    with accounts.database.engine.begin() as connection:
        connection.execute(sa.insert(tables.ClosedMonth).values(**values, person="ada"))


def without_rates(*rates: Any) -> Any:
    return a_directory(partner(rates=rates), center("sunrise-la"))


def test_a_partner_without_a_rate_is_asked_for_its_currency(accounts: Accounts) -> None:
    put_in_force(accounts.database, without_rates(), accounts.now)
    with pytest.raises(Fault, match=r"is in no currency yet: say which with --currency"):
        adjusts(accounts, "1.00")
    assert adjusts(accounts, "500", currency="JPY") == Money(500, "JPY")
    assert adjusts(accounts, "500") == Money(500, "JPY")


def test_an_account_in_two_currencies_is_asked_which(accounts: Accounts) -> None:
    adjusts(accounts, "1.00")
    put_in_force(
        accounts.database, without_rates(rate(currency="CAD", begins=date(2026, 10, 1))), accounts.now
    )
    with pytest.raises(Fault, match=r"is in CAD and USD: say which with --currency"):
        pays(accounts, "1.00", "wire 17")
    assert pays(accounts, "1.00", "wire 17", currency="CAD") == Money(100, "CAD")


def test_a_currency_that_the_account_does_not_have_is_a_slip(accounts: Accounts) -> None:
    with pytest.raises(Fault, match="the account of sunrise is in USD"):
        pays(accounts, "1.00", "wire 17", currency="EUR")


def test_a_partner_that_has_left_can_still_pay(accounts: Accounts) -> None:
    adjusts(accounts, "1.00")
    put_in_force(accounts.database, a_directory(center("harbor-sd")), accounts.now)
    assert pays(accounts, "1.00", "wire 17") == Money(100, "USD")
