"""Equal partners, equal price: who deviates from what is usual, and since when."""

from datetime import date
from typing import Any

from callrouter.directory.directory import Directory, Partner
from callrouter.directory.proposals.equal_price import Standing, standings
from tests.directories import a_directory, partner, rate

TODAY = date(2026, 11, 24)


def a_partner(key: str, price: int = 3500, **changes: Any) -> Partner:
    return partner(key, rates=(rate(price_minor=price, **changes),))


def deviating(directory: Directory, day: date = TODAY) -> dict[str, date | None]:
    return {each.partner: each.deviates_since for each in standings(directory, day) if each.deviates_since}


def prices(found: list[Standing]) -> dict[str, tuple[int, int]]:
    return {each.partner: (each.terms.price_minor, each.usual.price_minor) for each in found}


def test_partners_with_the_same_terms_are_equal() -> None:
    found = standings(a_directory(a_partner("ash"), a_partner("birch")), TODAY)
    assert prices(found) == {"ash": (3500, 3500), "birch": (3500, 3500)}
    assert {each.deviates_since for each in found} == {None}


def test_whoever_pays_something_else_deviates_from_the_day_its_rate_began() -> None:
    cedar = a_partner("cedar", 3000, begins=date(2026, 5, 1))
    directory = a_directory(a_partner("ash"), a_partner("birch"), cedar)
    assert deviating(directory) == {"cedar": date(2026, 5, 1)}
    assert prices(standings(directory, TODAY))["cedar"] == (3000, 3500)


def test_other_terms_than_the_price_deviate_too() -> None:
    others = {"minimum_seconds": 60, "repeat_days": 7, "free_calls": 10}
    odd = [a_partner(name.replace("_", "-"), **{name: value}) for name, value in others.items()]
    usual = [a_partner(f"ash-{n}") for n in range(2)]
    assert deviating(a_directory(*usual, *odd)).keys() == {"minimum-seconds", "repeat-days", "free-calls"}


def test_of_two_as_frequent_the_lower_price_is_the_usual_one() -> None:
    assert deviating(a_directory(a_partner("ash", 3500), a_partner("birch", 3000))).keys() == {"ash"}


def test_a_partner_deviates_from_the_day_on_which_the_others_changed() -> None:
    later = rate(price_minor=4000, begins=date(2026, 9, 1))
    others = [partner(key, rates=(rate(), later)) for key in ("birch", "cedar")]
    directory = a_directory(a_partner("ash"), *others)
    assert deviating(directory) == {"ash": date(2026, 9, 1)}
    assert deviating(directory, date(2026, 8, 31)) == {}


def test_a_deviation_lasts_through_changes_of_its_own_and_is_broken_by_a_day_without() -> None:
    usual = [a_partner("ash"), a_partner("birch")]
    months = {1: 3000, 3: 3100, 5: 3500, 7: 3200, 9: 3300}
    steps = tuple(rate(price_minor=price, begins=date(2026, month, 1)) for month, price in months.items())
    directory = a_directory(*usual, partner("cedar", rates=steps))
    assert deviating(directory, date(2026, 4, 1)) == {"cedar": date(2026, 1, 1)}
    assert deviating(directory, date(2026, 5, 1)) == {}
    assert deviating(directory) == {"cedar": date(2026, 7, 1)}


def test_only_verified_partners_and_rates_that_have_begun_count() -> None:
    pending = partner("birch", status="pending", rates=(rate(price_minor=1),))
    coming = a_partner("cedar", 9900, begins=date(2026, 11, 25))
    assert [each.partner for each in standings(a_directory(a_partner("ash"), pending, coming), TODAY)] == [
        "ash"
    ]


def test_kinds_and_currencies_are_compared_with_their_own_alone() -> None:
    euros = partner("birch", rates=(rate(price_minor=3000, currency="EUR"),))
    flat = partner("cedar", rates=(rate("monthly", price_minor=50_000),))
    found = standings(a_directory(partner("ash"), euros, flat), TODAY)
    assert [(each.kind, each.currency, each.partner) for each in found] == [
        ("helpline", "EUR", "birch"),
        ("helpline", "USD", "ash"),
        ("listing", "USD", "ash"),
        ("monthly", "USD", "cedar"),
    ]
    assert not any(each.deviates_since for each in found)
