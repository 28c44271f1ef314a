"""What pauses of a log say about a moment: what was surely so, and what may have been."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from callrouter.blindness.log_facts import LoggedPause
from callrouter.blindness.pauses import is_surely_paused, may_be_paused

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
STAFF, MISSED = "paused by staff", "paused after missed calls"


def pause(begins: int, ends: int | None = None, reason: str | None = STAFF) -> LoggedPause:
    """A pause in seconds from the decision on. Without an end: it was resumed."""
    until = None if ends is None else AT + timedelta(seconds=ends)
    return LoggedPause(AT + timedelta(seconds=begins), until, reason)


@pytest.mark.parametrize(
    ("pauses", "surely", "maybe"),
    [
        ([], False, False),
        ([pause(-3600, 3600)], True, True),
        ([pause(-3600, 59)], False, True),
        ([pause(-3600, -1)], False, False),
        ([pause(-30, 3600)], False, True),
        ([pause(30, 3600)], False, True),
        ([pause(61, 3600)], False, False),
        ([pause(-3600, 3600), pause(-600)], False, False),
        ([pause(-3600, 3600), pause(-30)], False, True),
        ([pause(-3600, 3600), pause(30)], False, True),
        ([pause(-3600, 3600), pause(90)], True, True),
        ([pause(-3600, 3600), pause(-30, 7200)], True, True),
        ([pause(-3600), pause(-600, 3600)], True, True),
        ([pause(-3600, 3600, MISSED)], True, False),
    ],
)
def test_pauses_about_the_time_of_a_decision(pauses: list[LoggedPause], surely: bool, maybe: bool) -> None:
    assert is_surely_paused(pauses, AT) is surely
    assert may_be_paused(pauses, AT, STAFF) is maybe
