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
from tests.billing.history import Books, directory
from tests.billing.manual_entries import adjusts, lines, paying, pays
from tests.billing.meanwhile import meanwhile
from tests.directories import a_directory, center, partner, put_in_force, rate


@pytest.fixture
def books(database_url: str) -> Iterator[Books]:
    books = Books(database_url, directory())
    yield books
    books.close()


def test_an_adjustment_has_its_sign_a_person_and_a_reason(books: Books) -> None:
    assert adjusts(books, "12.50") == Money(1250, "USD")
    assert adjusts(books, "2.50", off=True) == Money(-250, "USD")
    rows = books.rows("ledger_entry")
    assert [(row["entry_type"], row["kind"], row["amount"]) for row in rows] == [
        ("adjustment", "adjustment", 1250),
        ("adjustment", "adjustment", -250),
    ]
    assert {(row["person"], row["reason"], row["call"], row["simulated"]) for row in rows} == {
        ("ada", "agreed", None, True)
    }


def test_a_payment_is_taken_off_and_keeps_its_reference(books: Books) -> None:
    assert pays(books, "350.00", "wire 17") == Money(35_000, "USD")
    [row] = books.rows("ledger_entry")
    assert (row["entry_type"], row["kind"], row["amount"], row["reason"]) == (
        "payment",
        "payment",
        35_000,
        "wire 17",
    )
    assert lines(books)[-1]["balance"] == "-350.00"


@pytest.mark.parametrize("again", ["überweisung 17", "ÜBERWEISUNG 17", "U\u0308berweisung  17 "])
@pytest.mark.parametrize("amount", ["350.00", "10.00"])
def test_a_reference_is_entered_once_for_a_partner(books: Books, again: str, amount: str) -> None:
    pays(books, "350.00", "Überweisung 17")
    with pytest.raises(
        Fault, match=r"'Überweisung 17' of sunrise is already entered: 350\.00 USD, on 2026-10-01"
    ):
        pays(books, amount, again)
    assert len(books.rows("ledger_entry")) == 1


def test_another_partner_and_what_is_simulated_may_have_the_same_reference(books: Books) -> None:
    pays(books, "350.00", "wire 17")
    pays(books, "350.00", "wire 17", partner="harbor")
    pays(books, "350.00", "wire 17", simulated=False)
    pays(books, "350.00", "wire 18")
    assert len(books.rows("ledger_entry")) == 4


def test_two_who_enter_the_same_payment_at_once_enter_one(books: Books) -> None:
    same = paying(books, "350.00", "wire 17")
    refused = meanwhile(books.database, same, same)
    assert isinstance(refused, Fault)
    assert "already entered" in str(refused)
    assert len(books.rows("ledger_entry")) == 1


def test_whoever_enters_something_else_at_once_waits_for_the_other(books: Books) -> None:
    other = paying(books, "1.00", "wire 18")
    assert meanwhile(books.database, paying(books, "350.00", "wire 17"), other) == Money(100, "USD")
    assert [row["amount"] for row in books.rows("ledger_entry")] == [35_000, 100]


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
def test_what_is_no_amount_is_not_entered(books: Books, amount: str, told: str) -> None:
    for enters in (
        partial(adjusts, books),
        partial(adjusts, books, off=True),
        partial(pays, books, reference="x"),
    ):
        with pytest.raises(Fault, match=told):
            enters(amount)
    assert books.rows("ledger_entry") == []


def test_nothing_is_entered_for_a_partner_that_there_never_was(books: Books) -> None:
    for enters in (adjusts, partial(pays, reference="wire 17")):
        with pytest.raises(NotKnown, match="there is no partner nobody"):
            enters(books, "1.00", partner="nobody")


def test_it_counts_for_the_partner_s_day(books: Books) -> None:
    """It is November in London, and still October in Los Angeles."""
    books.now = datetime(2026, 11, 1, 6, 59, 59, tzinfo=UTC)
    adjusts(books, "1.00")
    books.now += timedelta(seconds=1)
    adjusts(books, "2.00")
    assert [(row["day"], row["period"]) for row in books.rows("ledger_entry")] == [
        ("2026-10-31", "2026-10"),
        ("2026-11-01", "2026-11"),
    ]


def test_where_the_month_is_closed_it_counts_for_the_next(books: Books) -> None:
    closes(books, "2026-10")
    adjusts(books, "1.00")
    adjusts(books, "1.00", simulated=False)
    assert [row["day"] for row in books.rows("ledger_entry")] == ["2026-11-01", "2026-10-01"]


def closes(books: Books, month: str) -> None:
    values = {"partner": "sunrise", "simulated": True, "period": month, "closed_at": books.now}
    with books.database.engine.begin() as connection:
        connection.execute(sa.insert(tables.ClosedMonth).values(**values, person="ada"))


def without_rates(*rates: Any) -> Any:
    return a_directory(partner(rates=rates), center("sunrise-la"))


def test_a_partner_without_a_rate_is_asked_for_its_currency(books: Books) -> None:
    put_in_force(books.database, without_rates(), books.now)
    with pytest.raises(Fault, match=r"is in no currency yet: say which with --currency"):
        adjusts(books, "1.00")
    assert adjusts(books, "500", currency="JPY") == Money(500, "JPY")
    assert adjusts(books, "500") == Money(500, "JPY")


def test_an_account_in_two_currencies_is_asked_which(books: Books) -> None:
    adjusts(books, "1.00")
    put_in_force(books.database, without_rates(rate(currency="CAD", begins=date(2026, 10, 1))), books.now)
    with pytest.raises(Fault, match=r"is in CAD and USD: say which with --currency"):
        pays(books, "1.00", "wire 17")
    assert pays(books, "1.00", "wire 17", currency="CAD") == Money(100, "CAD")


def test_a_currency_that_the_account_does_not_have_is_a_slip(books: Books) -> None:
    with pytest.raises(Fault, match="the account of sunrise is in USD"):
        pays(books, "1.00", "wire 17", currency="EUR")


def test_a_partner_that_has_left_can_still_pay(books: Books) -> None:
    adjusts(books, "1.00")
    put_in_force(books.database, a_directory(center("harbor-sd")), books.now)
    assert pays(books, "1.00", "wire 17") == Money(100, "USD")
