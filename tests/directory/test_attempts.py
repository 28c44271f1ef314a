"""How many attempts fit into the time that a caller waits."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callrouter.directory.attempts import (
    SpokenSeconds,
    attempts_that_fit,
    longest_attempt,
    longest_wait,
    unanswered_attempt,
)
from callrouter.directory.directory import Center
from tests.directories import SILENT, a_directory, center, helpline

centers = st.lists(
    st.tuples(st.integers(5, 40), st.sampled_from(["press-1", "none"])), min_size=1, max_size=5
)


def fit(ring_and_screening: list[tuple[int, str]], wait: int, spoken: SpokenSeconds = SILENT) -> int:
    made = [center(f"c-{n}", ring_seconds=r, screening=s) for n, (r, s) in enumerate(ring_and_screening)]
    line = helpline(*(each.key for each in made), max_wait_seconds=wait)
    return attempts_that_fit(a_directory(line, *made), line, spoken)


def begun(order: tuple[Center, ...], wait: int) -> int:
    """How many attempts a caller gets when nobody answers."""
    used = count = 0
    for each in order:
        if used + longest_attempt(each) > wait:
            break
        used, count = used + unanswered_attempt(each), count + 1
    return count


def test_an_attempt_is_the_ringing_and_the_screening() -> None:
    assert longest_attempt(center(ring_seconds=20, screening="none")) == 25
    assert longest_attempt(center(ring_seconds=20, screening="press-1")) == 35


@pytest.mark.parametrize(
    ("wait", "count"), [(34, 0), (35, 1), (59, 1), (60, 2), (84, 2), (85, 3), (90, 3), (110, 4)]
)
def test_unanswered_attempts_add_up(wait: int, count: int) -> None:
    assert fit([(20, "press-1")] * 9, wait) == count


VERBOSE_LOGGERS = SpokenSeconds(lambda _: 30, lambda _: 55, lambda *_: 4)


@pytest.mark.parametrize(
    ("wait", "count"), [(68, 0), (69, 1), (97, 1), (98, 2), (126, 2), (127, 3), (155, 3), (156, 4)]
)
def test_the_greeting_and_the_announcements_take_their_time(wait: int, count: int) -> None:
    assert fit([(20, "press-1")] * 9, wait, VERBOSE_LOGGERS) == count


@pytest.mark.parametrize(("wait", "longest"), [(60, 94), (94, 94), (120, 120)])
def test_the_longest_wait_is_what_was_asked_for_unless_the_first_attempt_is_longer(
    wait: int, longest: int
) -> None:
    line = helpline("ash-home", max_wait_seconds=wait)
    made = center("ash-home", ring_seconds=20, screening="press-1")
    assert longest_wait(a_directory(line, made), line, VERBOSE_LOGGERS) == longest


def test_no_more_attempts_fit_than_there_are_seats() -> None:
    assert fit([(20, "none")] * 2, 600) == 2


@given(centers, st.integers(10, 200))
def test_so_many_attempts_fit_in_whatever_order_the_centers_are_rung(
    given: list[tuple[int, str]], wait: int
) -> None:
    made = [center(f"c-{n}", ring_seconds=r, screening=s) for n, (r, s) in enumerate(given)]
    assert fit(given, wait) == min(begun(order, wait) for order in permutations(made))
