"""What a version changes for whoever pays, in words; a new partner changes nobody's price."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from callrouter.directory.directory import Directory, Partner
from callrouter.directory.rate_changes import rate_changes
from tests.directories import a_directory, center, helpline, partner, rate

NEXT_YEAR = date(2027, 1, 1)
SUNRISE = partner("sunrise", rates=(rate(),))


def told(before: Partner, after: Partner) -> tuple[str, ...]:
    return rate_changes(a_directory(before), a_directory(after))


def with_rates(*rates: Any, **changes: Any) -> Partner:
    return replace(SUNRISE, rates=rates, **changes)


def test_a_coming_price_is_told_beside_the_one_that_it_follows() -> None:
    after = with_rates(rate(), rate(price_minor=4000, begins=NEXT_YEAR))
    assert told(SUNRISE, after) == ("sunrise: helpline 35.00 USD -> 40.00 USD from 2027-01-01",)
    assert told(after, SUNRISE) == ("sunrise: helpline 40.00 USD -> 35.00 USD from 2027-01-01",)


@pytest.mark.parametrize(
    ("after", "change"),
    [
        (with_rates(rate(price_minor=3000)), "helpline 35.00 USD -> 30.00 USD from 2026-01-01"),
        (
            with_rates(rate(free_calls=10)),
            "helpline 35.00 USD (free calls 0) -> 35.00 USD (free calls 10) from 2026-01-01",
        ),
        (
            with_rates(rate(currency="EUR")),
            "helpline 35.00 USD -> 35.00 EUR from 2026-01-01",
        ),
        (
            with_rates(rate("monthly")),
            "monthly nothing -> 20.00 USD from 2026-01-01",
        ),
        (
            with_rates(rate(), rate("monthly", price_minor=50_000)),
            "monthly nothing -> 500.00 USD from 2026-01-01",
        ),
        (with_rates(rate(), monthly_ceiling_minor=150_000), "monthly ceiling none -> 1500.00 USD"),
    ],
)
def test_whatever_a_partner_pays_otherwise_is_a_change(after: Partner, change: str) -> None:
    assert f"sunrise: {change}" in told(SUNRISE, after)


def test_a_rate_that_begins_later_is_a_change_until_then() -> None:
    before = with_rates(rate(), rate(price_minor=4000, begins=NEXT_YEAR))
    after = with_rates(rate(), rate(price_minor=4000, begins=date(2027, 2, 1)))
    assert told(before, after) == ("sunrise: helpline 40.00 USD -> 35.00 USD from 2027-01-01 to 2027-01-31",)


@pytest.mark.parametrize(
    "after",
    [
        replace(SUNRISE, timezone="America/New_York", name="Sunrise", status="ended", billing_email=""),
        SUNRISE,
    ],
)
def test_what_is_no_price_is_no_change(after: Partner) -> None:
    assert told(SUNRISE, after) == ()


def test_what_two_rates_do_not_have_in_common_is_told() -> None:
    assert told(SUNRISE, with_rates(rate(repeat_days=7))) == (
        "sunrise: helpline 35.00 USD (repeat days 30) -> 35.00 USD (repeat days 7) from 2026-01-01",
    )
    [change] = told(SUNRISE, with_rates())
    assert "35.00 USD (minimum seconds 30, repeat days 30, free calls 0) -> nothing from" in change


def test_a_rate_that_says_what_was_so_anyway_is_no_change() -> None:
    assert told(SUNRISE, with_rates(rate(), rate(begins=NEXT_YEAR))) == ()


def test_the_order_of_the_rates_is_no_change() -> None:
    two = (rate(), rate("listing"))
    assert told(with_rates(*two), with_rates(*reversed(two))) == ()


@pytest.mark.parametrize("before", [Directory(), a_directory(with_rates()), a_directory(partner("harbor"))])
def test_the_first_rates_of_a_partner_change_nobodys_price(before: Directory) -> None:
    after = a_directory(SUNRISE, *before.partners.values())
    assert rate_changes(before, replace(after, partners={**after.partners, "sunrise": SUNRISE})) == ()


def test_whoever_leaves_takes_the_rates_along() -> None:
    """Or it could be taken out, and come back with others as if it were new."""
    before = a_directory(SUNRISE, center("harbor-bos"), helpline("harbor-bos"))
    [change] = rate_changes(before, a_directory(center("harbor-bos"), helpline("harbor-bos")))
    assert change.endswith("-> nothing from 2026-01-01")
