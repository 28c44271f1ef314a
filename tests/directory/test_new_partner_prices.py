"""A new partner whose price is not the others' takes two persons; one that pays as they do takes one."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from callrouter.directory.directory import Directory, Partner
from callrouter.directory.proposals.new_partner_prices import new_partner_prices
from callrouter.directory.proposals.rate_changes import EarlierVersions
from tests.directories import a_directory, helpline, listing, partner, rate

TODAY = date(2026, 6, 1)
NEXT_YEAR = date(2027, 1, 1)
FROM_TODAY = EarlierVersions(day=TODAY)
PAYING = [partner("sunrise"), partner("cedar")]
BEFORE = a_directory(*PAYING, helpline("sunrise-la"), listing())


def told(
    new: Partner, *entries: Any, before: Directory = BEFORE, past: EarlierVersions = FROM_TODAY
) -> list[str]:
    kept: list[Any] = [*before.partners.values(), *before.listings.values(), *before.helplines.values()]
    return list(new_partner_prices(before, a_directory(*kept, new, *entries), past))


def with_rates(*rates: Any, **changes: Any) -> Partner:
    return partner("harbor", rates=rates, **changes)


SEATED = helpline("sunrise-la", "harbor-bos")
LISTED = listing("harbor-page", "harbor-bos")


def test_whoever_pays_what_the_others_pay_is_no_change() -> None:
    assert told(partner("harbor"), SEATED, LISTED) == []
    assert told(with_rates(rate(begins=TODAY), rate("listing", begins=TODAY)), SEATED, LISTED) == []


@pytest.mark.parametrize(
    ("new", "change"),
    [
        (with_rates(rate(price_minor=100)), "helpline 1.00 USD"),
        (
            with_rates(rate(free_calls=1000)),
            "helpline 35.00 USD (minimum seconds 30, repeat days 30, free calls 1000)",
        ),
        (with_rates(rate(currency="EUR")), "helpline 35.00 EUR"),
        (with_rates(rate(), rate("monthly")), "monthly 20.00 USD from 2026-06-01; the others pay nothing"),
        (with_rates(rate(), spend_cap_minor=100), "monthly ceiling 1.00 USD; the others have none"),
        (with_rates(rate(), rate(price_minor=1, begins=NEXT_YEAR)), "helpline 0.01 USD"),
    ],
)
def test_another_price_is_told_beside_the_others(new: Partner, change: str) -> None:
    [only] = told(new)
    assert only.startswith(f"harbor: new: {change}")


def test_the_whole_of_it_is_told() -> None:
    [only] = told(with_rates(rate(price_minor=3000)))
    assert only == (
        "harbor: new: helpline 30.00 USD (minimum seconds 30, repeat days 30, free calls 0) from 2026-06-01;"
        " the others pay 35.00 USD (minimum seconds 30, repeat days 30, free calls 0)"
    )


@pytest.mark.parametrize(
    ("new", "entry", "free"),
    [
        (with_rates(), SEATED, "helpline nothing from 2026-06-01; the others pay 35.00 USD"),
        (with_rates(rate()), LISTED, "listing nothing from 2026-06-01; the others pay 20.00 USD"),
        (
            with_rates(rate(begins=NEXT_YEAR)),
            SEATED,
            "helpline nothing from 2026-06-01 to 2026-12-31; the others pay 35.00 USD",
        ),
    ],
)
def test_calls_that_cost_nothing_have_a_price_that_is_not_the_others(
    new: Partner, entry: Any, free: str
) -> None:
    [only] = told(new, entry)
    assert only.startswith(f"harbor: new: {free}")


def test_whoever_gets_no_calls_yet_is_told_of_when_it_does() -> None:
    before = a_directory(*PAYING, with_rates(), helpline("sunrise-la"))
    assert told(with_rates(), before=before) == []
    assert len(told(with_rates(), SEATED, before=before)) == 1


def test_where_nobody_pays_yet_there_is_nothing_to_compare_with() -> None:
    assert (
        told(with_rates(rate(price_minor=1)), SEATED, before=a_directory(partner("sunrise", rates=()))) == []
    )
    assert told(with_rates(rate(price_minor=1)), SEATED, before=Directory()) == []


def test_two_who_are_new_at_once_are_no_measure_for_each_other() -> None:
    cheap = (rate(price_minor=1),)
    assert len(told(with_rates(*cheap), partner("birch", rates=cheap))) == 2


@pytest.mark.parametrize("status", ["suspended", "ended"])
def test_whoever_is_suspended_or_ended_meanwhile_is_a_measure_still(status: str) -> None:
    before = a_directory(*(replace(each, status=status) for each in PAYING))
    assert len(told(with_rates(rate(price_minor=1)), before=before)) == 1


def test_whoever_paid_before_is_compared_with_that_elsewhere() -> None:
    new = with_rates(rate(price_minor=1))
    assert told(new, past=EarlierVersions(partners={"harbor": new}, day=TODAY)) == []
    assert told(new, before=a_directory(*PAYING, new)) == []
