"""The monthly fee: once a month, by what was agreed as the month ended, from the first whole month of a rate on."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

import callrouter.model as tables
from callrouter.billing.ledger import lock_ledger
from callrouter.billing.monthly_fee import enter_fee, owed
from callrouter.billing.period import month_bounds
from callrouter.database import Database
from callrouter.directory.directory import MONTHLY, Partner
from callrouter.directory.versions import DirectoryCache
from tests.databases import open_database
from tests.directories import a_directory, center, partner, put_in_force, rate

LATER = datetime(2027, 3, 1, tzinfo=UTC)
LOS_ANGELES = "America/Los_Angeles"
MONTHS = [f"2026-{number:02}" for number in range(1, 13)]
DAYS_OF_2026 = st.dates(date(2026, 1, 1), date(2026, 12, 31))


def flat(begins: date, price_minor: int = 50_000) -> Any:
    return rate(MONTHLY, begins=begins, price_minor=price_minor)


class FeeAccounts:
    """Who puts directories in force and enters fees, at any time."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def agrees(self, at: datetime, *partners: Partner) -> None:
        """From then on these are the partners; one that is not among them has left."""
        put_in_force(self.database, a_directory(*partners, center("harbor-sd")), at)

    def enters(self, month: str, now: datetime = LATER, partner: str = "sunrise") -> bool:
        def deed(session: Any) -> bool:
            lock_ledger(session)
            return enter_fee(session, DirectoryCache(), partner, month, simulated=False, now=now)

        return self.database.transact(deed)

    def closes_a_month(self, month: str) -> None:
        values = {"partner": "sunrise", "simulated": False, "period": month, "closed_at": LATER}
        with self.database.engine.begin() as connection:
            connection.execute(sa.insert(tables.ClosedMonth).values(**values, person="ada"))

    def fees(self) -> list[tuple[str, str, int]]:
        """(partner, month, amount) of each."""
        with self.database.engine.connect() as connection:
            rows = (
                connection.execute(sa.select(tables.LedgerEntry.__table__).order_by(tables.LedgerEntry.id))
                .mappings()
                .all()
            )
        assert {(row["entry_type"], row["kind"], row["call"]) for row in rows} <= {("fee", "monthly", None)}
        return [(row["partner"], row["period"], row["amount"]) for row in rows]


@pytest.fixture
def accounts(database_url: str) -> Iterator[FeeAccounts]:
    with open_database(database_url) as database:
        yield FeeAccounts(database)


def test_a_fee_is_entered_once_a_month(accounts: FeeAccounts) -> None:
    accounts.agrees(datetime(2026, 1, 1, tzinfo=UTC), partner(rates=(flat(date(2026, 1, 1)),)))
    assert [accounts.enters("2026-10"), accounts.enters("2026-10"), accounts.enters("2026-11")] == [
        True,
        False,
        True,
    ]
    assert accounts.fees() == [("sunrise", "2026-10", 50_000), ("sunrise", "2026-11", 50_000)]


def test_it_counts_for_the_first_day_of_its_month_and_says_what_it_is(accounts: FeeAccounts) -> None:
    accounts.agrees(datetime(2026, 1, 1, tzinfo=UTC), partner(rates=(flat(date(2026, 1, 1)),)))
    accounts.enters("2026-10")
    with accounts.database.engine.connect() as connection:
        [row] = connection.execute(sa.select(tables.LedgerEntry.__table__)).mappings()
    assert (row["day"], row["reason"], row["currency"], row["posted_at"]) == (
        "2026-10-01",
        "the fee of 2026-10",
        "USD",
        LATER,
    )


def test_a_rate_of_the_middle_of_a_month_is_owed_from_the_next(accounts: FeeAccounts) -> None:
    accounts.agrees(datetime(2026, 1, 1, tzinfo=UTC), partner(rates=(flat(date(2026, 10, 2)),)))
    assert [accounts.enters("2026-10"), accounts.enters("2026-11")] == [False, True]


def test_a_rate_that_changes_within_a_month_holds_from_the_next(accounts: FeeAccounts) -> None:
    rates = (flat(date(2026, 1, 1)), flat(date(2026, 10, 15), 60_000))
    accounts.agrees(datetime(2026, 1, 1, tzinfo=UTC), partner(rates=rates))
    accounts.enters("2026-10")
    accounts.enters("2026-11")
    assert [amount for _, _, amount in accounts.fees()] == [50_000, 60_000]


@pytest.mark.parametrize(
    ("status", "owes"), [("pending", False), ("verified", True), ("suspended", True), ("ended", False)]
)
def test_whoever_is_a_partner_as_the_month_ends_owes_it(
    accounts: FeeAccounts, status: str, owes: bool
) -> None:
    terms: dict[str, Any] = {"rates": (flat(date(2026, 1, 1)),)}
    accounts.agrees(datetime(2026, 1, 1, tzinfo=UTC), partner(**terms))
    accounts.agrees(datetime(2026, 10, 31, tzinfo=UTC), partner(status=status, **terms))
    accounts.agrees(datetime(2026, 11, 20, tzinfo=UTC), partner(**terms))
    assert accounts.enters("2026-10") is owes


def test_a_partner_that_left_owes_its_last_whole_month(accounts: FeeAccounts) -> None:
    accounts.agrees(datetime(2026, 1, 1, tzinfo=UTC), partner(rates=(flat(date(2026, 1, 1)),)))
    accounts.agrees(datetime(2026, 11, 5, tzinfo=UTC))
    assert [accounts.enters("2026-10"), accounts.enters("2026-11")] == [True, False]


@pytest.mark.parametrize(("after", "amount"), [(-1, 60_000), (0, 50_000), (1, 50_000)])
def test_the_last_moment_of_a_month_is_of_the_partner_s_zone(
    accounts: FeeAccounts, after: int, amount: int
) -> None:
    """What is put in force in the first second of the next month comes too late."""
    _, end = month_bounds("2026-10", LOS_ANGELES)
    accounts.agrees(datetime(2026, 1, 1, tzinfo=UTC), partner(rates=(flat(date(2026, 1, 1)),)))
    dearer = partner(rates=(flat(date(2026, 1, 1), 60_000),))
    accounts.agrees(end.astimezone(UTC) + timedelta(seconds=after), dearer)
    accounts.enters("2026-10")
    assert accounts.fees() == [("sunrise", "2026-10", amount)]


def test_nothing_is_owed_for_a_month_from_before_the_first_directory(accounts: FeeAccounts) -> None:
    accounts.agrees(datetime(2026, 11, 3, tzinfo=UTC), partner(rates=(flat(date(2026, 1, 1)),)))
    assert [accounts.enters(month) for month in ("2025-12", "2026-10", "2026-11")] == [False, False, True]


@pytest.mark.parametrize(("left_at", "owes"), [(3, False), (8, True)])
def test_the_month_of_a_partner_that_left_ends_where_it_was(
    accounts: FeeAccounts, left_at: int, owes: bool
) -> None:
    """In California October ends at seven in the morning UTC."""
    accounts.agrees(datetime(2026, 1, 1, tzinfo=UTC), partner(rates=(flat(date(2026, 1, 1)),)))
    accounts.agrees(datetime(2026, 11, 1, left_at, tzinfo=UTC))
    assert accounts.enters("2026-10") is owes


def test_nothing_is_entered_without_a_directory_nor_for_nobody(accounts: FeeAccounts) -> None:
    assert accounts.enters("2026-10") is False
    accounts.agrees(datetime(2026, 1, 1, tzinfo=UTC), partner(rates=(flat(date(2026, 1, 1)),)))
    assert accounts.enters("2026-10", partner="nobody") is False
    assert accounts.enters("2026-10", partner="harbor") is False


def test_a_month_that_is_closed_gets_no_fee(accounts: FeeAccounts) -> None:
    accounts.agrees(datetime(2026, 1, 1, tzinfo=UTC), partner(rates=(flat(date(2026, 1, 1)),)))
    accounts.closes_a_month("2026-10")
    assert [accounts.enters("2026-10"), accounts.enters("2026-11")] == [False, True]


@given(begins=st.lists(DAYS_OF_2026, max_size=4, unique=True), month=st.sampled_from(MONTHS))
def test_the_fee_is_that_of_the_latest_rate_that_had_begun_by_the_first(
    begins: list[date], month: str
) -> None:
    prices = {day: 10_000 + place for place, day in enumerate(begins)}
    agreed = partner(rates=tuple(map(flat, prices, prices.values())))
    begun = [day for day in begins if day.isoformat() <= f"{month}-01"]
    found = owed(agreed, month)
    assert (found and found.price_minor) == (prices[max(begun)] if begun else None)
