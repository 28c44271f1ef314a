"""A call as each partner has it: whose it is, where it is counted, on which day, and how long the caller waited."""

from datetime import UTC, datetime, timedelta

import pytest

from callrouter.figures.model import PartnerCall
from callrouter.figures.partner_calls import Attempt, EndedCall, answered_at, partner_calls

ARRIVED = datetime(2026, 11, 24, 18, tzinfo=UTC)


def a_call(*, promised: bool = False) -> EndedCall:
    outcome = "promised" if promised else "answered"
    return EndedCall("CA1", ARRIVED, "helpline", None, "national", False, 1, "+1 310 ••• ••88", outcome)


def after(seconds: int) -> datetime:
    return ARRIVED + timedelta(seconds=seconds)


def rows(*attempts: Attempt, promised: bool = False) -> dict[str, PartnerCall]:
    """By partner."""
    found = partner_calls(
        a_call(promised=promised), attempts, lambda partner: f"the day of {partner or 'nobody'}"
    )
    return {row.partner: row for row in found}


NOT_TAKEN = Attempt("harbor", "harbor-sd", "helpline")
TAKEN = Attempt("sunrise", "sunrise-la", "helpline", 90, after(25))
RETURNED = Attempt("meadow", "meadow-bos", "helpline", 60, kept=True)


def test_each_partner_has_it_once_and_it_is_counted_where_it_was_taken() -> None:
    found = rows(NOT_TAKEN, NOT_TAKEN, TAKEN)
    assert {partner: (row.is_primary, row.answered) for partner, row in found.items()} == {
        "harbor": (False, False),
        "sunrise": (True, True),
    }
    assert (found["sunrise"].wait_seconds, found["sunrise"].talk_seconds) == (25, 90)
    assert (found["harbor"].wait_seconds, found["harbor"].talk_seconds) == (None, 0)


def test_where_nobody_took_it_it_is_counted_with_the_first_who_was_rung() -> None:
    found = rows(NOT_TAKEN, TAKEN._replace(answered_at=None, talk_seconds=0), promised=True)
    assert {partner: (row.is_primary, row.promised) for partner, row in found.items()} == {
        "harbor": (True, True),
        "sunrise": (False, False),
    }


def test_a_promise_that_was_kept_is_counted_with_whoever_kept_it() -> None:
    found = rows(NOT_TAKEN, RETURNED, promised=True)
    assert not found["harbor"].is_primary
    row = found["meadow"]
    assert (row.is_primary, row.answered, row.promised, row.kept) == (True, False, True, True)
    assert (row.wait_seconds, row.talk_seconds) == (None, 60)


def test_where_nobody_was_rung_it_is_nobodys_on_the_helplines_day() -> None:
    [row] = rows().values()
    assert (row.partner, row.center, row.kind, row.day, row.is_primary) == (
        "",
        "",
        "helpline",
        "the day of nobody",
        True,
    )


def test_of_several_centers_of_a_partner_it_is_the_one_that_took_it() -> None:
    found = rows(TAKEN._replace(center="sunrise-sf", kind="listing", answered_at=None), TAKEN)
    assert (found["sunrise"].center, found["sunrise"].kind) == ("sunrise-la", "helpline")


@pytest.mark.parametrize(
    ("taken", "closed", "waited"),
    [
        (None, 105, 15),  # 90 seconds of talk before its end
        (None, 9_000, 30),  # told late: it had stopped ringing by then
        (None, 40, 10),  # told early: it had not begun to ring
        (33, 9_000, 33),
        (33, None, 33),
    ],
)
def test_a_wait_ends_when_it_was_answered_however_late_that_was_told(
    taken: int | None, closed: int | None, waited: int
) -> None:
    taken_at, closed_at = (after(seconds) if seconds else None for seconds in (taken, closed))
    when = answered_at(after(10), 20, taken_at, closed_at, 90)
    assert when == after(waited)
