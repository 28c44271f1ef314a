"""Money is whole minor units; what is not a plain amount is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callrouter.money import MINOR_UNITS, Money, parse_amount

currencies = st.sampled_from(sorted(MINOR_UNITS))


@given(st.integers(0, 10**12 - 1), currencies)
def test_an_amount_is_read_as_it_was_written(minor: int, currency: str) -> None:
    assert parse_amount(Money(minor, currency).decimal(), currency) == minor


@given(st.integers(-(10**15), 10**15), currencies)
def test_an_amount_is_written_with_the_decimals_of_its_currency(minor: int, currency: str) -> None:
    whole, _, decimals = Money(minor, currency).decimal().partition(".")
    assert len(decimals) == MINOR_UNITS[currency]
    assert int(whole + decimals) == minor


@pytest.mark.parametrize(
    ("money", "written"),
    [
        (Money(3500, "USD"), "35.00 USD"),
        (Money(5, "EUR"), "0.05 EUR"),
        (Money(0, "GBP"), "0.00 GBP"),
        (Money(350, "JPY"), "350 JPY"),
        (Money(-2000, "CAD"), "-20.00 CAD"),
    ],
)
def test_money_reads_as_people_write_it(money: Money, written: str) -> None:
    assert str(money) == written


@pytest.mark.parametrize(
    ("text", "minor"), [("35.00", 3500), ("35", 3500), ("35.5", 3550), ("0", 0), ("0.01", 1)]
)
def test_plain_amounts_are_read(text: str, minor: int) -> None:
    assert parse_amount(text, "USD") == minor


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-1",
        "-0.01",
        "35.001",
        "0.005",
        "35,00",
        "$35",
        "35 USD",
        "NaN",
        "sNaN",
        "Infinity",
        "thirty",
        "0x10",
        "--1",
    ],
)
def test_what_is_no_amount_is_refused_with_what_was_given(text: str) -> None:
    with pytest.raises(ValueError, match="amount") as refused:
        parse_amount(text, "USD")
    assert repr(text) in str(refused.value)


@pytest.mark.parametrize(
    "text", ["1e3", "1e999999", "9" * 30, " 35.00", "35.00\n", "3_5", "+35", "３５", "35."]
)
def test_what_only_a_machine_takes_for_an_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="amount"):
        parse_amount(text, "USD")


def test_a_currency_without_decimals_has_none() -> None:
    assert parse_amount("350", "JPY") == 350
    with pytest.raises(ValueError, match="whole minor units of JPY"):
        parse_amount("350.5", "JPY")


def test_an_unknown_currency_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(ValueError, match=r"unknown currency 'XXX'.*USD"):
        parse_amount("1.00", "XXX")
