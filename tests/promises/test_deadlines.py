"""When a promise is due, and what follows from each outcome of a try to keep it."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from callrouter.promises.calling_hours import BY_DAY
from callrouter.promises.deadlines import (
    AFTER_ATTEMPT,
    AFTER_RING,
    CALLER_MISSED,
    DUE_WITHIN,
    LATER,
    MOST_ATTEMPTS,
    MOST_RINGS,
    OWNER_MISSED,
    SOON,
    End,
    FollowUp,
    Reassign,
    Retry,
    decide_follow_up,
    due_time,
    first_opportunity,
)
from callrouter.promises.model import OUTCOMES
from tests.directories import center

EVERY_OUTCOME = re.findall(r"'([a-z-]+)'", OUTCOMES)


def follows(outcome: str, **known: Any) -> FollowUp:
    values: dict[str, Any] = {"rings": 1, "attempts": 1, "of_helpline": True}
    return decide_follow_up(outcome, **values | known)


def state_after(outcome: str) -> str:
    end = follows(outcome)
    assert isinstance(end, End)
    return end.state


def test_every_outcome_that_can_be_stored_is_told_here() -> None:
    told = {"kept", "declined", "stopped", "later", "handed-on", "not-placed", *OWNER_MISSED, *CALLER_MISSED}
    assert told == set(EVERY_OUTCOME)


def test_these_end_it() -> None:
    ends = {outcome: state_after(outcome) for outcome in ("kept", "declined", "stopped")}
    assert ends == {"kept": "kept", "declined": "declined", "stopped": "withdrawn"}


@pytest.mark.parametrize("of_helpline", [True, False])
@pytest.mark.parametrize("outcome", ["kept", "declined", "stopped"])
def test_an_end_is_an_end_however_often_it_was_tried(outcome: str, of_helpline: bool) -> None:
    after = follows(outcome, rings=99, attempts=MOST_ATTEMPTS, of_helpline=of_helpline)
    assert after == follows(outcome)


@pytest.mark.parametrize("outcome", sorted(OWNER_MISSED))
def test_an_owner_is_rung_again_until_it_has_missed_three(outcome: str) -> None:
    assert follows(outcome, rings=MOST_RINGS - 1) == Retry(AFTER_RING)
    assert follows(outcome, rings=MOST_RINGS) == Reassign(missed=True)


@pytest.mark.parametrize("outcome", sorted(OWNER_MISSED))
def test_a_listings_center_is_rung_again_for_ever_but_not_so_often(outcome: str) -> None:
    for rings in (MOST_RINGS, MOST_RINGS + 1, 50):
        assert follows(outcome, rings=rings, of_helpline=False) == Retry(AFTER_ATTEMPT)


@pytest.mark.parametrize("of_helpline", [True, False])
@pytest.mark.parametrize("outcome", sorted(CALLER_MISSED))
def test_a_caller_is_rung_three_times(outcome: str, of_helpline: bool) -> None:
    for attempts in range(1, MOST_ATTEMPTS):
        assert follows(outcome, attempts=attempts, of_helpline=of_helpline) == Retry(AFTER_ATTEMPT)
    end = follows(outcome, attempts=MOST_ATTEMPTS, of_helpline=of_helpline)
    assert end == End("unreachable", "the caller was rung 3 times")


def test_a_center_that_handed_it_on_has_not_missed_it() -> None:
    assert follows("handed-on") == Reassign(missed=False)


def test_a_listings_promise_is_handed_on_to_nobody() -> None:
    assert follows("handed-on", of_helpline=False) == Retry(AFTER_RING)


@pytest.mark.parametrize("of_helpline", [True, False])
def test_later_is_in_15_minutes_as_the_center_was_told(of_helpline: bool) -> None:
    assert follows("later", rings=99, of_helpline=of_helpline) == Retry(timedelta(minutes=15))
    assert timedelta(minutes=15) == LATER


def test_what_was_never_placed_is_soon_tried_again() -> None:
    assert follows("not-placed", rings=99) == Retry(SOON)


@pytest.mark.parametrize("outcome", EVERY_OUTCOME)
def test_a_listings_promise_never_leaves_its_center(outcome: str) -> None:
    for rings in range(MOST_RINGS + 2):
        assert not isinstance(follows(outcome, rings=rings, of_helpline=False), Reassign)


def test_it_is_due_two_hours_after_the_caller_may_be_called() -> None:
    noon = datetime(2026, 7, 15, 16, tzinfo=UTC)
    night = datetime(2026, 7, 15, 5, tzinfo=UTC)
    assert due_time(None, "212", BY_DAY, noon) == noon + DUE_WITHIN
    assert due_time(None, "212", BY_DAY, night) == datetime(2026, 7, 15, 14, tzinfo=UTC)


def test_it_is_due_two_hours_after_its_owner_opens() -> None:
    """Monday to Friday from 9 in New York; it is Saturday noon."""
    owner = center(hours="Mo-Fr 09:00-17:00", timezone="America/New_York")
    saturday = datetime(2026, 7, 18, 16, tzinfo=UTC)
    monday = datetime(2026, 7, 20, 13, tzinfo=UTC)
    assert first_opportunity(owner, "212", BY_DAY, saturday) == monday
    assert due_time(owner, "212", BY_DAY, saturday) == monday + DUE_WITHIN


def test_an_evening_leaves_its_owner_two_hours_of_the_morning() -> None:
    half_past_eight = datetime(2026, 7, 16, 0, 30, tzinfo=UTC)
    assert due_time(None, "212", BY_DAY, half_past_eight) == datetime(2026, 7, 16, 14, tzinfo=UTC)
