"""Guessing is slow, and locks nobody out."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from callrouter.staff.throttle import (
    CODE,
    MOST_CODES,
    MOST_CODES_ANYWHERE,
    MOST_OF_ADDRESS,
    MOST_OF_PAIR,
    PASSWORD,
    RECOVERY,
    AttemptCounts,
    BegunAttempt,
    SignInRequest,
    begin_attempt,
    end_attempts,
    is_refused,
)
from tests.staff.people import NOON, Staff

GUESS = SignInRequest("ada", "198.51.100.9", None, PASSWORD, NOON)
KNOWN = replace(GUESS, device=b"ada's browser")


def begins(staff: Staff, attempt: SignInRequest) -> BegunAttempt | None:
    return staff.database.transact(lambda session: begin_attempt(session, attempt))


@pytest.mark.parametrize(
    ("counts", "attempt", "refused"),
    [
        (AttemptCounts(MOST_OF_PAIR, 5, 0), GUESS, False),
        (AttemptCounts(MOST_OF_PAIR + 1, 6, 0), GUESS, True),
        (AttemptCounts(1, MOST_OF_ADDRESS + 1, 0), GUESS, True),
        (AttemptCounts(1, MOST_OF_ADDRESS + 1, 0), KNOWN, False),
        (AttemptCounts(1, 1, MOST_CODES + 1), GUESS, False),
        (AttemptCounts(1, 1, MOST_CODES + 1), replace(GUESS, factor=CODE), False),
        (AttemptCounts(2, 2, MOST_CODES + 1), replace(GUESS, factor=CODE), True),
        (AttemptCounts(1, 1, MOST_CODES_ANYWHERE + 1), replace(GUESS, factor=CODE), True),
        (AttemptCounts(1, 1, MOST_CODES_ANYWHERE + 1), replace(GUESS, factor=RECOVERY), False),
        (AttemptCounts(1, 1, MOST_CODES_ANYWHERE + 1), replace(KNOWN, factor=CODE), False),
        (AttemptCounts(1, 1, MOST_CODES + 1), replace(KNOWN, factor=CODE), False),
        (AttemptCounts(MOST_OF_PAIR + 1, 1, 0), KNOWN, True),
    ],
)
def test_what_is_one_too_many(counts: AttemptCounts, attempt: SignInRequest, refused: bool) -> None:
    assert is_refused(counts, attempt) is refused


def test_the_sixth_guess_is_refused_until_15_minutes_have_passed(staff: Staff) -> None:
    assert [begins(staff, GUESS) is None for _ in range(7)] == [False] * 5 + [True] * 2
    later = replace(GUESS, at=NOON + timedelta(minutes=15))
    assert begins(staff, later)


def test_guesses_at_one_place_lock_nobody_out_of_another(staff: Staff) -> None:
    for _ in range(30):
        begins(staff, GUESS)
    assert begins(staff, replace(GUESS, address="192.0.2.1"))
    assert begins(staff, KNOWN)
    assert begins(staff, replace(GUESS, name="bob"))


def test_a_known_browser_is_held_to_its_own_failures(staff: Staff) -> None:
    assert [begins(staff, KNOWN) is None for _ in range(6)] == [False] * 5 + [True]
    assert begins(staff, replace(KNOWN, device=b"another"))


def test_a_right_password_forgives_the_wrong_ones_before(staff: Staff) -> None:
    for _ in range(4):
        begins(staff, GUESS)
    right = begins(staff, GUESS)
    assert right
    staff.database.transact(lambda session: end_attempts(session, right.number, GUESS))
    assert [begins(staff, GUESS) is None for _ in range(5)] == [False] * 5


def test_guesses_at_the_same_moment_all_count(staff: Staff) -> None:
    with ThreadPoolExecutor(4) as threads:
        begun = list(threads.map(lambda _: begins(staff, GUESS), range(20)))
    assert len([number for number in begun if number]) == MOST_OF_PAIR


def test_after_wrong_codes_from_many_places_an_address_without_one_has_one_try(staff: Staff) -> None:
    for number in range(MOST_CODES):
        assert begins(staff, replace(GUESS, factor=CODE, address=f"198.51.100.{number}"))
    elsewhere = replace(GUESS, factor=CODE, address="192.0.2.1")
    right = begins(staff, elsewhere)
    assert right
    assert begins(staff, elsewhere) is None
    assert begins(staff, replace(elsewhere, factor=RECOVERY))
    assert begins(staff, replace(GUESS, factor=CODE, address="198.51.100.0")) is None
    assert begins(staff, replace(KNOWN, factor=CODE, address="192.0.2.1"))
    assert begins(staff, replace(GUESS, address="192.0.2.1"))


def test_the_last_guess_that_is_looked_at_is_known_as_such(staff: Staff) -> None:
    begun = [begins(staff, GUESS) for _ in range(MOST_OF_PAIR)]
    assert [each.is_last for each in begun if each] == [False] * 4 + [True]
