"""What the database refuses, whatever the code does: straight SQL on a world in which calls have happened."""

from typing import Any

import pytest
import sqlalchemy as sa
from psycopg.errors import RaiseException

import callrouter.model as tables
from tests.owner import as_owner
from tests.promises.attempts import begins, ends
from tests.scenarios.call import PlacedCall
from tests.scenarios.people import Caller, Center
from tests.scenarios.places import NATIONAL, SUNRISE_PAGE
from tests.scenarios.world import World


def refused(world: World, statement: sa.Executable) -> bool:
    """Whether the database refuses a statement, and is as it was before."""
    before = world.counts()
    try:
        with as_owner(world.database) as connection:
            connection.execute(statement)
    except (sa.exc.IntegrityError, sa.exc.ProgrammingError) as error:
        # A constraint, or a trigger of ours.
        by_ours = isinstance(error, sa.exc.IntegrityError) or isinstance(error.orig, RaiseException)
        return by_ours and world.counts() == before
    return False


@pytest.fixture
def listing_call(world: World, caller: Caller, sunrise: Center) -> str:
    """A listing's call, answered by its center and settled."""
    call = caller.dials(SUNRISE_PAGE)
    sunrise.accepts()
    world.settles()
    return call.sid


@pytest.fixture
def helpline_call(world: World, caller: Caller, sunrise: Center) -> str:
    call = caller.dials(NATIONAL)
    sunrise.accepts()
    world.settles()
    return call.sid


def changed(world: World, table: str, sid: str, **changes: Any) -> sa.Executable:
    """A copy of the call's first row in this table, with these values."""
    [row, *_] = world.rows(table, call=sid)
    return sa.insert(tables.metadata.tables[table]).values({**row, **changes})


def update(table: Any, where: sa.ColumnElement[bool], **changes: Any) -> sa.Executable:
    return sa.update(table).where(where).values(**changes)


def test_a_leg_of_a_listing_call_to_another_center_is_refused(world: World, listing_call: str) -> None:
    other: dict[str, Any] = {"number": 2, "center": "harbor-sd", "partner": "harbor", "outcome": None}
    for only_center in ("sunrise-la", "", "harbor-sd"):
        assert refused(world, changed(world, "leg", listing_call, only_center=only_center, **other))


def test_a_leg_of_a_listing_call_cannot_be_moved(world: World, listing_call: str) -> None:
    leg = tables.Leg
    for changes in (
        {"center": "harbor-sd"},
        {"only_center": ""},
        {"only_center": "harbor-sd", "center": "harbor-sd"},
    ):
        assert refused(world, update(leg, leg.call == listing_call, **changes))


def test_a_leg_without_a_call_is_refused(world: World, listing_call: str) -> None:
    assert refused(world, changed(world, "leg", listing_call, call="CA" + "0" * 32))


def test_freeing_a_listing_call_without_consent_is_refused(world: World, listing_call: str) -> None:
    call = tables.Call
    free = {"route": "helpline", "helpline": "national", "bound_listing": None, "only_center": ""}
    assert refused(world, update(call, call.sid == listing_call, **free))
    assert refused(world, update(call, call.sid == listing_call, bound_listing=None, only_center=""))
    assert refused(world, update(call, call.sid == listing_call, only_center=""))


def test_a_listing_call_to_another_listings_center_is_refused(world: World, listing_call: str) -> None:
    call = tables.Call
    for changes in (
        {"only_center": "harbor-sd"},
        {"bound_listing": "harbor-sd-page"},
        {"listing": "harbor-sd-page"},
    ):
        assert refused(world, update(call, call.sid == listing_call, **changes))


def test_a_listing_cannot_be_given_to_another_center(world: World, listing_call: str) -> None:
    listing = tables.metadata.tables["listing"]
    assert refused(world, update(listing, listing.c.key == "sunrise-la-page", center="harbor-sd"))


def test_two_accepted_legs_are_refused(world: World, helpline_call: str) -> None:
    assert refused(world, changed(world, "leg", helpline_call, number=2, center="harbor-sd"))


def test_two_legs_with_the_same_number_are_refused(world: World, helpline_call: str) -> None:
    assert refused(world, changed(world, "leg", helpline_call, outcome=None))


def test_two_charges_are_refused(world: World, helpline_call: str) -> None:
    for changes in ({}, {"partner": "harbor"}, {"amount": 1}):
        assert refused(world, changed(world, "ledger_entry", helpline_call, id=999, **changes))


def test_a_negative_amount_is_refused(world: World, helpline_call: str) -> None:
    entry = tables.metadata.tables["ledger_entry"]
    assert refused(world, update(entry, entry.c.call == helpline_call, amount=-1))


def test_two_decisions_for_one_attempt_are_refused(world: World, helpline_call: str) -> None:
    assert refused(world, changed(world, "decision", helpline_call, number=999))


def test_a_callback_is_stored_once(world: World, helpline_call: str) -> None:
    assert refused(world, changed(world, "inbox", helpline_call))


def test_a_document_is_disclosed_once(world: World, helpline_call: str) -> None:
    assert refused(world, changed(world, "disclosure", helpline_call, sequence=999))


@pytest.fixture
def promised(world: World, caller: Caller) -> str:
    return caller.presses("2").dials(SUNRISE_PAGE).sid


def test_a_listings_promise_by_another_center_is_refused(world: World, promised: str) -> None:
    promise = tables.Promise
    for owner in ("harbor-sd", None):
        assert refused(world, update(promise, promise.call == promised, owner=owner))
    assert refused(world, update(promise, promise.call == promised, owner="harbor-sd", only_center=""))


def test_a_second_promise_for_a_call_is_refused(world: World, promised: str) -> None:
    assert refused(world, changed(world, "promise", promised))


def test_an_outcome_that_there_is_not_is_refused(world: World, helpline_call: str) -> None:
    leg, call = tables.Leg, tables.Call
    assert refused(world, update(leg, leg.call == helpline_call, outcome="sold"))
    assert refused(world, update(call, call.sid == helpline_call, outcome="sold"))


def test_a_call_that_is_over_has_an_outcome(world: World, helpline_call: str) -> None:
    call = tables.Call
    assert refused(world, update(call, call.sid == helpline_call, outcome=None))


def test_a_line_cannot_be_freed_below_none(world: World, helpline_call: str) -> None:
    availability = tables.Availability
    assert refused(world, update(availability, availability.center == "sunrise-la", calls_in_progress=-1))


def test_an_answer_by_a_center_that_there_is_not_is_refused(world: World, helpline_call: str) -> None:
    call = tables.Call
    assert refused(world, update(call, call.sid == helpline_call, answered_by="nobody"))


def test_with_the_consent_stored_it_is_allowed(database_url: str) -> None:
    """So that what is refused above is refused for its own reason."""
    world = World(database_url)
    call = world.caller().presses("3").dials(SUNRISE_PAGE)
    world.center("harbor-sd").accepts()
    again = changed(world, "leg", call.sid, number=9, center="meadow-bos", partner="meadow", outcome="busy")
    assert not refused(world, again)
    world.closes()


def allowed(world: World, statement: sa.Executable) -> bool:
    """Whether the database would take a statement; it is as it was before."""
    with as_owner(world.database) as connection:
        connection.execute(statement)
        connection.rollback()
    return True


def begun(world: World, call: PlacedCall) -> dict[str, Any]:
    """A try to return this call that is under way, as it is stored."""
    assert begins(world, call)
    [tried] = world.rows("return_call", call=call.sid)
    return tried


def another(tried: dict[str, Any], **changes: Any) -> sa.Executable:
    """A second try of the same promise, of the same center and caller but for these values."""
    return sa.insert(tables.ReturnCall).values({**tried, "number": 2, "sid": None, **changes})


@pytest.fixture
def listing_promise(caller: Caller) -> PlacedCall:
    call = caller.presses("2").dials(SUNRISE_PAGE)
    assert call.promise
    return call


@pytest.fixture
def helpline_promise(world: World) -> PlacedCall:
    """Of another caller than the listing's."""
    call = world.caller("+13105550147").presses("", "1").dials(NATIONAL)
    assert call.promise
    return call


def test_a_listings_call_that_is_returned_by_another_center_is_refused(
    world: World, listing_promise: PlacedCall
) -> None:
    tried, other = begun(world, listing_promise), {"center": "harbor-sd", "partner": "harbor"}
    ends(world, listing_promise, 1, "no-answer")
    for only_center in ("sunrise-la", "", "harbor-sd"):
        assert refused(world, another(tried, only_center=only_center, **other))
    assert allowed(world, another(tried))


def test_a_return_call_cannot_be_moved_to_another_center(world: World, listing_promise: PlacedCall) -> None:
    begun(world, listing_promise)
    table = tables.ReturnCall
    for changes in (
        {"center": "harbor-sd"},
        {"only_center": ""},
        {"only_center": "harbor-sd", "center": "harbor-sd"},
    ):
        assert refused(world, update(table, table.call == listing_promise.sid, **changes))


def test_a_return_call_without_a_promise_is_refused(
    world: World, helpline_promise: PlacedCall, helpline_call: str
) -> None:
    tried = begun(world, helpline_promise)
    for call in (helpline_call, "CA" + "0" * 32):
        assert refused(world, another(tried, call=call, called_pseudonym=None))


def test_a_second_try_at_the_same_time_is_refused(world: World, listing_promise: PlacedCall) -> None:
    tried = begun(world, listing_promise)
    assert refused(world, another(tried, called_pseudonym=None))
    ends(world, listing_promise, 1, "no-answer")
    assert allowed(world, another(tried, called_pseudonym=None))


def test_a_second_try_to_reach_the_same_caller_is_refused(
    world: World, listing_promise: PlacedCall, helpline_promise: PlacedCall
) -> None:
    tried, others = begun(world, listing_promise), begun(world, helpline_promise)
    ends(world, helpline_promise, 1, "later")
    same = {"called_pseudonym": tried["called_pseudonym"]}
    assert refused(world, another(others, **same))
    ends(world, listing_promise, 1, "later")
    assert allowed(world, another(others, **same))


def test_a_promise_is_kept_once(
    world: World, listing_promise: PlacedCall, caller: Caller, sunrise: Center
) -> None:
    sunrise.accepts()
    caller.takes_the_return_call()
    world.rings_owners()
    [kept] = world.rows("return_call", outcome="kept")
    assert refused(world, another(kept))
    assert allowed(world, another(kept, outcome="declined"))


def test_nobody_is_called_back_without_both_keys(world: World, listing_promise: PlacedCall) -> None:
    begun(world, listing_promise)
    table, now = tables.ReturnCall, world.clock.now()
    for pressed in ({}, {"taken_at": now}, {"agreed_at": now}):
        kept = {"outcome": "kept", "talk_seconds": 60, **pressed}
        assert refused(world, update(table, table.call == listing_promise.sid, **kept))


def test_one_call_of_the_carrier_is_one_try(world: World, listing_promise: PlacedCall) -> None:
    tried = begun(world, listing_promise)
    ends(world, listing_promise, 1, "no-answer")
    table, sid = tables.ReturnCall, "CA" + "9" * 32
    with world.database.engine.begin() as connection:
        connection.execute(update(table, table.call == listing_promise.sid, sid=sid))
    assert refused(world, another(tried, sid=sid))
    assert allowed(world, another(tried))


def test_a_caller_cannot_be_rung_a_fourth_time(world: World, listing_promise: PlacedCall) -> None:
    promise = tables.Promise
    assert allowed(world, update(promise, promise.call == listing_promise.sid, attempts=3))
    assert refused(world, update(promise, promise.call == listing_promise.sid, attempts=4))


def test_a_promise_that_has_ended_says_when_and_an_open_one_does_not(
    world: World, listing_promise: PlacedCall
) -> None:
    promise = tables.Promise
    assert refused(world, update(promise, promise.call == listing_promise.sid, state="kept"))
    assert refused(world, update(promise, promise.call == listing_promise.sid, ended_at=world.clock.now()))
    assert refused(
        world,
        update(promise, promise.call == listing_promise.sid, state="sold", ended_at=world.clock.now()),
    )


def test_an_outcome_of_a_return_call_that_there_is_not_is_refused(
    world: World, listing_promise: PlacedCall
) -> None:
    begun(world, listing_promise)
    table = tables.ReturnCall
    assert refused(world, update(table, table.call == listing_promise.sid, outcome="sold"))


def test_a_promise_owed_by_a_center_that_there_is_not_is_refused(
    world: World, helpline_promise: PlacedCall
) -> None:
    promise = tables.Promise
    assert refused(world, update(promise, promise.call == helpline_promise.sid, owner="nobody"))


def test_there_is_one_rate_limit(world: World) -> None:
    assert refused(
        world,
        sa.insert(tables.CarrierRateLimit).values(one=2, next_call_at=world.clock.now(), failures=0),
    )
