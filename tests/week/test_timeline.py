"""Many live by one clock: each goes on when its moment has come."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.week.timeline import Timeline

START = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def timeline() -> Iterator[Timeline]:
    timeline = Timeline(START)
    yield timeline
    timeline.ends()


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def test_who_waits_is_overtaken_by_whoever_is_due_before(timeline: Timeline) -> None:
    seen: list[tuple[str, datetime]] = []

    def waits(name: str, *seconds: float) -> None:
        for each in seconds:
            timeline.advance(each)
            seen.append((name, timeline.now()))

    timeline.joins(lambda: waits("one", 3, 3))
    timeline.joins(lambda: waits("other", 2, 3), after=0.5)
    timeline.runs(after(10))
    assert seen == [("other", after(2.5)), ("one", after(3)), ("other", after(5.5)), ("one", after(6))]
    assert timeline.now() == after(10)


def test_whoever_is_due_at_the_same_moment_goes_on_in_the_order_of_joining(timeline: Timeline) -> None:
    seen: list[int] = []
    for number in range(5):
        timeline.joins(lambda number=number: seen.append(number), after=1)  # type: ignore[misc]
    timeline.runs(after(1))
    assert seen == [0, 1, 2, 3, 4]


def test_somebody_may_join_whom_another_has_sent(timeline: Timeline) -> None:
    seen: list[datetime] = []
    timeline.joins(lambda: timeline.joins(lambda: seen.append(timeline.now()), after=2), after=1)
    timeline.runs(after(5))
    assert seen == [after(3)]


def test_nobody_goes_beyond_the_moment_until_which_it_runs(timeline: Timeline) -> None:
    seen: list[datetime] = []

    def waits() -> None:
        timeline.advance(8)
        seen.append(timeline.now())

    timeline.joins(waits)
    timeline.runs(after(5))
    assert (seen, timeline.now()) == ([], after(5))
    timeline.runs(after(9))
    assert seen == [after(8)]


def test_what_one_of_them_fails_with_is_raised_where_it_is_run(timeline: Timeline) -> None:
    def fails() -> None:
        timeline.advance(1)
        raise RuntimeError("a test made this fail")

    timeline.joins(fails)
    with pytest.raises(RuntimeError, match="a test made this fail"):
        timeline.runs(after(5))


def test_who_still_waits_at_the_end_goes_on_no_more(timeline: Timeline) -> None:
    seen: list[str] = []

    def waits() -> None:
        try:
            timeline.advance(8)
            seen.append("went on")
        finally:
            seen.append("left")

    timeline.joins(waits)
    timeline.runs(after(5))
    timeline.ends()
    assert seen == ["left"]


def test_what_takes_no_time_is_done_between_others_and_may_not_take_any(timeline: Timeline) -> None:
    seen: list[tuple[str, datetime]] = []

    def waits() -> None:
        timeline.advance(3)
        seen.append(("waited", timeline.now()))

    timeline.joins(waits)
    timeline.does(lambda: seen.append(("done", timeline.now())), after=2)
    timeline.runs(after(5))
    assert seen == [("done", after(2)), ("waited", after(3))]
    timeline.does(lambda: timeline.advance(1), after=1)
    with pytest.raises(RuntimeError, match="takes no time"):
        timeline.runs(after(10))
