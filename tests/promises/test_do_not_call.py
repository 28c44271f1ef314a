"""Who asked not to be called is not called; of who asked to be forgotten, nothing leads back to them."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from callrouter.promises.do_not_call import add_to_do_not_call, may_be_called
from callrouter.promises.model import DoNotCallEntry
from tests.privacy.opening import opened_numbers
from tests.promises.attempts import begins, ends, is_attempted, stored
from tests.scenarios.call import PlacedCall
from tests.scenarios.people import Caller, Center
from tests.scenarios.places import HARBOR_PAGE, NATIONAL, SUNRISE_PAGE
from tests.scenarios.world import World

THEIRS, OTHER, SOMEBODY_ELSES = "+13105550188", "+14155550123", "+16175550166"
THE_LIST = "do_not_call"


def stops(world: World, number: str) -> None:
    now = world.clock.now()
    world.database.transact(lambda session: add_to_do_not_call(session, world.vault, number, now))


def can_be_called(world: World, number: str) -> bool:
    return world.database.transact(lambda session: may_be_called(session, world.vault, number))


def values(world: World) -> Iterator[tuple[str, str]]:
    """(table, value) of everything that is stored, in every table that there is."""
    for table in world.counts():
        for row in world.rows(table):
            yield from ((table, str(value)) for value in row.values())


def leading_back(world: World, number: str) -> set[str]:
    """Everything that whoever has the vault can find a number by: its match values, and its pseudonyms."""
    vault = world.vault
    keys = world.database.transact(
        lambda session: [*vault.all_repeat_keys(session), vault.do_not_call_key(session)]
    )
    return {*(str(key.match(number)) for key in keys), *world.pseudonyms(number)}


def where_known(world: World, number: str) -> set[str]:
    """The tables that tell this number from others, or hold it under a seal."""
    known = leading_back(world, number)
    found = {table for table, value in values(world) if value in known}
    return found | ({"sealed_number"} if number in opened_numbers(world) else set())


def lives(world: World, number: str) -> None:
    """Everything that leaves something behind: an answered call, a message, promises, and a try to keep one."""
    caller, sunrise = world.caller(number), world.center("sunrise-la")
    caller.presses("", "2").says(9).dials(NATIONAL)
    caller.presses("2").dials(SUNRISE_PAGE)
    promised = caller.presses("", "1").dials(NATIONAL)
    is_attempted(world, promised, "caller-no-answer")
    answered = caller.dials(HARBOR_PAGE)
    world.center("harbor-sd").accepts()
    assert answered.was_answered_by(world.center("harbor-sd"))
    world.settles()
    caller.presses("", "1").dials(NATIONAL)
    sunrise.does_not_answer()
    world.settles()


def test_a_number_is_called_as_long_as_nobody_asked_not_to(world: World) -> None:
    assert can_be_called(world, THEIRS)
    stops(world, THEIRS)
    assert (can_be_called(world, THEIRS), can_be_called(world, OTHER)) == (False, True)


def test_asked_again_it_stays_on_the_list_since_the_first_time(world: World) -> None:
    stops(world, THEIRS)
    before = world.rows(THE_LIST)
    world.passes(hours=1)
    stops(world, THEIRS)
    assert world.rows(THE_LIST) == before


def test_all_that_was_promised_to_the_number_is_withdrawn_and_nothing_else(
    world: World, promised: PlacedCall, by_listing: PlacedCall
) -> None:
    mine = world.caller(THEIRS).presses("2").dials(SUNRISE_PAGE)
    assert mine.promised["state"] == "open"
    stops(world, THEIRS)
    assert [call.promised["state"] for call in (promised, mine, by_listing)] == [
        "withdrawn",
        "withdrawn",
        "open",
    ]
    assert (stored(world, promised).next_attempt_at, promised.promised["ended_at"]) == (
        None,
        world.clock.now(),
    )


def test_what_has_ended_stays_as_it_ended(world: World, promised: PlacedCall) -> None:
    is_attempted(world, promised, "declined")
    stops(world, THEIRS)
    world.erases(THEIRS)
    assert promised.promised["state"] == "declined"


def test_a_promise_to_somebody_on_the_list_is_not_begun(world: World, promised: PlacedCall) -> None:
    """It was put there while the promise was being made."""
    match = world.database.transact(world.vault.do_not_call_key).match(THEIRS)
    with world.database.engine.begin() as connection:
        connection.execute(sa.insert(DoNotCallEntry), {"number_match": match, "asked_at": world.clock.now()})
    assert begins(world, promised) is None
    assert promised.promised["state"] == "withdrawn"


def test_whoever_lived_here_is_known_in_these_tables(world: World) -> None:
    """So that what is looked for below is there to be found."""
    lives(world, THEIRS)
    assert where_known(world, THEIRS) == {
        "call",
        "promise",
        "return_call",
        "ledger_entry",
        "match_value",
        "sealed_number",
    }


def test_of_whoever_is_forgotten_no_table_knows_anything(world: World) -> None:
    lives(world, THEIRS)
    lives(world, SOMEBODY_ELSES)
    before = where_known(world, SOMEBODY_ELSES)
    world.erases(THEIRS)
    assert where_known(world, THEIRS) == set()
    assert where_known(world, SOMEBODY_ELSES) == before
    assert {row["state"] for row in world.rows("recording")} == {"deleted", "waiting"}


def test_who_calls_again_after_it_is_a_new_caller_and_no_repeat(world: World) -> None:
    for _ in range(2):
        call = world.caller(THEIRS).dials(HARBOR_PAGE)
        world.center("harbor-sd").accepts()
        assert call.was_answered_by(world.center("harbor-sd"))
        world.settles()
        world.erases(THEIRS)
    pseudonyms = [row["caller_pseudonym"] for row in world.rows("ledger_entry")]
    assert (len(pseudonyms), len(set(pseudonyms))) == (2, 2)


def test_forgotten_again_nothing_changes(world: World) -> None:
    lives(world, THEIRS)
    world.erases(THEIRS)
    before = list(values(world))
    world.passes(minutes=1)
    world.erases(THEIRS)
    assert list(values(world)) == before


def test_charges_and_what_was_told_stay_of_nobody(world: World) -> None:
    lives(world, THEIRS)
    before = [(row["call"], row["amount"]) for row in world.rows("ledger_entry")]
    told = world.rows("disclosure")
    world.erases(THEIRS)
    assert before
    assert [(row["call"], row["amount"]) for row in world.rows("ledger_entry")] == before
    assert world.rows("disclosure") == told


def test_the_wish_not_to_be_called_outlives_it(world: World) -> None:
    lives(world, THEIRS)
    stops(world, THEIRS)
    world.erases(THEIRS)
    assert where_known(world, THEIRS) == {THE_LIST}
    assert not can_be_called(world, THEIRS)


@pytest.mark.parametrize("forgotten", [THEIRS, OTHER])
def test_a_call_with_two_numbers_is_forgotten_with_either(world: World, forgotten: str) -> None:
    call = world.caller(THEIRS).presses("", "1", "1", OTHER.removeprefix("+1")).dials(NATIONAL)
    is_attempted(world, call, "caller-busy")
    assert where_known(world, OTHER) == {"promise", "return_call", "match_value", "sealed_number"}
    world.erases(forgotten)
    assert where_known(world, THEIRS) | where_known(world, OTHER) == set()
    assert call.promised["state"] == "withdrawn"


def test_nobody_is_rung_for_somebody_who_was_forgotten(world: World, promised: PlacedCall) -> None:
    world.erases(THEIRS)
    assert begins(world, promised) is None
    assert world.rings_owners() == []


def test_forgotten_while_it_rings_the_caller_is_not_reached_any_more(
    world: World, promised: PlacedCall, caller: Caller, sunrise: Center
) -> None:
    world.settles()
    sunrise.accepts()
    caller.takes_the_return_call()
    world.network.on("owner-key", lambda: world.erases(THEIRS))
    [story] = world.rings_owners()
    assert [turn.rung.number for turn in story.turns if turn.rung] == [sunrise.phone]
    assert (promised.promised["state"], promised.promised["attempts"]) == ("withdrawn", 0)


def test_withdrawn_while_they_talk_it_was_kept(
    world: World, promised: PlacedCall, caller: Caller, sunrise: Center
) -> None:
    """The two were connected, whatever was asked of us meanwhile."""
    world.settles()
    sunrise.accepts()
    caller.takes_the_return_call()
    world.network.on("bridged", lambda: stops(world, THEIRS))
    world.rings_owners()
    assert (promised.promised["state"], promised.returns) == ("kept", [("sunrise-la", "kept")])
    assert promised.costs("sunrise", "35.00 USD")
    assert not can_be_called(world, THEIRS)


def test_stopped_while_it_is_tried_nothing_follows_from_the_try(world: World, promised: PlacedCall) -> None:
    return_call = begins(world, promised)
    assert return_call
    stops(world, THEIRS)
    ends(world, promised, return_call.number, "no-answer")
    assert promised.promised["state"] == "withdrawn"
    assert begins(world, promised) is None


def test_a_number_that_we_never_heard_of_can_be_forgotten(world: World, promised: PlacedCall) -> None:
    before = list(values(world))
    world.erases(SOMEBODY_ELSES)
    assert list(values(world)) == before
