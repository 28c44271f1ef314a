"""The database itself guards accounts, invoices and versions, whoever writes there, and two at once as well."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from tests.billing.history import Accounts, directory
from tests.billing.meanwhile import LONG_ENOUGH, meanwhile
from tests.invoices.closing import close, invoice, printed, take, talk
from tests.owner import as_owner

OCTOBER = datetime(2026, 10, 14, 18, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 3, 9, tzinfo=UTC)
COLUMNS = (
    "entry_type, partner, call, center, helpline, kind, amount, currency, reverses, reason, person, posted_at, day,"
    " period, arrived_at, simulated"
)
SAYS = (
    "reverses a c|no more than its charge|only added|is closed|each of its entries|never changes|one by one|SHA-256"
    "|kept by triggers|a day of the calendar|uq_ledger_entry_credit_reversal"
)
"""the words of the guards, so that no other mistake is taken for one of them"""
TABLES = ("ledger_entry", "invoice", "invoice_line", "invoice_document", "invoice_series", "closed_month")


@pytest.fixture
def accounts(database_url: str) -> Iterator[Accounts]:
    """Three calls of October (the entries 1 to 3) and one of November that was credited whole (4 and 5)."""
    made = Accounts(database_url, directory())
    made.now = NOVEMBER
    take(made, [talk(1, OCTOBER), talk(2, OCTOBER), talk(3, OCTOBER, kind="listing"), talk(4, NOVEMBER)])
    writes(made, like("credit", 3500, 4))
    yield made
    made.close()


@pytest.fixture
def closed(accounts: Accounts) -> Accounts:
    """October's invoice is issued and printed."""
    close(accounts, "2026-10")
    printed(accounts, "SIM-000001", "csv")
    return accounts


def like(entry: str, amount: int, reverses: int, **others: str) -> str:
    """An entry that reverses this one, with some values that are others than its."""
    values = {"entry_type": f"'{entry}'", "amount": str(amount), "reverses": str(reverses), "reason": "'x'"}
    values |= {
        "person": "'eve'" if entry == "credit" else "NULL",
        "day": "'2026-11-02'",
        "period": "'2026-11'",
    }
    values |= others
    told = ", ".join(values.get(name, name) for name in COLUMNS.split(", "))
    return f"INSERT INTO ledger_entry ({COLUMNS}) SELECT {told} FROM ledger_entry WHERE id = {reverses}"


def writes(accounts: Accounts, statement: str) -> None:
    with as_owner(accounts.database) as connection:
        connection.exec_driver_sql(statement)


def refuses(accounts: Accounts, statement: str) -> None:
    """The database refuses it, and everything stays as it is."""
    before = {table: accounts.rows(table) for table in TABLES}
    with pytest.raises(sa.exc.DatabaseError, match=SAYS):
        writes(accounts, statement)
    assert {table: accounts.rows(table) for table in TABLES} == before


ENTRIES = {
    "a credit of more than its charge": like("credit", 3501, 1),
    "a credit under another call": like("credit", 3500, 1, call="'CA00002'"),
    "a credit of another partner": like("credit", 3500, 1, partner="'harbor'"),
    "a credit of another kind": like("credit", 3500, 1, kind="'listing'"),
    "a credit in another currency": like("credit", 100, 1, currency="'JPY'"),
    "a credit that is not simulated": like("credit", 3500, 1, simulated="false"),
    "a credit of what was credited": like("credit", 1, 4),
    "a credit of a credit": like("credit", 100, 5),
    "a credit reversal of a charge": like("credit_reversal", 3500, 1),
    "a credit reversal of nothing": like("credit_reversal", 0, 5),
    "a credit reversal of more than the credit": like("credit_reversal", 3501, 5),
    "a credit reversal under another call": like("credit_reversal", 3500, 5, call="'CA00001'"),
    "an entry of no day": like("credit", 1, 1, day="'2026-13-01'", period="'2026-13'"),
}


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES.keys())
def test_what_reverses_another_is_of_the_same_and_no_more_than_that(accounts: Accounts, entry: str) -> None:
    refuses(accounts, entry)


def test_what_was_taken_back_whole_can_be_credited_again_and_recharged_once(accounts: Accounts) -> None:
    writes(accounts, like("credit_reversal", 3500, 5))
    refuses(accounts, like("credit_reversal", 3500, 5))
    writes(accounts, like("credit", 3500, 4))
    assert accounts.cost_of_calls() == {"CA00001": 3500, "CA00002": 3500, "CA00003": 2000}


def test_nothing_is_entered_in_a_month_before_a_closed_one(closed: Accounts) -> None:
    refuses(closed, like("credit", 1, 1, day="'2026-10-31'", period="'2026-10'"))
    refuses(closed, like("credit", 1, 1, day="'2026-09-05'", period="'2026-09'"))
    writes(closed, like("credit", 1, 1))


ISSUED = {
    "a line more": (
        "INSERT INTO invoice_line (invoice, position, what, kind, amount)"
        " SELECT name, 99, 'adjustment', 'adjustment', 5 FROM invoice"
    ),
    "an invoice more": (
        "INSERT INTO invoice SELECT 'SIM-000002', series, 2, partner, partner_name, period, timezone, 'EUR', simulated,"
        " 1, rates, issued_at, issued_by, issuer FROM invoice"
    ),
    "a gap": "UPDATE invoice_series SET last = 40",
    "numbers again": "DELETE FROM invoice_series",
    "a series that begins later": "INSERT INTO invoice_series (series, last) VALUES ('NEW', 7)",
    "other prices": "UPDATE directory_version SET document = replace(document, '35.00', '1.00')",
    "no prices": "DELETE FROM directory_version",
    "never confirmed": "DELETE FROM confirmation",
    "confirmed before": "UPDATE confirmation SET confirmed_at = '2026-01-01T00:00:00.000000+00:00'",
}


@pytest.mark.parametrize("change", ISSUED.values(), ids=ISSUED.keys())
def test_what_was_issued_stays_whole_with_all_that_it_came_from(closed: Accounts, change: str) -> None:
    refuses(closed, change)
    assert invoice(closed, "SIM-000001").total == 9000


def test_a_month_is_not_closed_without_one_of_its_entries(accounts: Accounts) -> None:
    refuses(
        accounts,
        "INSERT INTO closed_month (partner, simulated, period, closed_at, person)"
        " SELECT partner, simulated, period, posted_at, 'eve' FROM ledger_entry WHERE id = 1",
    )


@pytest.fixture
def october(database_url: str) -> Iterator[Accounts]:
    """A call of October, charged; a closing is awaited."""
    made = Accounts(database_url, directory())
    made.now = NOVEMBER
    take(made, [talk(1, OCTOBER)])
    yield made
    made.close()


@pytest.mark.parametrize(
    "table", ["partner_call", "day_total", "confirmation", "directory_version", "invoice_series"]
)
def test_no_table_of_the_accounts_is_emptied(october: Accounts, table: str) -> None:
    refuses(october, f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize("change", ["UPDATE day_total SET amount = 1", "DELETE FROM day_total"])
def test_totals_are_written_by_triggers_alone(october: Accounts, change: str) -> None:
    refuses(october, change)


def test_a_document_has_its_own_digest(october: Accounts) -> None:
    close(october, "2026-10")
    refuses(
        october,
        "INSERT INTO invoice_document (invoice, form, content, digest, printed_at)"
        " SELECT name, 'csv', 'xx', 'y', issued_at FROM invoice",
    )


def test_of_two_credits_at_once_the_second_sees_what_the_first_left(
    october: Accounts,
) -> None:
    credit = sa.text(like("credit", 3500, 1))
    error = meanwhile(
        october.database, lambda session: session.execute(credit), lambda session: session.execute(credit)
    )
    assert "no more than its charge has left" in str(error)
    assert october.cost_of_calls() == {}


def an_adjustment(day: str) -> str:
    return (
        "INSERT INTO ledger_entry (entry_type, partner, kind, amount, currency, reason, person, posted_at, day,"
        " period, simulated)"
        f" SELECT 'adjustment', partner, 'adjustment', 77, currency, 'x', 'eve', posted_at, '{day}', '{day[:7]}',"
        " simulated FROM ledger_entry WHERE id = 1"
    )


def test_what_is_entered_while_a_month_is_closed_is_waited_for(october: Accounts) -> None:
    with ThreadPoolExecutor(1) as pool:
        with october.database.engine.begin() as connection:
            connection.exec_driver_sql(an_adjustment("2026-10-14"))
            closing_it = pool.submit(close, october, "2026-10")
            with pytest.raises(TimeoutError):
                closing_it.result(LONG_ENOUGH)
        assert closing_it.result().invoices == ("SIM-000001",)
    issued = invoice(october, "SIM-000001")
    assert sorted(line.amount for line in issued.lines) == [77, 3500]
    assert issued.total == 3577


CLOSE_NOVEMBER = sa.text(
    "INSERT INTO closed_month (partner, simulated, period, closed_at, person)"
    " VALUES ('sunrise', true, '2026-11', :now, 'ada')"
)


def test_what_comes_while_a_month_is_closed_is_not_entered_there(october: Accounts) -> None:
    late = sa.text(an_adjustment("2026-11-02"))
    error = meanwhile(
        october.database,
        lambda session: session.execute(CLOSE_NOVEMBER, {"now": october.now}),
        lambda session: session.execute(late),
    )
    assert "is closed" in str(error)
    assert [row["amount"] for row in october.rows("ledger_entry")] == [3500]
