"""Months are closed in their order: none before one that is open, and none that is over and done with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from callrouter.events.outbox import publish_ended
from callrouter.invoices.close import CloseResult
from tests.billing.history import Accounts, directory
from tests.billing.manual_entries import adjusts
from tests.directories import a_directory, helpline, listing, partner, put_in_force, rate
from tests.invoices.closing import close, refused, take, talk

SEPTEMBER = datetime(2026, 9, 14, 18, tzinfo=UTC)
OCTOBER = datetime(2026, 10, 14, 18, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 3, 9, tzinfo=UTC)
STILL_OPEN = "2026-09 is still open: close it first"


@pytest.fixture
def accounts(database_url: str) -> Iterator[Accounts]:
    made = Accounts(database_url, directory())
    made.now = NOVEMBER
    yield made
    made.close()


def loses_the_end(accounts: Accounts, sid: str) -> None:
    with accounts.database.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE call SET ended_at = NULL WHERE sid = '{sid}'")


def test_a_month_with_entries_is_closed_before_the_next(accounts: Accounts) -> None:
    take(accounts, [talk(1, SEPTEMBER), talk(2, OCTOBER)])
    assert str(refused(accounts)) == STILL_OPEN
    close(accounts, "2026-09")
    close(accounts, "2026-10")
    assert [row["period"] for row in accounts.rows("invoice")] == ["2026-09", "2026-10"]


def test_so_is_one_with_an_entry_that_is_about_no_call(accounts: Accounts) -> None:
    accounts.now = SEPTEMBER
    adjusts(accounts, "12.50")
    accounts.now = NOVEMBER
    assert str(refused(accounts)) == STILL_OPEN


def test_so_is_one_with_calls_that_cost_nothing(accounts: Accounts) -> None:
    take(accounts, [talk(1, SEPTEMBER, seconds=3)])
    assert str(refused(accounts)) == STILL_OPEN
    assert close(accounts, "2026-09") == CloseResult((), just_now=True)
    assert close(accounts, "2026-10").just_now


def test_so_is_one_of_which_a_call_has_no_end(accounts: Accounts) -> None:
    accounts.stores([talk(1, SEPTEMBER)])
    loses_the_end(accounts, "CA00001")
    assert str(refused(accounts)) == STILL_OPEN
    assert ["it has no end" in call.why for call in refused(accounts, "2026-09").blockers] == [True]


def test_so_is_one_of_which_a_call_is_not_worked_off(accounts: Accounts) -> None:
    accounts.stores([talk(1, SEPTEMBER)])
    accounts.database.transact(lambda session: publish_ended(session, "CA00001", SEPTEMBER))
    assert str(refused(accounts)) == STILL_OPEN


def test_so_is_one_that_a_fee_is_owed_for(database_url: str) -> None:
    """The directory is in force from July on."""
    fee = rate("monthly", begins=date(2026, 1, 1), price_minor=10_000)
    made = Accounts(database_url, directory(rates=(fee,)))
    made.now = NOVEMBER
    assert str(refused(made)) == "2026-07 is still open: close it first"
    for month in ("2026-07", "2026-08", "2026-09", "2026-10"):
        close(made, month)
    assert [row["total"] for row in made.rows("invoice")] == [10_000] * 4
    made.close()


def test_a_call_of_before_the_partner_came_keeps_nothing_of_it_open(accounts: Accounts) -> None:
    accounts.stores([talk(1, SEPTEMBER)])
    loses_the_end(accounts, "CA00001")
    seats = helpline("sunrise-la", "harbor-sd", "granite-nv")
    pages = listing("sunrise-la-page", "sunrise-la"), listing("harbor-sd-page", "harbor-sd")
    put_in_force(accounts.database, a_directory(partner("granite"), seats, *pages), OCTOBER)
    assert str(refused(accounts)) == STILL_OPEN
    assert close(accounts, "2026-10", "granite") == CloseResult((), just_now=True)


def test_a_month_before_one_that_is_closed_is_never_closed(accounts: Accounts) -> None:
    close(accounts, "2026-10")
    for early in (False, True):
        assert str(refused(accounts, "2026-01", early=early)) == (
            "2026-01 lies before 2026-10, which is closed: what belongs to it went to the months that were open"
        )
    assert [row["period"] for row in accounts.rows("closed_month")] == ["2026-10"]


def test_what_belongs_to_a_month_that_is_closed_holds_nothing_up(accounts: Accounts) -> None:
    take(accounts, [talk(1, SEPTEMBER)])
    close(accounts, "2026-09")
    accounts.stores([talk(2, SEPTEMBER)])
    loses_the_end(accounts, "CA00002")
    assert close(accounts, "2026-10").just_now


@pytest.mark.parametrize(("hours", "begun"), [(-1, False), (0, True)])
def test_a_month_that_has_not_begun_where_the_partner_is_cannot_even_be_tried(
    accounts: Accounts, hours: int, begun: bool
) -> None:
    accounts.now = datetime(2026, 12, 1, 8, tzinfo=UTC) + timedelta(hours=hours)
    if begun:
        assert close(accounts, "2026-12", early=True).stays_open
    else:
        told = "2026-12 has not begun in America/Los_Angeles"
        assert str(refused(accounts, "2026-12", early=True)) == told
