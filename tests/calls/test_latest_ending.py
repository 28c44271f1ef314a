"""Each stage of a call has a latest possible ending, and a caller at risk is seen."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from callrouter.calls.latest_ending import (
    PAST_ITS_ENDING,
    WAITS_LONG,
    CallStanding,
    OpenAttempt,
    Stage,
    latest_ending,
    risk,
    stage,
)
from callrouter.calls.reap import LONGEST_PROMPT, LONGEST_TALK
from callrouter.calls.states import CHOOSING, GREETING, OFFERING, RECALLING, RINGING

START = datetime(2026, 3, 4, 18, tzinfo=UTC)
FIVE_MINUTES = timedelta(minutes=5)
RUNG = OpenAttempt(START + timedelta(seconds=20), timedelta(seconds=40), connected=False)
TALKING = replace(RUNG, connected=True)


def standing(
    status: str, attempt: OpenAttempt | None = None, wait: timedelta | None = FIVE_MINUTES
) -> CallStanding:
    return CallStanding(status, START, START + timedelta(seconds=20), attempt, wait)


@pytest.mark.parametrize("status", [GREETING, RECALLING, RINGING])
def test_a_helplines_caller_waits_no_longer_than_its_longest_wait(status: str) -> None:
    call = standing(status, RUNG if status == RINGING else None)
    assert stage(call) is Stage.WAITS
    assert latest_ending(call) == START + FIVE_MINUTES


def test_a_listings_caller_waits_no_longer_than_the_attempt() -> None:
    assert latest_ending(standing(RINGING, RUNG, wait=None)) == START + timedelta(seconds=60)


def test_a_talk_ends_with_the_carriers_limit() -> None:
    call = standing(RINGING, TALKING)
    assert stage(call) is Stage.TALKS
    assert latest_ending(call) == START + timedelta(hours=4, seconds=60)


@pytest.mark.parametrize("status", [CHOOSING, OFFERING])
def test_a_prompt_ends_with_the_reaper(status: str) -> None:
    call = standing(status)
    assert stage(call) is Stage.CHOOSES
    assert latest_ending(call) == call.last_callback_at + LONGEST_PROMPT


def test_a_ringing_call_without_a_leg_ends_with_the_reaper() -> None:
    call = standing(RINGING, wait=None)
    assert latest_ending(call) == call.last_callback_at + LONGEST_TALK


@pytest.mark.parametrize(
    ("seconds", "found"), [(150, None), (151, WAITS_LONG), (300, WAITS_LONG), (301, PAST_ITS_ENDING)]
)
def test_who_waits_for_more_than_half_of_the_longest_wait_is_at_risk(seconds: int, found: str | None) -> None:
    now = START + timedelta(seconds=seconds)
    assert risk(standing(RINGING, RUNG), FIVE_MINUTES, now) == found


def test_who_talks_or_chooses_is_not_at_risk() -> None:
    now = START + timedelta(minutes=14)
    assert risk(standing(RINGING, TALKING), FIVE_MINUTES, now) is None
    assert risk(standing(OFFERING), FIVE_MINUTES, now) is None


def test_a_listings_caller_is_at_risk_once_the_attempt_should_be_over() -> None:
    call = standing(RINGING, RUNG, wait=None)
    assert risk(call, None, START + timedelta(seconds=60)) is None
    assert risk(call, None, START + timedelta(seconds=61)) == PAST_ITS_ENDING
