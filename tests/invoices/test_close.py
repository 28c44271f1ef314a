"""Closing a month: an invoice with a number without gaps, for calls that are explained, and never changed again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Thread

import pytest
import sqlalchemy as sa

import callrouter.model as tables
from callrouter.billing.manual_entries import CreditRequest, credit
from callrouter.directory.directory import Directory
from callrouter.events.outbox import publish_ended
from callrouter.invoices.close import CannotBeClosed, CloseResult
from callrouter.invoices.documents import FORMS
from tests.billing.history import Accounts, Killed, directory
from tests.directories import a_directory, helpline, partner, put_in_force, rate
from tests.invoices.closing import close, invoice, printed, refused, take, talk
from tests.owner import as_owner

OCTOBER = datetime(2026, 10, 14, 18, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 3, 9, tzinfo=UTC)
FEE = {"price_minor": 50_000, "minimum_seconds": 0, "repeat_days": 0}
MONTHLY = rate("monthly", begins=date(2026, 10, 1), **FEE)
TERMS: Directory = directory()


@pytest.fixture
def accounts(database_url: str) -> Iterator[Accounts]:
    made = Accounts(database_url, TERMS)
    made.now = NOVEMBER
    yield made
    made.close()


def credit_it(accounts: Accounts, sid: str, amount: int | None = None) -> None:
    wanted = CreditRequest(sid, amount, "the line was bad", "ada")
    accounts.database.transact(lambda session: credit(session, accounts.shelf, wanted, accounts.now))


def test_each_charge_of_the_month_stands_on_one_line_and_the_lines_add_up(accounts: Accounts) -> None:
    take(accounts, [talk(1, OCTOBER), talk(2, OCTOBER, kind="listing"), talk(3, OCTOBER, "harbor")])
    assert close(accounts, "2026-10") == CloseResult(("SIM-000001",), just_now=True)
    issued = invoice(accounts, "SIM-000001")
    assert [(line.call, line.what, line.amount) for line in issued.lines] == [
        ("CA00001", "charge", 3500),
        ("CA00002", "charge", 2000),
    ]
    assert (issued.total, issued.currency, issued.simulated) == (5500, "USD", True)
    assert (issued.name, issued.timezone) == ("Sunrise Recovery", "America/Los_Angeles")
    first = issued.lines[0]
    assert (first.center, first.talk_seconds, first.caller) == ("Sunrise La", 90, "+1 310 ••• ••88")
    assert {(rate.kind, rate.price_minor, rate.directory_version) for rate in issued.rates} == {
        ("helpline", 3500, 1),
        ("listing", 2000, 1),
    }


def test_numbers_have_no_gaps_whoever_is_closed_and_whoever_is_killed(accounts: Accounts) -> None:
    take(accounts, [talk(1, OCTOBER), talk(2, OCTOBER, "harbor"), talk(3, OCTOBER + timedelta(days=31))])
    for key in ("sunrise", "harbor"):
        with pytest.raises(Killed):
            close(accounts, "2026-10", key, killed=True)
        close(accounts, "2026-10", key)
    accounts.now += timedelta(days=31)
    close(accounts, "2026-11")
    assert [(row["name"], row["partner"], row["period"]) for row in accounts.rows("invoice")] == [
        ("SIM-000001", "sunrise", "2026-10"),
        ("SIM-000002", "harbor", "2026-10"),
        ("SIM-000003", "sunrise", "2026-11"),
    ]


def test_closing_again_gives_the_same_invoice_and_writes_nothing(accounts: Accounts) -> None:
    take(accounts, [talk(1, OCTOBER)])
    first = close(accounts, "2026-10")
    before = {
        name: accounts.rows(name) for name in ("invoice", "invoice_line", "closed_month", "invoice_delivery")
    }
    assert close(accounts, "2026-10") == CloseResult(first.invoices, just_now=False)
    assert {name: accounts.rows(name) for name in before} == before


def test_two_that_close_at_once_issue_one_invoice(accounts: Accounts) -> None:
    take(accounts, [talk(1, OCTOBER)])
    closed: list[CloseResult] = []
    both = [Thread(target=lambda: closed.append(close(accounts, "2026-10"))) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(each.just_now for each in closed) == [False, True]
    assert {each.invoices for each in closed} == {("SIM-000001",)}


def test_a_month_without_entries_is_closed_without_an_invoice(accounts: Accounts) -> None:
    assert close(accounts, "2026-10") == CloseResult((), just_now=True)
    take(accounts, [talk(1, OCTOBER)])
    assert [row["period"] for row in accounts.rows("ledger_entry")] == ["2026-11"]


def test_a_month_that_is_not_over_is_not_closed_unless_one_is_trying(accounts: Accounts) -> None:
    take(accounts, [talk(1, NOVEMBER - timedelta(hours=1))])
    assert "2026-11 is not over until 2026-12-01 00:00 in America/Los_Angeles" in str(
        refused(accounts, "2026-11")
    )
    assert close(accounts, "2026-11", early=True).invoices == ("SIM-000001",)
    take(accounts, [talk(2, NOVEMBER)])
    assert [(row["call"], row["period"], row["day"]) for row in accounts.rows("ledger_entry")][-1] == (
        "CA00002",
        "2026-12",
        "2026-12-01",
    )


def test_what_is_tried_early_closes_nothing_where_there_is_nothing(accounts: Accounts) -> None:
    assert close(accounts, "2026-11", early=True) == CloseResult((), just_now=False, stays_open=True)
    take(accounts, [talk(1, NOVEMBER)])
    assert [row["period"] for row in accounts.rows("ledger_entry")] == ["2026-11"]


def test_a_month_ends_where_the_partner_is(accounts: Accounts) -> None:
    """Eight in the morning UTC is one o'clock in California, where it is November already, and not yet at seven."""
    end = datetime(2026, 11, 1, 7, tzinfo=UTC)
    take(accounts, [talk(1, end - timedelta(seconds=1)), talk(2, end)])
    close(accounts, "2026-10")
    assert [line.call for line in invoice(accounts, "SIM-000001").lines] == ["CA00001"]


def test_a_call_that_the_carrier_has_not_confirmed_keeps_the_month_open(accounts: Accounts) -> None:
    take(accounts, [talk(1, OCTOBER)])
    take(accounts, [talk(2, OCTOBER), talk(3, OCTOBER, seconds=10)], confirmed=False)
    found = refused(accounts)
    assert [call.call for call in found.blockers] == ["CA00002", "CA00003"]
    assert "callrouter reconcile --day 2026-10-14" in found.blockers[0].why
    assert (accounts.rows("invoice"), accounts.rows("closed_month")) == ([], [])


def test_a_charge_that_is_credited_whole_needs_no_confirmation(accounts: Accounts) -> None:
    take(accounts, [talk(1, OCTOBER)], confirmed=False)
    credit_it(accounts, "CA00001", 3000)
    assert [call.call for call in refused(accounts).blockers] == ["CA00001"]
    credit_it(accounts, "CA00001")
    close(accounts, "2026-10")
    issued = invoice(accounts, "SIM-000001")
    assert [(line.what, line.amount) for line in issued.lines] == [
        ("charge", 3500),
        ("credit", -3000),
        ("credit", -500),
    ]
    assert issued.total == 0


def test_what_was_credited_and_is_charged_again_needs_its_confirmation_after_all(database_url: str) -> None:
    made = Accounts(database_url, directory(spend_cap_minor=3500))
    made.now = NOVEMBER
    take(made, [talk(1, OCTOBER)])
    take(made, [talk(2, OCTOBER + timedelta(hours=1))], confirmed=False)
    close(made, "2026-10")
    credit_it(made, "CA00001")
    assert [
        (row["call"], row["period"])
        for row in made.rows("ledger_entry")
        if row["entry_type"] == "credit_reversal"
    ] == [("CA00002", "2026-11")]
    made.now += timedelta(days=30)
    assert [call.call for call in refused(made, "2026-11").blockers] == ["CA00002"]
    made.confirms(["CA00002"])
    assert close(made, "2026-11").just_now
    made.close()


def test_a_call_without_an_end_or_that_is_not_worked_off_keeps_the_month_open(accounts: Accounts) -> None:
    accounts.stores([talk(1, OCTOBER), talk(2, OCTOBER)])
    with accounts.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE call SET ended_at = NULL WHERE sid = 'CA00001'")
    accounts.database.transact(lambda session: publish_ended(session, "CA00002", OCTOBER))
    whys = {call.call: call.why for call in refused(accounts).blockers}
    assert "it has no end" in whys["CA00001"]
    assert "callrouter drain" in whys["CA00002"]


def test_a_difference_for_staff_keeps_the_month_open_until_it_is_explained(accounts: Accounts) -> None:
    take(accounts, [talk(1, OCTOBER)])
    difference = {"day": "2026-10-14", "sid": "CA00001-leg", "call": "CA00001", "what": "talk there"}
    with accounts.database.engine.begin() as connection:
        values = {**difference, "corrected": False, "found_at": NOVEMBER}
        connection.execute(sa.insert(tables.CarrierDifference), values)
    assert [call.why for call in refused(accounts).blockers] == [
        "the carrier's records differ (talk there): callrouter differences explain CA00001 --reason …"
    ]
    with accounts.database.engine.begin() as connection:
        told = {"explained_at": NOVEMBER, "explained_by": "ada", "explanation": "a machine"}
        connection.execute(sa.update(tables.CarrierDifference).values(**told))
    assert close(accounts, "2026-10").just_now


def test_a_charge_that_the_books_deny_can_only_be_credited_explained_or_not(accounts: Accounts) -> None:
    take(accounts, [talk(1, OCTOBER)], confirmed=False)
    told = {"explained_at": NOVEMBER, "explained_by": "ada", "explanation": "the carrier lost it"}
    difference = {"day": "2026-10-14", "sid": "CA00001", "call": "CA00001", "what": "missing there"}
    with accounts.database.engine.begin() as connection:
        values = {**difference, **told, "corrected": False, "found_at": NOVEMBER}
        connection.execute(sa.insert(tables.CarrierDifference), values)
    [why] = [call.why for call in refused(accounts).blockers if call.call]
    assert "differ (missing there)" in why
    assert "callrouter billing credit CA00001" in why
    credit_it(accounts, "CA00001")
    assert [call for call in _calls_that_hinder(accounts) if call] == []


def _calls_that_hinder(accounts: Accounts) -> list[str | None]:
    try:
        close(accounts, "2026-10")
    except CannotBeClosed as refusal:
        return [call.call for call in refusal.blockers]
    return []


def test_calls_that_cost_nothing_are_listed_with_their_reason(accounts: Accounts) -> None:
    repeat = talk(1, OCTOBER + timedelta(hours=1))
    first = talk(1, OCTOBER)
    take(accounts, [first, replace(repeat, sid="CA00009"), talk(2, OCTOBER, seconds=3)])
    close(accounts, "2026-10")
    free = [line for line in invoice(accounts, "SIM-000001").lines if line.what == "free"]
    assert [(line.call, line.amount, line.reason) for line in free] == [
        ("CA00002", 0, "3 seconds of talk are fewer than the rate's 30"),
        ("CA00009", 0, "within 30 days of a charged call of the same caller to the same partner"),
    ]


def test_what_is_told_late_goes_to_the_open_month_and_the_issued_invoice_stays(accounts: Accounts) -> None:
    take(accounts, [talk(1, OCTOBER), talk(2, OCTOBER)])
    close(accounts, "2026-10")
    before = invoice(accounts, "SIM-000001")
    take(accounts, [talk(3, OCTOBER)])
    accounts.corrects("CA00001", 3)
    accounts.tells(["CA00001"])
    credit_it(accounts, "CA00002")
    assert [(row["call"], row["entry_type"], row["period"]) for row in accounts.rows("ledger_entry")][2:] == [
        ("CA00003", "charge", "2026-11"),
        ("CA00001", "credit", "2026-11"),
        ("CA00002", "credit", "2026-11"),
    ]
    assert invoice(accounts, "SIM-000001") == before
    accounts.now = NOVEMBER + timedelta(days=30)
    close(accounts, "2026-11")
    assert invoice(accounts, "SIM-000002").total == 3500 - 3500 - 3500


@pytest.mark.parametrize("form", FORMS)
def test_printed_again_it_is_the_same_bytes_whatever_has_happened_since(
    accounts: Accounts, form: str
) -> None:
    take(accounts, [talk(n, OCTOBER + timedelta(minutes=n)) for n in range(1, 30)])
    close(accounts, "2026-10")
    first = printed(accounts, "SIM-000001", form)
    accounts.corrects("CA00001", 3)
    accounts.tells(["CA00001"])
    credit_it(accounts, "CA00002")
    with accounts.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE call SET caller = 'forgotten'")
        connection.exec_driver_sql("UPDATE center SET name = 'Renamed'")
    accounts.now += timedelta(days=400)
    assert printed(accounts, "SIM-000001", form) == first


@pytest.mark.parametrize("form", FORMS)
def test_printed_for_the_first_time_after_all_that_it_is_the_same_as_well(
    accounts: Accounts, form: str
) -> None:
    """What is printed follows from what was issued, and not from when it is printed."""
    take(accounts, [talk(n, OCTOBER + timedelta(minutes=n)) for n in range(1, 5)])
    close(accounts, "2026-10")
    first = printed(accounts, "SIM-000001", form)
    with as_owner(accounts.database) as connection:
        connection.exec_driver_sql("ALTER TABLE invoice_document DISABLE TRIGGER issued_is_kept")
        connection.exec_driver_sql("DELETE FROM invoice_document")
    accounts.corrects("CA00001", 300)
    accounts.tells(["CA00001"])
    accounts.now += timedelta(days=400)
    assert printed(accounts, "SIM-000001", form) == first


CHANGES = {
    "an invoice": "UPDATE invoice SET total = 0",
    "a line": "UPDATE invoice_line SET amount = 0",
    "a document": "UPDATE invoice_document SET digest = ''",
    "a closed month": "UPDATE closed_month SET period = '2026-09'",
    "no invoice": "DELETE FROM invoice",
    "no line": "DELETE FROM invoice_line",
    "no document": "DELETE FROM invoice_document",
    "an open month": "DELETE FROM closed_month",
    "one more entry": (
        "INSERT INTO ledger_entry (id, entry_type, partner, kind, amount, currency, reason, person, posted_at,"
        " day, period,"
        " simulated) SELECT 99, 'adjustment', partner, 'adjustment', 1, currency, 'x', 'ada', posted_at, day, period,"
        " simulated FROM ledger_entry"
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_the_database_lets_nobody_change_what_was_issued(accounts: Accounts, change: str) -> None:
    take(accounts, [talk(1, OCTOBER)])
    close(accounts, "2026-10")
    printed(accounts, "SIM-000001", "csv")
    with pytest.raises(sa.exc.DatabaseError), as_owner(accounts.database) as connection:
        connection.exec_driver_sql(change)


@pytest.fixture
def with_a_fee(database_url: str) -> Iterator[Accounts]:
    made = Accounts(database_url, directory(rates=(rate("helpline"), MONTHLY)))
    made.now = NOVEMBER
    yield made
    made.close()


def test_a_monthly_fee_is_entered_when_the_month_is_closed(with_a_fee: Accounts) -> None:
    take(with_a_fee, [talk(1, OCTOBER)])
    close(with_a_fee, "2026-10")
    issued = invoice(with_a_fee, "SIM-000001")
    assert [(line.what, line.amount) for line in issued.lines] == [("charge", 3500), ("fee", 50_000)]
    assert {rate.kind for rate in issued.rates} == {"helpline", "monthly"}


def test_the_fee_s_rate_is_told_by_the_version_that_it_is_owed_by(with_a_fee: Accounts) -> None:
    """What comes in November is also said to begin in October; the month has ended by then."""
    dearer = rate("monthly", begins=date(2026, 10, 1), price_minor=99_900)
    put_in_force(with_a_fee.database, directory(rates=(rate("helpline"), dearer)), NOVEMBER)
    close(with_a_fee, "2026-10")
    issued = invoice(with_a_fee, "SIM-000001")
    told = [(rate.kind, rate.price_minor, rate.directory_version) for rate in issued.rates]
    assert (issued.total, told) == (50_000, [("monthly", 50_000, 1)])


def test_a_partner_that_has_left_keeps_its_name_its_zone_and_its_fee(with_a_fee: Accounts) -> None:
    """In California the second call came on the last evening of October."""
    take(with_a_fee, [talk(1, OCTOBER), talk(2, datetime(2026, 11, 1, 3, tzinfo=UTC))])
    put_in_force(with_a_fee.database, a_directory(partner("harbor"), helpline("harbor-sd")), NOVEMBER)
    close(with_a_fee, "2026-10")
    issued = invoice(with_a_fee, "SIM-000001")
    assert (issued.name, issued.timezone) == ("Sunrise Recovery", "America/Los_Angeles")
    assert [line.call for line in issued.lines] == ["CA00001", "CA00002", None]
    assert {rate.kind for rate in issued.rates} == {"helpline", "monthly"}
