"""A caller who calls again and is answered needs no return call any more; one who is not answered still does."""

import pytest

from tests.promises.attempts import begins
from tests.scenarios.call import PlacedCall
from tests.scenarios.people import Caller, Center
from tests.scenarios.places import HARBOR_PAGE, NATIONAL, SUNRISE_PAGE
from tests.scenarios.world import World

OTHER = "+14155550123"


def ended(call: PlacedCall) -> tuple[str, str | None]:
    return call.promised["state"], call.promised["end_reason"]


def is_answered(world: World, caller: Caller, number: str, center: Center) -> None:
    call = caller.dials(number)
    center.accepts()
    assert call.was_answered_by(center)
    world.settles()


def test_answered_by_who_owed_it_it_is_kept(
    world: World, promised: PlacedCall, caller: Caller, sunrise: Center
) -> None:
    is_answered(world, caller, SUNRISE_PAGE, sunrise)
    assert ended(promised) == ("kept", "the caller called again, and sunrise-la answered")
    assert promised.promised["ended_at"] == world.clock.now()
    assert promised.is_free


def test_answered_by_another_it_is_not_wanted_any_more(
    world: World, promised: PlacedCall, caller: Caller, harbor: Center
) -> None:
    is_answered(world, caller, HARBOR_PAGE, harbor)
    assert ended(promised) == ("withdrawn", "the caller called again, and harbor-sd answered")


def test_each_promise_of_the_caller_ends(
    world: World, promised: PlacedCall, caller: Caller, sunrise: Center
) -> None:
    other = caller.presses("2").dials(SUNRISE_PAGE)
    assert other.promised["state"] == "open"
    is_answered(world, caller, SUNRISE_PAGE, sunrise)
    assert [ended(call)[0] for call in (promised, other)] == ["kept", "kept"]


@pytest.mark.parametrize("number", ["+13105550188", OTHER])
def test_whichever_of_two_numbers_they_call_from(world: World, number: str, sunrise: Center) -> None:
    promised = world.caller().presses("", "1", "1", OTHER.removeprefix("+1")).dials(NATIONAL)
    assert promised.promised["called_purpose"] == "return"
    is_answered(world, world.caller(number), SUNRISE_PAGE, sunrise)
    assert ended(promised)[0] == "kept"


def test_another_callers_answer_is_none_of_theirs(
    world: World, promised: PlacedCall, sunrise: Center
) -> None:
    is_answered(world, world.caller("+16175550123"), SUNRISE_PAGE, sunrise)
    assert ended(promised) == ("open", None)


def test_a_caller_without_a_number_is_nobody(world: World, promised: PlacedCall, sunrise: Center) -> None:
    is_answered(world, world.caller("anonymous"), SUNRISE_PAGE, sunrise)
    assert ended(promised) == ("open", None)


def test_called_again_in_vain_it_is_still_owed(world: World, promised: PlacedCall, caller: Caller) -> None:
    assert caller.dials(SUNRISE_PAGE).outcome == "unserved"
    world.settles()
    assert ended(promised) == ("open", None)


def test_an_answer_before_the_promise_does_not_end_it(world: World, caller: Caller, sunrise: Center) -> None:
    """Its end is told late."""
    first = caller.dials(SUNRISE_PAGE)
    sunrise.accepts()
    assert first.was_answered_by(sunrise)
    promised = caller.presses("", "1").dials(NATIONAL)
    assert promised.promised["state"] == "open"
    world.settles()
    assert ended(promised) == ("open", None)


def test_told_again_nothing_changes(
    world: World, promised: PlacedCall, caller: Caller, sunrise: Center
) -> None:
    is_answered(world, caller, SUNRISE_PAGE, sunrise)
    before = world.rows("promise")
    world.passes(minutes=1)
    with world.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO outbox (fact, call, at, turn) SELECT 'ended', sid, ended_at, 0 FROM call"
        )
    world.settles()
    assert world.rows("promise") == before


def test_answered_while_its_owner_is_rung_the_caller_is_not_called(
    world: World, promised: PlacedCall, caller: Caller, sunrise: Center, harbor: Center
) -> None:
    assert begins(world, promised)
    is_answered(world, caller, HARBOR_PAGE, harbor)
    assert ended(promised)[0] == "withdrawn"
    assert promised.promised["attempts"] == 0
