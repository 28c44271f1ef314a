"""What a version changes for whoever pays, in words; a new partner changes nobody's price."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from callrouter.billing.monthly_fee import OWING
from callrouter.directory.directory import Directory, Partner
from callrouter.directory.proposals.rate_changes import OWES_ITS_FEE, EarlierVersions, rate_changes
from tests.directories import a_directory, center, helpline, listing, number_of, partner, rate

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
        (with_rates(rate(), spend_cap_minor=150_000), "monthly ceiling none -> 1500.00 USD"),
    ],
)
def test_whatever_a_partner_pays_otherwise_is_a_change(after: Partner, change: str) -> None:
    assert f"sunrise: {change}" in told(SUNRISE, after)


def test_a_rate_that_begins_later_is_a_change_until_then() -> None:
    before = with_rates(rate(), rate(price_minor=4000, begins=NEXT_YEAR))
    after = with_rates(rate(), rate(price_minor=4000, begins=date(2027, 2, 1)))
    assert told(before, after) == ("sunrise: helpline 40.00 USD -> 35.00 USD from 2027-01-01 to 2027-01-31",)


@pytest.mark.parametrize(
    "after", [replace(SUNRISE, name="Sunrise", status="suspended", billing_email=""), SUNRISE]
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


WITH_FEE = with_rates(rate(), rate("monthly"))


@pytest.mark.parametrize(
    ("before", "after", "does"),
    [
        ("verified", "pending", "ends"),
        ("suspended", "ended", "ends"),
        ("pending", "verified", "begins"),
        ("ended", "suspended", "begins"),
    ],
)
def test_a_status_that_turns_the_monthly_fee_on_or_off_is_a_change(
    before: str, after: str, does: str
) -> None:
    assert told(replace(WITH_FEE, status=before), replace(WITH_FEE, status=after)) == (
        f"sunrise: status {before} -> {after}, which {does} the monthly fee",
    )


def test_suspending_is_quick_and_so_is_any_status_of_whoever_pays_no_fee() -> None:
    assert told(WITH_FEE, replace(WITH_FEE, status="suspended")) == ()
    assert told(SUNRISE, replace(SUNRISE, status="ended")) == ()


def test_a_fee_is_owed_in_the_statuses_in_which_it_is_charged() -> None:
    assert OWES_ITS_FEE == OWING


def test_another_time_zone_is_a_change_of_whoever_pays() -> None:
    """Its rates begin at another moment, and its months."""
    [change] = told(SUNRISE, replace(SUNRISE, timezone="Pacific/Kiritimati"))
    assert change.startswith("sunrise: timezone America/Los_Angeles -> Pacific/Kiritimati")
    assert told(with_rates(), with_rates(timezone="America/New_York")) == ()


LA, PAGE = number_of("center sunrise-la"), number_of("listing sunrise-la-page")
NATIONAL = a_directory(SUNRISE, listing(), helpline("sunrise-la"))


@pytest.mark.parametrize(
    ("moved", "number"),
    [
        ((center("clone-la", phone=LA), helpline("clone-la", "sunrise-la")), LA),
        ((center("clone-la"), listing("clone-page", "clone-la", numbers=(PAGE,))), PAGE),
    ],
)
@pytest.mark.parametrize(
    "clone", [partner("clone", rates=(rate(price_minor=100),)), partner("clone", rates=())]
)
def test_a_number_that_becomes_another_partner_s_is_a_change(
    moved: tuple[Any, ...], number: str, clone: Partner
) -> None:
    after = a_directory(SUNRISE, clone, *moved)
    assert rate_changes(NATIONAL, after) == (f"clone: {number} becomes its own, which was of sunrise",)
    assert rate_changes(after, after) == ()


def test_a_number_within_a_partner_and_a_new_one_are_no_change() -> None:
    after = a_directory(SUNRISE, center("sunrise-sd", phone=LA), helpline("sunrise-sd", "clone-la"))
    assert rate_changes(NATIONAL, after) == ()


def test_whoever_comes_back_is_compared_with_what_it_paid_last() -> None:
    past = EarlierVersions(partners={"sunrise": SUNRISE})
    back = a_directory(with_rates(rate(price_minor=1)))
    assert rate_changes(Directory(), back, past) == (
        "sunrise: helpline 35.00 USD -> 0.01 USD from 2026-01-01",
    )
    assert rate_changes(Directory(), a_directory(SUNRISE), past) == ()


LINE = number_of("helpline regional")


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (
            a_directory(SUNRISE, helpline("sunrise-la", key="regional")),
            a_directory(SUNRISE, listing(numbers=(LINE,))),
            f"sunrise: {LINE} becomes its own, which was of helpline regional",
        ),
        (
            a_directory(SUNRISE, listing(numbers=(LINE,))),
            a_directory(SUNRISE, helpline("sunrise-la", key="regional")),
            f"helpline regional: {LINE} becomes its own, which was of sunrise",
        ),
        (
            a_directory(SUNRISE, helpline("sunrise-la", key="regional")),
            a_directory(SUNRISE, helpline("sunrise-la", key="other", numbers=(LINE,))),
            f"helpline other: {LINE} becomes its own, which was of helpline regional",
        ),
    ],
)
def test_a_number_that_a_helpline_gives_or_gets_is_a_change(
    before: Directory, after: Directory, change: str
) -> None:
    assert rate_changes(before, after) == (change,)
    assert rate_changes(before, before) == rate_changes(after, after) == ()


def test_a_telephone_that_is_written_otherwise_is_the_same() -> None:
    before = a_directory(SUNRISE, center(phone="sip:front@sunrise.example"), helpline("sunrise-la"))
    clone = center("clone-la", phone="sip:front@Sunrise.example;transport=tls")
    [change] = rate_changes(before, a_directory(SUNRISE, clone, helpline("clone-la")))
    assert change == "clone: sip:front@sunrise.example becomes its own, which was of sunrise"
