"""Balance and statement: whatever was entered, in whatever order, all of it adds up to the same."""

import random
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from callrouter.billing.balance import running, signed, sums
from callrouter.billing.ledger import lock_ledger
from callrouter.billing.manual_entries import CreditRequest, credit
from callrouter.billing.model import SIGNED_AMOUNT, LedgerEntry
from callrouter.billing.monthly_fee import enter_fee
from callrouter.database import Session
from callrouter.errors import Fault, NotKnown
from callrouter.invoices.close import CannotBeClosed, CloseRequest, close_month
from callrouter.money import Money
from tests.billing.history import START, Accounts, ReportedCall, directory
from tests.billing.manual_entries import adjusts, all_balances, entered, lines, pays
from tests.directories import rate
from tests.invoices.closing import talk
from tests.seeds import seeds

KINDS = ("charge", "credit", "credit_reversal", "adjustment", "payment", "fee")
ENTRIES = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 10**9)))


@pytest.fixture
def accounts(database_url: str) -> Iterator[Accounts]:
    monthly = rate("monthly", price_minor=9900, begins=START.date())
    rates = (rate("helpline", free_calls=1), rate("listing"), monthly)
    with closing(Accounts(database_url, directory(rates=rates))) as made:
        yield made


@pytest.mark.parametrize(("kind", "sign"), list(zip(KINDS, (1, -1, 1, 1, -1, 1), strict=True)))
def test_a_credit_and_a_payment_are_taken_off(kind: str, sign: int) -> None:
    assert signed(kind, 5) == 5 * sign
    assert sums([(kind, 5)]).balance == 5 * sign


@given(ENTRIES, st.randoms())
def test_the_balance_is_the_sum_of_what_entries_add(
    found: list[tuple[str, int]], chance: random.Random
) -> None:
    come_to = sums(found)
    told = come_to.charged - come_to.credited + come_to.adjusted + come_to.fees - come_to.paid
    assert come_to.balance == told == sum(signed(*each) for each in found)
    chance.shuffle(found)
    assert sums(found) == come_to


@given(st.integers(), st.lists(st.integers()))
def test_a_running_balance_ends_at_the_sum(opening: int, amounts: list[int]) -> None:
    balances = list(running(opening, amounts))
    assert len(balances) == len(amounts)
    assert [opening, *balances][-1] == opening + sum(amounts)


def test_an_account_is_told_entry_by_entry(accounts: Accounts) -> None:
    calls = [talk(1, START), talk(2, START + timedelta(hours=1)), talk(3, START + timedelta(hours=2))]
    accounts.stores(calls)
    accounts.tells([call.sid for call in calls])
    adjusts(accounts, "12.50")
    accounts.now += timedelta(days=1)
    credits(accounts, calls[1], 1000)
    pays(accounts, "20.00", "wire 17")
    told = lines(accounts)
    assert entered(told) == [
        ("charge", "35.00"),
        ("charge", "35.00"),
        ("charge", "35.00"),
        ("credit", "-35.00"),
        ("adjustment", "12.50"),
        ("credit", "-10.00"),
        ("payment", "-20.00"),
    ]
    assert [(line["what"], line["balance"]) for line in (told[0], told[-1])] == [
        ("opening balance", "0.00"),
        ("closing balance", "52.50"),
    ]
    assert [line["why"] for line in told[-4:-1]] == ["agreed", "a test says so", "wire 17"]
    assert all_balances(accounts) == [
        {
            "partner": "sunrise",
            "currency": "USD",
            "simulated": True,
            "charged": "105.00",
            "credited": "45.00",
            "adjusted": "12.50",
            "fees": "0.00",
            "paid": "20.00",
            "balance": "52.50",
        }
    ]


def test_a_statement_of_a_month_begins_with_what_was_owed_before(accounts: Accounts) -> None:
    adjusts(accounts, "10.00")
    accounts.now += timedelta(days=31)
    adjusts(accounts, "5.00")
    accounts.now += timedelta(days=31)
    adjusts(accounts, "1.00")
    november = lines(accounts, since="2026-11", until="2026-11")
    assert [(line["what"], line["amount"], line["balance"]) for line in november] == [
        ("opening balance", None, "10.00"),
        ("adjustment", "5.00", "15.00"),
        ("closing balance", None, "15.00"),
    ]
    assert [line["balance"] for line in lines(accounts, since="2027-05")] == ["16.00", "16.00"]
    assert [line["balance"] for line in lines(accounts, until="2026-09")] == ["0.00", "0.00"]


def test_currencies_and_what_is_simulated_are_accounts_of_their_own(accounts: Accounts) -> None:
    adjusts(accounts, "10.00")
    adjusts(accounts, "7.00", simulated=False)
    told = {(line["currency"], line["simulated"], line["what"]): line["balance"] for line in lines(accounts)}
    assert told["USD", True, "closing balance"] == "10.00"
    assert told["USD", False, "closing balance"] == "7.00"
    assert [(one["simulated"], one["balance"]) for one in all_balances(accounts)] == [
        (False, "7.00"),
        (True, "10.00"),
    ]


def credits(accounts: Accounts, call: ReportedCall, amount: int | None) -> None:
    wanted = CreditRequest(call.sid, amount, "a test says so", "ada")
    accounts.database.transact(partial(credit, directories=accounts.shelf, wanted=wanted, now=accounts.now))


def history(chance: random.Random) -> list[ReportedCall]:
    return [
        ReportedCall(
            sid=f"CA{number:03}",
            partner=chance.choice(["sunrise", "sunrise", "harbor"]),
            kind=chance.choice(["helpline", "listing"]),
            caller=chance.choice([None, "a", "b", "c", "d"]),
            arrived_at=START + timedelta(minutes=chance.randrange(60 * 24 * 60)),
            talk_seconds=chance.choice([5, 90]),
        )
        for number in range(24)
    ]


def happens(accounts: Accounts, chance: random.Random) -> None:
    """Everything that makes entries, in any order, with months that are closed in between."""
    calls = history(chance)
    accounts.stores(calls)
    accounts.confirms([call.sid for call in calls])
    deeds: list[Callable[[], object]] = [partial(accounts.tells, [call.sid]) for call in calls]
    deeds += [
        partial(_credited, accounts, call, chance.choice([None, 500])) for call in chance.sample(calls, 6)
    ]
    deeds += [partial(adjusts, accounts, f"{n}.50", off=chance.random() < 0.5) for n in range(4)]
    deeds += [
        partial(pays, accounts, "17.25", f"wire {n}", partner=chance.choice(["sunrise", "harbor"]))
        for n in (1, 2)
    ]
    deeds += [partial(_fee, accounts, month) for month in ("2026-10", "2026-11")]
    deeds += [partial(_closed, accounts, month) for month in ("2026-10", "2026-11")]
    chance.shuffle(deeds)
    for deed in deeds:
        accounts.now += timedelta(days=chance.randint(0, 5))
        deed()


def _credited(accounts: Accounts, call: ReportedCall, amount: int | None) -> None:
    with suppress(NotKnown, Fault):
        credits(accounts, call, amount)


def _fee(accounts: Accounts, month: str) -> None:
    def deed(session: Session) -> bool:
        lock_ledger(session)
        return enter_fee(session, accounts.shelf, "sunrise", month, simulated=True, now=accounts.now)

    accounts.database.transact(deed)


def _closed(accounts: Accounts, month: str) -> None:
    request = CloseRequest("sunrise", month, simulated=True, person="ada", early=True)
    with suppress(CannotBeClosed):
        accounts.database.transact(
            partial(close_month, directories=accounts.shelf, request=request, now=accounts.now)
        )


@pytest.mark.soak
@pytest.mark.parametrize("seed", seeds(6))
def test_balance_statement_and_entries_come_to_the_same(accounts: Accounts, seed: int) -> None:
    happens(accounts, random.Random(f"account {seed}"))
    rows = accounts.rows("ledger_entry")
    assert {"charge", "credit", "adjustment", "payment", "fee"} <= {row["entry_type"] for row in rows}
    assert accounts.rows("closed_month") != []
    for partner in ("sunrise", "harbor"):
        of_entries = sum(
            signed(row["entry_type"], row["amount"]) for row in rows if row["partner"] == partner
        )
        told = lines(accounts, partner)
        [balance] = [one for one in all_balances(accounts) if one["partner"] == partner]
        owed = Money(of_entries, "USD").decimal()
        assert owed == balance["balance"] == told[-1]["balance"]
        assert sum(Decimal(amount) for _, amount in entered(told)) == Decimal(owed)
        assert len(entered(told)) == sum(row["partner"] == partner for row in rows)
        assert by_months(accounts, partner) == entered(told)
        assert in_sql(accounts, partner) == of_entries


def by_months(accounts: Accounts, partner: str) -> list[tuple[str, str]]:
    """Month after month, each of which begins where the one before it ended."""
    found, balance = [], "0.00"
    for month in sorted({row["period"] for row in accounts.rows("ledger_entry")}):
        told = lines(accounts, partner, since=month, until=month)
        assert told[0]["balance"] == balance
        balance = told[-1]["balance"]
        found += entered(told)
    return found


def in_sql(accounts: Accounts, partner: str) -> int:
    with accounts.database.engine.connect() as connection:
        query = sa.select(sa.func.sum(SIGNED_AMOUNT)).where(LedgerEntry.partner == partner)
        return int(connection.execute(query).scalar_one())
