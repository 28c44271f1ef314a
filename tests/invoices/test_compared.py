"""A month is closed when each of its days has been compared with the carrier's records, which may have more calls."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
import sqlalchemy as sa

import callrouter.model as tables
from callrouter.invoices.close import CannotBeClosed
from tests.billing.history import Accounts, directory
from tests.invoices.closing import close, refused, take, talk
from tests.owner import as_owner

OCTOBER = datetime(2026, 10, 14, 18, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 3, 9, tzinfo=UTC)
FIRST, LAST = date(2026, 10, 1), date(2026, 11, 1)
"""days of the carrier that have a part of October in California"""


@pytest.fixture
def accounts(database_url: str) -> Iterator[Accounts]:
    made = Accounts(database_url, directory())
    made.now = NOVEMBER
    yield made
    made.close()


def is_compared(accounts: Accounts, day: date, at: datetime) -> None:
    """Once more, or for the first time."""
    row = {"day": day.isoformat(), "finished_at": at, "calls": 1}
    with as_owner(accounts.database) as connection:
        connection.execute(sa.delete(tables.ReconciledDay).where(tables.ReconciledDay.day == row["day"]))
        connection.execute(sa.insert(tables.ReconciledDay), row)


def differs(accounts: Accounts, day: str, sid: str, call: str | None, what: str = "missing here") -> None:
    found = {"day": day, "sid": sid, "call": call, "what": what, "theirs": "completed, 600 s"}
    with accounts.database.engine.begin() as connection:
        connection.execute(
            sa.insert(tables.CarrierDifference), found | {"corrected": False, "found_at": NOVEMBER}
        )


def days(found: CannotBeClosed) -> list[str]:
    """Those that are to be compared, as they are told."""
    return [one.why.partition(":")[0] for one in found.blockers if one.call is None]


def all_but(*left_out: int) -> list[date]:
    every = (FIRST + timedelta(days=passed) for passed in range((LAST - FIRST).days + 1))
    return [day for day in every if day.month != FIRST.month or day.day not in left_out]


def test_a_day_with_calls_has_to_be_compared_also_where_nobody_talked(accounts: Accounts) -> None:
    """We were told that nobody picked up, and might have been told wrong."""
    accounts.stores([talk(1, OCTOBER)])
    with accounts.database.engine.begin() as connection:
        connection.execute(sa.update(tables.Leg).values(outcome="no-answer", talk_seconds=None))
    accounts.tells(["CA00001"])
    [day] = refused(accounts).blockers
    assert day.call is None
    assert day.why == (
        "2026-10-14: not compared with the carrier's records, or not fully (UTC):"
        " callrouter reconcile --day 2026-10-14"
    )
    accounts.compares([OCTOBER.date()])
    assert close(accounts, "2026-10").just_now


def test_it_has_to_be_compared_once_it_is_over(accounts: Accounts) -> None:
    take(accounts, [talk(1, OCTOBER)])
    over = datetime.combine(OCTOBER.date(), time(), UTC) + timedelta(days=1)
    is_compared(accounts, OCTOBER.date(), over - timedelta(seconds=1))
    assert days(refused(accounts)) == ["2026-10-14"]
    is_compared(accounts, OCTOBER.date(), over)
    assert close(accounts, "2026-10").just_now


def test_the_real_carrier_s_days_without_calls_of_ours_have_to_be_compared_too(accounts: Accounts) -> None:
    """From the first call of all on: nobody could have called before."""
    take(accounts, [talk(1, OCTOBER)])
    assert days(refused(accounts, simulated=False)) == ["2026-10-15 to 2026-11-01"]
    accounts.compares(all_but(20, 22, 23))
    assert days(refused(accounts, simulated=False)) == ["2026-10-20", "2026-10-22 to 2026-10-23"]
    accounts.compares(all_but())
    assert close(accounts, "2026-10", simulated=False).just_now


def test_before_the_first_call_of_all_there_is_nothing_to_compare(accounts: Accounts) -> None:
    assert close(accounts, "2026-10", simulated=False).just_now


def test_what_is_tried_early_is_compared_as_far_as_calls_have_ended(accounts: Accounts) -> None:
    call = talk(1, NOVEMBER - timedelta(hours=1))
    take(accounts, [call])
    ended = call.arrived_at + timedelta(seconds=call.talk_seconds + 30)
    is_compared(accounts, NOVEMBER.date(), ended - timedelta(seconds=1))
    assert days(refused(accounts, "2026-11", early=True)) == ["2026-11-03"]
    is_compared(accounts, NOVEMBER.date(), ended)
    assert close(accounts, "2026-11", early=True).just_now


def test_a_call_that_only_the_carrier_has_keeps_the_months_of_all_open_until_it_is_explained(
    accounts: Accounts,
) -> None:
    take(accounts, [talk(1, OCTOBER), talk(2, OCTOBER, "harbor")])
    differs(accounts, "2026-10-14", "CAunknown", "CAunknown")
    differs(accounts, "2026-11-01", "CAunknown-leg", None)
    for partner in ("sunrise", "harbor"):
        assert [one.call for one in refused(accounts, partner=partner).blockers] == [
            "CAunknown",
            "CAunknown-leg",
        ]
    with accounts.database.engine.begin() as connection:
        told = {"explained_at": NOVEMBER, "explained_by": "ada", "explanation": "a test of the carrier's"}
        connection.execute(sa.update(tables.CarrierDifference).values(**told))
    assert close(accounts, "2026-10").just_now


def test_what_differs_elsewhere_or_about_another_s_call_keeps_nothing_open(accounts: Accounts) -> None:
    take(accounts, [talk(1, OCTOBER), talk(2, OCTOBER, "harbor")])
    differs(accounts, "2026-09-30", "CAearlier", None)
    differs(accounts, "2026-11-02", "CAlater", None)
    differs(accounts, "2026-10-14", "CA00002-leg-2", "CA00002")
    differs(accounts, "2026-10-14", "CA00001", None, "other cost")
    assert close(accounts, "2026-10").just_now
    assert [one.call for one in refused(accounts, partner="harbor").blockers] == ["CA00002"]
