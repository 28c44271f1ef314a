"""Free calls and the spend cap of a month: by arrival, whatever order they are told in; never above the spend cap."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from callrouter.billing.pricing import FREE_CALL, SPEND_CAP, CountedCall, allowances

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def call(number: int, kind: str = "helpline", *, free: int = 0, spend_cap: int | None = None) -> CountedCall:
    arrived = START + timedelta(minutes=number)
    return CountedCall(f"CA{number:03}", kind, arrived, 3500, "USD", 0, free, spend_cap)


counted = st.builds(
    CountedCall,
    call=st.integers(0, 10_000).map(lambda n: f"CA{n:05}"),
    kind=st.sampled_from(["helpline", "listing"]),
    arrived_at=st.integers(0, 40_000).map(lambda minutes: START + timedelta(minutes=minutes)),
    price=st.integers(0, 10_000),
    currency=st.just("USD"),
    credited_manually=st.just(0),
    free_calls=st.just(0),
    spend_cap=st.none(),
)
months = st.lists(counted, max_size=30, unique_by=lambda one: one.call)


def test_the_first_calls_of_a_month_are_free_and_each_kind_has_its_own() -> None:
    month = [call(1, free=2), call(2, "listing"), call(3, free=2), call(4, free=2)]
    found = allowances(month)
    assert {sid: free.rule for sid, free in found.free.items()} == {"CA001": FREE_CALL, "CA003": FREE_CALL}
    assert found.spend == {"USD": 2 * 3500}


def test_what_would_go_beyond_the_spend_cap_is_free_and_a_smaller_one_may_still_fit() -> None:
    month = [call(n, spend_cap=8000) for n in (1, 2, 3)] + [replace(call(4, spend_cap=8000), price=1000)]
    found = allowances(month)
    assert {sid: free.rule for sid, free in found.free.items()} == {"CA003": SPEND_CAP}
    assert found.spend == {"USD": 8000}


def test_what_a_person_has_taken_back_leaves_room() -> None:
    month = [
        replace(call(1, spend_cap=7000), credited_manually=3500),
        call(2, spend_cap=7000),
        call(3, spend_cap=7000),
    ]
    assert allowances(month).free == {}


def test_a_spend_cap_counts_its_own_currency() -> None:
    dollars, yen = call(1, spend_cap=3500), replace(call(2, spend_cap=3500), currency="JPY")
    assert allowances([dollars, yen]).free == {}


def test_in_whatever_order_they_are_told_the_same_calls_are_free() -> None:
    month = [call(n, free=1, spend_cap=8000) for n in range(5)]
    wanted = allowances(month)
    assert len(wanted.free) == 3
    assert all(allowances(order) == wanted for order in permutations(month))


@given(months, st.integers(0, 40_000))
def test_a_month_never_costs_more_than_its_spend_cap(month: list[CountedCall], spend_cap: int) -> None:
    under = [replace(one, spend_cap=spend_cap) for one in month]
    found = allowances(under)
    assert found.spend.get("USD", 0) <= spend_cap
    assert found.spend.get("USD", 0) == sum(one.price for one in under if one.call not in found.free)


@given(months, st.integers(0, 12))
def test_no_more_calls_are_free_than_were_agreed_on(month: list[CountedCall], free_calls: int) -> None:
    found = allowances(replace(one, free_calls=free_calls) for one in month)
    for kind in ("helpline", "listing"):
        of_kind = [one for one in month if one.kind == kind]
        assert sum(one.call in found.free for one in of_kind) == min(free_calls, len(of_kind))


def test_it_cannot_be_told_anything_of_the_caller_or_of_what_follows() -> None:
    assert [field.name for field in fields(CountedCall)] == [
        "call",
        "kind",
        "arrived_at",
        "price",
        "currency",
        "credited_manually",
        "free_calls",
        "spend_cap",
    ]
