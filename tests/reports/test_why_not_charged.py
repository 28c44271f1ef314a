"""Why a call is free, and that it is free exactly where there is a reason."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from callrouter.billing.pricing import AcceptedCall, price, why_free
from callrouter.directory.directory import Rate
from tests.directories import rate as a_rate
from tests.scenarios.world import START

DAYS = st.integers(-60, 60).map(lambda days: START + timedelta(days=days))
CALLS = st.builds(AcceptedCall, st.just(START), st.integers(0, 60), st.lists(DAYS, max_size=3).map(tuple))
RATES = st.none() | st.builds(
    lambda seconds, days: a_rate(minimum_seconds=seconds, repeat_days=days),
    st.integers(0, 60),
    st.integers(0, 40),
)


@given(RATES, CALLS)
def test_a_call_is_free_where_there_is_a_reason_and_nowhere_else(
    rate: Rate | None, accepted: AcceptedCall
) -> None:
    assert (price(rate, accepted) is None) == (why_free(rate, accepted) is not None)
