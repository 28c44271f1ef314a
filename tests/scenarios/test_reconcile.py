"""The carrier's books against ours: what they confirm, what they put right, and what only staff can tell."""

from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from callrouter.carrier.simulated.books import BookedCall
from callrouter.reports.charges import exported_entries
from callrouter.reports.period import Period
from tests.scenarios.call import PlacedCall
from tests.scenarios.people import Caller, Center
from tests.scenarios.places import NATIONAL
from tests.scenarios.world import START, World

DAY = START.date()


@pytest.fixture
def answered(caller: Caller, sunrise: Center) -> PlacedCall:
    call = caller.dials(NATIONAL)
    sunrise.accepts()
    assert call.costs("sunrise", "35.00 USD")
    return call


def leg_of(world: World, call: PlacedCall) -> BookedCall:
    """The leg of the talk, as the carrier has it."""
    [sid] = [leg["sid"] for leg in call.stored_legs if leg["outcome"] == "accepted"]
    return world.carrier.books.calls[sid]


def states(world: World) -> list[tuple[str, str]]:
    """(entry, state) of each entry."""
    with world.database.engine.begin() as connection:
        return [(entry["entry"], entry["state"]) for entry in exported_entries(connection, Period())]


def found(rows: list[dict[str, Any]]) -> list[tuple[str, bool]]:
    return [(row["what"], row["mended"]) for row in rows]


def test_a_charge_that_the_carriers_books_agree_with_is_confirmed(world: World, answered: PlacedCall) -> None:
    assert states(world) == [("charge", "unconfirmed")]
    assert world.compares(DAY) == []
    assert states(world) == [("charge", "confirmed")]
    assert [(row["day"], row["calls"]) for row in world.rows("reconciled_day")] == [(DAY.isoformat(), 1)]


def test_comparing_again_changes_nothing(world: World, answered: PlacedCall) -> None:
    world.compares(DAY)
    before = world.counts()
    world.compares(DAY)
    assert world.counts() == before


def test_nobodys_number_is_kept_of_the_carriers_books(world: World, answered: PlacedCall) -> None:
    world.compares(DAY)
    assert "5550188" not in str(world.rows("carrier_call"))


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


def test_a_talk_that_was_too_short_by_their_books_is_credited(world: World, answered: PlacedCall) -> None:
    leg_of(world, answered).seconds = 12
    world.compares(DAY)
    assert states(world) == [("charge", "credited"), ("credit", "confirmed")]


def test_a_talk_that_never_was_is_credited_and_not_confirmed(world: World, answered: PlacedCall) -> None:
    leg_of(world, answered).ends("no-answer", world.clock.now(), None)
    assert found(world.compares(DAY)) == [("no talk there", True)]
    assert states(world) == [("charge", "credited"), ("credit", "unconfirmed")]


def test_a_call_whose_end_was_never_told_is_ended(world: World, caller: Caller, sunrise: Center) -> None:
    world.post.holds("dialled", "status")
    call = caller.dials(NATIONAL)
    sunrise.accepts()
    assert call.story
    world.post.forgets()
    assert call.outcome is None
    assert ("not ended here", True) in found(world.compares(DAY))
    assert call.was_answered_by(sunrise)


def test_a_call_that_the_carrier_does_not_know_is_for_staff(world: World, answered: PlacedCall) -> None:
    del world.carrier.books.calls[answered.sid]
    assert found(world.compares(DAY)) == [("missing there", False)]
    assert states(world) == [("charge", "unconfirmed")]


def test_a_call_that_we_do_not_know_is_for_staff(world: World) -> None:
    world.post.holds("voice", "status")
    call = world.caller().dials(NATIONAL)
    assert call.story
    world.post.forgets()
    assert found(world.compares(DAY)) == [("missing here", False)]


def test_a_call_at_midnight_is_asked_for_by_itself(world: World, caller: Caller, sunrise: Center) -> None:
    """It arrived here in the last moment of the day, and started there in the next."""
    call = caller.dials(NATIONAL)
    sunrise.accepts()
    assert call.story
    booked = world.carrier.books.calls[call.sid]
    booked.started_at = booked.made_at + timedelta(days=1)
    assert found(world.compares(DAY)) == []


def test_every_difference_of_many_is_found(world: World, sunrise: Center) -> None:
    """Missing, extra and altered ones, at random."""
    calls = []
    for number in range(60):
        calls.append(world.caller(f"+1310555{number:04d}").dials(NATIONAL))
        sunrise.accepts(60 + number)
    world.settles()
    luck, expected = Random(5), set()
    for call in calls:
        what = luck.choice(["as it is", "missing there", "other length of talk", "no talk there"])
        if what == "missing there":
            del world.carrier.books.calls[call.sid]
            expected.add((call.sid, what))
        elif what != "as it is":
            leg = leg_of(world, call)
            expected.add((leg.sid, what))
            leg.seconds = (leg.seconds or 0) + luck.choice([-3, 1, 400])
            if what == "no talk there":
                leg.ends("failed", world.clock.now(), None)
    assert {(row["sid"], row["what"]) for row in world.compares(DAY)} == expected
    confirmed = {row["call"] for row in world.rows("confirmation")}
    wrong = {sid for sid, what in expected if what == "missing there"}
    assert not confirmed & wrong


def test_a_page_that_fails_is_read_again(world: World, answered: PlacedCall) -> None:
    world.carrier.rest.knobs.errors = 1
    with pytest.raises(Exception, match="status 500"):
        world.compares(DAY)
    assert world.compares(DAY) == []
    assert states(world) == [("charge", "confirmed")]


def test_another_day_is_another_day(world: World, answered: PlacedCall) -> None:
    assert world.compares(date(2026, 1, 1)) == []
    assert states(world) == [("charge", "unconfirmed")]
