"""To the cent: the sum of the entries is that of the report, whichever way it is cut, and that of the invoices."""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from callrouter.billing.model import PAYMENT, SIGNED_AMOUNT, LedgerEntry
from callrouter.reports.money.monthly import GROUPINGS, MonthlyReport, monthly
from callrouter.reports.reading import reading
from tests.figures.days import Days
from tests.figures.test_any_order import all_lives, history, opened, shuffled
from tests.invoices.closing import close, invoice
from tests.servers.databases import Databases

MONTHS = ("2026-10", "2026-11")
PARTNERS = ("harbor", "sunrise")
_ACCOUNT_MONTH = (LedgerEntry.partner, LedgerEntry.period)
OF_ENTRIES = (
    sa.select(*_ACCOUNT_MONTH, sa.func.sum(SIGNED_AMOUNT))
    .where(LedgerEntry.entry_type != PAYMENT)
    .group_by(*_ACCOUNT_MONTH)
)

Sums = dict[tuple[str, str], int]
"""(partner, month): minor units"""


@pytest.mark.parametrize("seed", [5, 6])
def test_entries_report_and_invoices_come_to_the_same(databases: Databases, seed: int) -> None:
    calls = history(random.Random(seed))
    with opened(databases, calls) as days:
        deeds = list(shuffled(all_lives(calls, seed), random.Random(f"order {seed}")))
        for deed in deeds[:100]:
            deed(days)
        days.confirms([call.sid for call in calls])
        invoices = closed(days, "2026-10")
        # Of these some are about October, and come too late for its invoice.
        for deed in deeds[100:]:
            deed(days)
        invoices |= closed(days, "2026-11")
        assert invoices == entered(days) != {}
        for month in MONTHS:
            assert reported(days, month, "partner") == of_month(invoices, month)
            for by in GROUPINGS:
                assert whole(days, month, by) == sum(of_month(invoices, month).values())


def closed(days: Days, month: str) -> Sums:
    """The invoices of a month."""
    days.now = days.now.replace(month=int(month[-2:]) + 1, day=2) + timedelta(hours=1)
    names = [name for partner in PARTNERS for name in close(days, month, partner).invoices]
    issued = [invoice(days, name) for name in names]
    return {(one.partner, one.period): one.total for one in issued}


def entered(days: Days) -> Sums:
    with days.database.engine.connect() as connection:
        rows = connection.execute(OF_ENTRIES)
        return {(partner, month): int(minor) for partner, month, minor in rows}


def of_month(sums: Sums, month: str) -> dict[str, int]:
    return {partner: minor for (partner, period), minor in sums.items() if period == month}


def a_report(days: Days, month: str, by: str) -> MonthlyReport:
    with reading(days.database.engine) as connection:
        return monthly(connection, month, by=(by,))


def reported(days: Days, month: str, by: str) -> dict[str, int]:
    rows = a_report(days, month, by)["rows"]
    money = {row[by]: left(row["amount"], row["credited"]) for row in rows if row["currency"]}
    return {one: minor for one, minor in money.items() if one}


def whole(days: Days, month: str, by: str) -> int:
    """The total of a report, and the sum of its rows."""
    report = a_report(days, month, by)
    [total] = report["totals"]
    minor = left(total["amount"], total["credited"])
    assert minor == sum(left(row["amount"], row["credited"]) for row in report["rows"])
    return minor


def left(amount: str, credited: str) -> int:
    return int((Decimal(amount) - Decimal(credited)).scaleb(2))
