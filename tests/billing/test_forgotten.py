"""A caller who is forgotten is charged as before: the calls stay those of one caller, whom nothing leads back to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import permutations

import pytest

from callrouter.erasure import erase_caller
from callrouter.privacy.acts import Actor
from tests.billing.history import START, Accounts, ReportedCall, directory

ANN = [
    ReportedCall(f"CA{day:02}", "sunrise", "helpline", "ann", START + timedelta(days=day), 90)
    for day in (0, 4, 20, 31)
]
BOB = [
    ReportedCall(f"CB{day:02}", "sunrise", "helpline", "bob", START + timedelta(days=day), 90)
    for day in (1, 5)
]
SIDS = [call.sid for call in ANN + BOB]
STAND = {"CA00": 3500, "CA31": 3500, "CB01": 3500}


@pytest.fixture
def accounts(database_url: str) -> Iterator[Accounts]:
    made = Accounts(database_url, directory())
    made.stores(ANN + BOB)
    yield made
    made.close()


def forgets(accounts: Accounts, caller: str) -> None:
    accounts.database.transact(lambda session: erase_caller(session, [f"k1.{caller}"], Actor(accounts.now)))


@pytest.mark.parametrize("order", list(permutations(SIDS))[::71])
def test_ends_that_are_told_again_in_any_order_come_to_the_same(
    accounts: Accounts, order: tuple[str, ...]
) -> None:
    accounts.tells(SIDS)
    assert accounts.cost_of_calls() == STAND
    before = accounts.rows("ledger_entry")
    forgets(accounts, "ann")
    forgets(accounts, "bob")
    for sid in order:
        accounts.tells([sid])
    assert accounts.cost_of_calls() == STAND
    assert len(accounts.rows("ledger_entry")) == len(before)


@pytest.mark.parametrize("told_before", [0, 1, 2, 3, 4])
def test_ends_that_are_told_only_afterwards_come_to_the_same(accounts: Accounts, told_before: int) -> None:
    latest_first = SIDS[::-1]
    accounts.tells(latest_first[:told_before])
    forgets(accounts, "ann")
    for sid in latest_first[told_before:]:
        accounts.tells([sid])
    assert accounts.cost_of_calls() == STAND


def test_all_of_a_caller_has_one_name_and_others_have_others(accounts: Accounts) -> None:
    accounts.tells(SIDS)
    forgets(accounts, "ann")
    forgets(accounts, "bob")
    names = {row["sid"]: row["caller_pseudonym"] for row in accounts.rows("call")}
    assert all(row["caller_erased_at"] == accounts.now for row in accounts.rows("call"))
    of_ann, of_bob = ({names[call.sid] for call in calls} for calls in (ANN, BOB))
    assert (len(of_ann), len(of_bob), len(of_ann | of_bob)) == (1, 1, 2)
    assert {row["caller_pseudonym"] for row in accounts.rows("ledger_entry")} == of_ann | of_bob


def test_a_later_call_of_the_number_is_a_new_callers(accounts: Accounts) -> None:
    accounts.tells(SIDS)
    forgets(accounts, "bob")
    accounts.stores(
        [ReportedCall("CB06", "sunrise", "helpline", "bob by a new pseudonym", START + timedelta(days=6), 90)]
    )
    accounts.tells(["CB06"])
    assert accounts.cost_of_calls() == STAND | {"CB06": 3500}
