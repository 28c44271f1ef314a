"""Credits: a charge is taken back, wholly or in part, and what hung on it is rated anew. Nothing is ever changed."""

from functools import partial
from itertools import permutations
from typing import Any

import pytest
import sqlalchemy as sa

from callrouter.billing.charge import charge_calls
from callrouter.billing.manual_entries import CreditRequest, credit
from callrouter.errors import Fault, NotKnown
from callrouter.money import Money
from tests.owner import as_owner
from tests.scenarios.call import PlacedCall
from tests.scenarios.people import Center
from tests.scenarios.places import NATIONAL
from tests.scenarios.world import World


def talk(world: World, center: Center, number: str = "+13105550188", seconds: float = 90) -> PlacedCall:
    call = world.caller(number).dials(NATIONAL)
    center.accepts(seconds)
    assert call.was_answered_by(center)
    return call


def credits(world: World, call: PlacedCall, amount: int | None = None, reason: str = "bad line") -> Money:
    wanted = CreditRequest(call.sid, amount, reason, "ada")
    return world.database.transact(
        lambda session: credit(session, world.dependencies.directories, wanted, world.clock.now())
    )


def account(world: World) -> list[tuple[str, str, int]]:
    """(entry, CallSid, amount) of each entry, in the order in which they were made."""
    return [(row["entry_type"], row["call"], row["amount"]) for row in world.rows("ledger_entry")]


def balance(world: World) -> dict[str, int]:
    """What each call costs, by all of its entries; without those that cost nothing."""
    signs = {"charge": 1, "credit_reversal": 1, "credit": -1}
    amounts: dict[str, int] = {}
    for entry, call, amount in account(world):
        amounts[call] = amounts.get(call, 0) + signs[entry] * amount
    return {call: amount for call, amount in amounts.items() if amount}


def test_a_credit_takes_all_of_a_charge_back_and_says_who_and_why(world: World, sunrise: Center) -> None:
    call = talk(world, sunrise)
    world.settles()
    assert credits(world, call) == Money(3500, "USD")
    assert account(world) == [("charge", call.sid, 3500), ("credit", call.sid, 3500)]
    credited = world.rows("ledger_entry")[1]
    assert (credited["person"], credited["reason"], credited["partner"]) == ("ada", "bad line", "sunrise")


def test_a_part_of_a_charge_can_be_credited_and_never_more_than_is_left(
    world: World, sunrise: Center
) -> None:
    call = talk(world, sunrise)
    world.settles()
    credits(world, call, 1000)
    with pytest.raises(Fault, match=r"25\.00 USD are left"):
        credits(world, call, 2501)
    credits(world, call)
    assert balance(world) == {}
    with pytest.raises(Fault, match=r"0\.00 USD are left"):
        credits(world, call)


@pytest.mark.parametrize("amount", [0, -1])
def test_nothing_is_no_credit(world: World, sunrise: Center, amount: int) -> None:
    call = talk(world, sunrise)
    world.settles()
    with pytest.raises(Fault, match="more than nothing"):
        credits(world, call, amount)


def test_a_call_that_was_not_charged_cannot_be_credited(world: World, sunrise: Center) -> None:
    call = talk(world, sunrise, seconds=3)
    world.settles()
    with pytest.raises(NotKnown, match="was not charged"):
        credits(world, call)


def test_a_repeat_is_charged_when_what_it_repeated_is_credited(world: World, sunrise: Center) -> None:
    first, repeat = talk(world, sunrise), talk(world, sunrise)
    world.settles()
    assert balance(world) == {first.sid: 3500}
    credits(world, first)
    assert balance(world) == {repeat.sid: 3500}
    assert world.rows("ledger_entry")[-1]["reason"] == "what it repeated costs nothing any more"


def test_a_part_that_is_credited_leaves_a_repeat_free(world: World, sunrise: Center) -> None:
    first, _ = talk(world, sunrise), talk(world, sunrise)
    world.settles()
    credits(world, first, 3499)
    assert balance(world) == {first.sid: 1}


def test_a_chain_of_repeats_moves_on_by_its_days(world: World, sunrise: Center) -> None:
    """Charged, free, and 31 days after the first one charged again; without the first, the second pays and the third
    is its repeat.
    """
    first = talk(world, sunrise)
    world.passes(days=20)
    second = talk(world, sunrise)
    world.passes(days=11)
    third = talk(world, sunrise)
    world.settles()
    assert balance(world) == {first.sid: 3500, third.sid: 3500}
    credits(world, first)
    assert balance(world) == {second.sid: 3500}
    assert "within 30 days of a charged call" in world.rows("ledger_entry")[-1]["reason"]


def test_what_was_credited_as_a_repeat_is_charged_again_when_that_ends(world: World, sunrise: Center) -> None:
    first = talk(world, sunrise)
    world.passes(days=20)
    second = talk(world, sunrise)
    world.passes(days=11)
    third = talk(world, sunrise)
    world.settles()
    credits(world, first)
    credits(world, second)
    assert balance(world) == {third.sid: 3500}
    assert [entry for entry, call, _ in account(world) if call == third.sid] == [
        "charge",
        "credit",
        "credit_reversal",
    ]


def test_a_call_that_is_told_late_is_charged_and_its_later_repeat_credited(
    world: World, sunrise: Center
) -> None:
    late, repeat = talk(world, sunrise), talk(world, sunrise)
    world.catch_up()
    charge(world, repeat)
    assert balance(world) == {repeat.sid: 3500}
    world.settles()
    assert balance(world) == {late.sid: 3500}


def charge(world: World, *calls: PlacedCall) -> None:
    """Their ends are settled in this order, each in a batch of its own."""
    for call in calls:
        deed = partial(_charge, world, call.sid)
        world.database.transact(deed)


def _charge(world: World, sid: str, session: Any) -> None:
    charge_calls(session, world.dependencies.directories, [sid], world.clock.now())


@pytest.mark.parametrize("order", list(permutations(range(4)))[::3])
def test_in_whatever_order_they_are_told_the_accounts_are_the_same(
    world: World, sunrise: Center, order: tuple[int, ...]
) -> None:
    calls = []
    for _ in range(4):
        calls.append(talk(world, sunrise))
        world.passes(days=12)
    charge(world, *(calls[place] for place in order), *(calls[place] for place in order))
    assert balance(world) == {calls[0].sid: 3500, calls[3].sid: 3500}


def test_a_talk_that_turns_out_too_short_is_credited_by_the_rule(world: World, sunrise: Center) -> None:
    call, repeat = talk(world, sunrise), talk(world, sunrise)
    world.settles()
    with world.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE leg SET talk_seconds = 3 WHERE call = '" + call.sid + "'")
    charge(world, call)
    assert balance(world) == {repeat.sid: 3500}
    [credited] = [row for row in world.rows("ledger_entry") if row["entry_type"] == "credit"]
    assert (credited["person"], credited["reason"]) == (
        None,
        "3 seconds of talk are fewer than the rate's 30",
    )
    with world.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE leg SET talk_seconds = 90 WHERE call = '" + call.sid + "'")
    charge(world, call)
    assert balance(world) == {call.sid: 3500}


CHANGES: dict[str, str] = {
    "an amount is changed": "UPDATE ledger_entry SET amount = 1",
    "a reason is changed": "UPDATE ledger_entry SET reason = 'none'",
    "a partner is changed": "UPDATE ledger_entry SET partner = 'harbor'",
    "a caller becomes another": "UPDATE ledger_entry SET caller_pseudonym = 'other'",
    "a caller becomes nobody": "UPDATE ledger_entry SET caller_pseudonym = NULL",
    "an entry is deleted": "DELETE FROM ledger_entry",
    "a credit is too much": (
        "INSERT INTO ledger_entry (id, entry_type, partner, call, kind, amount, currency, reverses, rule,"
        " reason, posted_at,"
        " day, period, arrived_at, simulated) SELECT 99, 'credit', partner, call, kind, amount + 1, currency, id,"
        " 'short', 'x', posted_at, day, period, arrived_at, simulated FROM ledger_entry"
    ),
    "a call is charged twice": (
        "INSERT INTO ledger_entry (id, entry_type, partner, call, kind, amount, currency, posted_at, day,"
        " period, arrived_at,"
        " simulated) SELECT 99, 'charge', partner, call, kind, amount, currency, posted_at, day, period, arrived_at,"
        " simulated FROM ledger_entry"
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_the_database_lets_nobody_change_an_account(world: World, sunrise: Center, change: str) -> None:
    talk(world, sunrise)
    world.settles()
    before = world.rows("ledger_entry")
    with pytest.raises(sa.exc.DatabaseError), as_owner(world.database) as connection:
        connection.exec_driver_sql(change)
    assert world.rows("ledger_entry") == before


def test_the_database_lets_nobody_empty_the_accounts(world: World, sunrise: Center) -> None:
    talk(world, sunrise)
    world.settles()
    with pytest.raises(sa.exc.DatabaseError), as_owner(world.database) as connection:
        connection.exec_driver_sql("TRUNCATE ledger_entry CASCADE")
    assert len(world.rows("ledger_entry")) == 1


def test_a_forgotten_caller_leaves_every_entry_as_it_was(world: World, sunrise: Center) -> None:
    talk(world, sunrise)
    world.settles()
    before = world.rows("ledger_entry")
    world.erases(world.calls[0].story.caller)
    assert world.rows("ledger_entry") == before != []
    assert world.rows("match_value") == []
