"""What is written down apart, and held against the tables of the application."""

from datetime import UTC, datetime
from random import Random

import pytest

from callrouter.area_codes import STATE_OF_AREA_CODE
from callrouter.promises.calling_hours import BY_DAY
from tests.week.places import IN_THE_STATES, Numbers, is_day


@pytest.mark.parametrize(
    ("number", "hour", "day"),
    [
        ("+12125550100", 12, False),
        ("+12125550100", 13, True),
        ("+18085550100", 17, False),
        ("+18085550100", 18, True),
        ("+16715550100", 22, True),
        ("+16715550100", 11, False),
        ("+14235550100", 13, False),
        ("+14235550100", 14, True),
        ("+18005550100", 15, False),
        ("+442079460100", 16, True),
    ],
)
def test_it_is_day_where_it_is_day_in_every_zone(number: str, hour: int, day: bool) -> None:
    assert is_day(number, datetime(2026, 3, 3, hour, tzinfo=UTC)) is day


@pytest.mark.parametrize("code", IN_THE_STATES)
def test_the_application_calls_by_day_by_this_table_too(code: str) -> None:
    assert code in STATE_OF_AREA_CODE
    for hour in range(24 * 8):
        at = datetime(2026, 3, 2 + hour // 24, hour % 24, 30, tzinfo=UTC)
        assert is_day(f"+1{code}5550100", BY_DAY.next_allowed(code, at))


def test_every_number_is_given_out_once() -> None:
    numbers = Numbers(Random(1))
    given = [numbers.of_a_caller() for _ in range(2000)] + [numbers.in_the_states() for _ in range(200)]
    assert len(set(given)) == len(given)
