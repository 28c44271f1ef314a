"""The allowances of a month, as the ledger has them: by its own calls, whatever changes meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest

from callrouter.billing.allowances import apply_allowances_of_new_terms
from callrouter.billing.manual_entries import CreditRequest, credit
from callrouter.directory.directory import Directory
from tests.billing.history import Accounts, ReportedCall, directory
from tests.directories import rate

FIRST = datetime(2026, 10, 2, 18, tzinfo=UTC)
FREE_CALL = (rate("helpline", free_calls=1), rate("listing"))


@contextmanager
def accounts(url: str, *versions: Directory) -> Iterator[Accounts]:
    with closing(Accounts(url, *versions)) as made:
        made.now = datetime(2026, 10, 20, tzinfo=UTC)
        yield made


def call(
    number: int, days: float = 0, version: int = 1, seconds: int = 90, caller: str | None = None
) -> ReportedCall:
    return ReportedCall(
        f"CA{number}",
        "sunrise",
        "helpline",
        caller or f"caller {number}",
        FIRST + timedelta(days=days),
        seconds,
        version,
    )


def spending(made: Accounts) -> dict[tuple[str, bool], int]:
    return {(row["month"], bool(row["simulated"])): row["amount"] for row in made.rows("spend")}


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_a_spend_cap_that_comes_in_the_middle_counts_what_was_before(
    database_url: str, order: tuple[int, ...]
) -> None:
    with accounts(database_url, directory(), directory(spend_cap_minor=3500)) as made:
        made.stores([call(1), call(2, days=8, version=2)])
        for number in order:
            made.tells([f"CA{number}"])
        assert made.cost_of_calls() == {"CA1": 3500}
        assert spending(made) == {("2026-10", True): 3500}
        wanted = CreditRequest("CA1", None, "the line was bad", "ada")
        made.database.transact(partial(credit, directories=made.shelf, wanted=wanted, now=made.now))
        assert made.cost_of_calls() == {"CA2": 3500}


def test_a_spend_cap_that_is_new_knows_what_was_spent_at_once(database_url: str) -> None:
    with accounts(database_url, directory(), directory(spend_cap_minor=10_000)) as made:
        made.stores([call(1), call(2, days=1)])
        made.tells(["CA1", "CA2"])
        assert spending(made) == {}
        made.database.transact(partial(apply_allowances_of_new_terms, directories=made.shelf, now=made.now))
        assert spending(made) == {("2026-10", True): 7000, ("2026-10", False): 0}


def test_a_call_is_of_one_month_though_its_partner_has_moved(database_url: str) -> None:
    """At the end of October in New York it is still October in Los Angeles; both calls are told again and again."""
    york = directory(timezone="America/New_York", rates=FREE_CALL)
    angeles = directory(timezone="America/Los_Angeles", rates=FREE_CALL)
    midnight = datetime(2026, 11, 1, 4, 30, tzinfo=UTC)
    with accounts(database_url, york, angeles) as made:
        made.now = midnight + timedelta(hours=1)
        made.stores(
            [
                replace(call(1), arrived_at=midnight),
                replace(call(2), arrived_at=midnight + timedelta(minutes=30), version=2),
            ]
        )
        made.tells(["CA1", "CA2"])
        entered = made.rows("ledger_entry")
        for _ in range(3):
            for sid in ("CA2", "CA1"):
                made.tells([sid])
        assert made.rows("ledger_entry") == entered
        assert made.cost_of_calls() == {}, "the first of November there, and the first of October here"


@pytest.mark.parametrize("told_wrong", [False, True])
def test_a_call_for_nothing_that_does_not_count_uses_up_no_free_call(
    database_url: str, *, told_wrong: bool
) -> None:
    terms = (
        rate("helpline", price_minor=0, free_calls=1),
        rate("helpline", begins=date(2026, 10, 5), free_calls=1),
        rate("listing"),
    )
    with accounts(database_url, directory(rates=terms)) as made:
        made.stores([call(1, seconds=90 if told_wrong else 5), call(2, days=8)])
        made.tells(["CA1", "CA2"])
        if told_wrong:
            made.corrects("CA1", 5)
            made.tells(["CA1"])
        assert made.cost_of_calls() == {}


def test_what_was_only_simulated_makes_no_real_call_free(database_url: str) -> None:
    with accounts(database_url, directory()) as made:
        made.stores([call(1, caller="a"), replace(call(2, days=4, caller="a"), simulated=False)])
        made.tells(["CA1", "CA2"])
        made.tells(["CA2"])
        assert made.cost_of_calls() == {"CA1": 3500, "CA2": 3500}
