"""The carrier's records against ours: what they confirm, what they put right, and what only staff can tell."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from callrouter.reconciliation.findings import GONE, explain
from callrouter.reports.money.charges import exported_entries
from callrouter.reports.period import Period
from simulator.records import SimulatedCdr
from tests.scenarios.call import PlacedCall
from tests.scenarios.people import Caller, Center
from tests.scenarios.places import NATIONAL
from tests.scenarios.world import START, World

DAY = START.date()


@pytest.fixture
def answered(caller: Caller, sunrise: Center) -> PlacedCall:
    call = caller.dials(NATIONAL)
    # Leg and call end at the same moment, so the carrier knows the prices of both at the same moment.
    sunrise.accepts(hangs_up="caller")
    assert call.costs("sunrise", "35.00 USD")
    return call


def leg_of(world: World, call: PlacedCall) -> SimulatedCdr:
    """The leg of the talk, as the carrier has it."""
    [sid] = [leg["sid"] for leg in call.stored_legs if leg["outcome"] == "accepted"]
    return world.carrier.records.calls[sid]


def states(world: World) -> list[tuple[str, str]]:
    """(entry, state) of each entry."""
    with world.database.engine.begin() as connection:
        return [(entry["entry"], entry["state"]) for entry in exported_entries(connection, Period())]


def found(rows: list[dict[str, Any]]) -> list[tuple[str, bool]]:
    return [(row["what"], row["corrected"]) for row in rows]


def test_a_charge_that_the_carriers_records_agree_with_is_confirmed(
    world: World, answered: PlacedCall
) -> None:
    assert states(world) == [("charge", "unconfirmed")]
    assert world.compares(DAY) == []
    assert states(world) == [("charge", "confirmed")]
    assert [(row["day"], row["calls"]) for row in world.rows("reconciled_day")] == [(DAY.isoformat(), 1)]


def test_comparing_again_changes_nothing(world: World, answered: PlacedCall) -> None:
    world.compares(DAY)
    before = world.counts()
    world.compares(DAY)
    assert world.counts() == before


def test_nobodys_number_is_kept_of_the_carriers_records(world: World, answered: PlacedCall) -> None:
    world.compares(DAY)
    assert "5550188" not in str(world.rows("carrier_cdr"))


def test_a_kept_promise_is_confirmed_by_the_leg_to_the_caller(
    world: World, caller: Caller, sunrise: Center
) -> None:
    call = caller.presses("", "1").dials(NATIONAL)
    assert call.outcome == "promised"
    sunrise.accepts()
    caller.takes_the_return_call()
    world.rings_owners()
    assert world.compares(DAY) == []
    assert states(world) == [("charge", "confirmed")]


def test_another_length_of_talk_is_put_right(world: World, answered: PlacedCall) -> None:
    leg = leg_of(world, answered)
    leg.seconds = (leg.seconds or 0) + 7
    before = answered.stored_legs[0]["talk_seconds"]
    assert found(world.compares(DAY)) == [("other length of talk", True)]
    assert answered.stored_legs[0]["talk_seconds"] == before + 7
    assert states(world) == [("charge", "confirmed")]
    assert found(world.compares(DAY)) == [("other length of talk", True)]


def test_a_talk_that_was_too_short_by_their_records_is_credited(world: World, answered: PlacedCall) -> None:
    leg_of(world, answered).seconds = 12
    world.compares(DAY)
    assert states(world) == [("charge", "credited"), ("credit", "confirmed")]


def test_a_talk_that_never_was_is_credited_and_not_confirmed(world: World, answered: PlacedCall) -> None:
    leg_of(world, answered).end("no-answer", world.clock.now(), None)
    assert found(world.compares(DAY)) == [("no talk there", True)]
    assert states(world) == [("charge", "credited"), ("credit", "unconfirmed")]


def test_a_call_whose_end_was_never_told_is_ended(world: World, caller: Caller, sunrise: Center) -> None:
    world.network.holds("dialled", "status")
    call = caller.dials(NATIONAL)
    sunrise.accepts()
    assert call.story
    world.network.forgets()
    assert call.outcome is None
    assert ("not ended here", True) in found(world.compares(DAY))
    assert call.was_answered_by(sunrise)
    assert states(world) == [("charge", "confirmed")]


def test_a_call_that_the_carrier_does_not_know_is_for_staff(world: World, answered: PlacedCall) -> None:
    del world.carrier.records.calls[answered.sid]
    assert found(world.compares(DAY)) == [("missing there", False)]
    assert states(world) == [("charge", "unconfirmed")]


def test_a_call_that_we_do_not_know_is_for_staff(world: World) -> None:
    world.network.holds("voice", "status")
    call = world.caller().dials(NATIONAL)
    assert call.story
    world.network.forgets()
    assert found(world.compares(DAY)) == [("missing here", False)]


def test_a_call_at_midnight_is_asked_for_by_itself(world: World, caller: Caller, sunrise: Center) -> None:
    """It arrived here in the last moment of the day, and started there in the next."""
    call = caller.dials(NATIONAL)
    sunrise.accepts()
    assert call.story
    booked = world.carrier.records.calls[call.sid]
    booked.started_at = booked.made_at + timedelta(days=1)
    assert found(world.compares(DAY)) == []


def test_another_day_is_another_day(world: World, answered: PlacedCall) -> None:
    assert world.compares(date(2026, 1, 1)) == []
    assert states(world) == [("charge", "unconfirmed")]


def test_a_leg_that_they_do_not_have_is_for_staff(world: World, answered: PlacedCall) -> None:
    leg = leg_of(world, answered)
    del world.carrier.records.calls[leg.sid]
    [row] = world.compares(DAY)
    assert (row["sid"], row["what"], row["call"], row["corrected"]) == (
        leg.sid,
        "missing there",
        answered.sid,
        False,
    )
    assert states(world) == [("charge", "unconfirmed")]


def test_a_leg_that_we_do_not_have_is_for_staff(world: World, answered: PlacedCall) -> None:
    leg = leg_of(world, answered)
    added = replace(leg, sid="CA" + "e" * 32)
    world.carrier.records.calls[added.sid] = added
    [row] = world.compares(DAY)
    assert (row["sid"], row["what"], row["call"]) == (added.sid, "missing here", answered.sid)
    assert states(world) == [("charge", "confirmed")]


def test_a_call_that_was_placed_by_somebody_else_is_for_staff(world: World, answered: PlacedCall) -> None:
    placed = replace(leg_of(world, answered), sid="CA" + "e" * 32, parent=None, direction="outbound-api")
    world.carrier.records.calls[placed.sid] = placed
    [row] = world.compares(DAY)
    assert (row["sid"], row["what"], row["call"]) == (placed.sid, "missing here", None)


def test_another_length_of_the_whole_call_is_put_right(world: World, answered: PlacedCall) -> None:
    booked = world.carrier.records.calls[answered.sid]
    booked.seconds = (booked.seconds or 0) + 1
    assert found(world.compares(DAY)) == [("other length of call", True)]
    assert answered.stored["carrier_seconds"] == booked.seconds


def test_a_leg_just_after_midnight_is_asked_for_by_itself(world: World, answered: PlacedCall) -> None:
    """The call was before midnight, and is compared with its own day."""
    leg = leg_of(world, answered)
    leg.started_at = leg.made_at + timedelta(days=1)
    assert world.compares(DAY) == []
    assert states(world) == [("charge", "confirmed")]
    assert world.compares(DAY + timedelta(days=1)) == []


def test_what_was_behind_at_first_waits_for_nobody_later(world: World, answered: PlacedCall) -> None:
    gone = world.carrier.records.calls.pop(answered.sid)
    assert found(world.compares(DAY)) == [("missing there", False)]
    world.carrier.records.calls[answered.sid] = gone
    [row] = world.compares(DAY)
    assert (row["explained_by"], row["explanation"]) == (None, GONE)
    assert states(world) == [("charge", "confirmed")]


def test_what_is_so_again_is_for_staff_again(world: World, answered: PlacedCall) -> None:
    booked = world.carrier.records.calls[answered.sid]
    for status, explanation in [("in-progress", None), ("completed", GONE), ("in-progress", None)]:
        booked.status = status
        [row] = world.compares(DAY)
        assert (row["what"], row["explanation"]) == ("not ended there", explanation)
        assert (row["explained_at"] is None) == (explanation is None)


def explains(world: World, call: str, why: str = "a test") -> list[str]:
    now = world.clock.now()
    explained = world.database.transact(lambda session: explain(session, call, why, "ada", now))
    return [what for _, _, what in explained]


def test_an_explanation_stays_as_long_as_the_same_is_found(world: World, answered: PlacedCall) -> None:
    leg = leg_of(world, answered)
    world.carrier.records.calls["CA" + "e" * 32] = added = replace(leg, sid="CA" + "e" * 32)
    world.compares(DAY)
    assert explains(world, answered.sid) == ["missing here"]
    assert explains(world, answered.sid) == []
    [row] = world.compares(DAY)
    assert (row["explained_by"], row["explanation"]) == ("ada", "a test")
    added.seconds = 4000
    [row] = world.compares(DAY)
    assert (row["explained_by"], row["explanation"], row["explained_at"]) == (None, None, None)


def test_a_difference_is_explained_by_its_leg_as_well(world: World, answered: PlacedCall) -> None:
    leg = leg_of(world, answered)
    del world.carrier.records.calls[leg.sid]
    world.compares(DAY)
    assert explains(world, leg.sid) == ["missing there"]


def test_what_was_put_right_needs_no_explanation(world: World, answered: PlacedCall) -> None:
    leg_of(world, answered).seconds = 12
    world.compares(DAY)
    assert explains(world, answered.sid) == []
    [row] = world.rows("carrier_difference")
    before = row["ours"]
    leg_of(world, answered).seconds = 50
    [row] = world.compares(DAY)
    assert (row["ours"], row["corrected"]) == (before, True)
    assert row["theirs"] != before


def test_a_charge_is_confirmed_once_and_stays_so(world: World, answered: PlacedCall) -> None:
    world.compares(DAY)
    [first] = world.rows("confirmation")
    world.passes(days=1)
    leg_of(world, answered).end("busy", world.clock.now(), None)
    world.compares(DAY)
    assert world.rows("confirmation") == [first]
