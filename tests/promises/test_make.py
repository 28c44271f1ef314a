"""A promise is made with consent, once a call, and changed by its caller's own keys."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from callrouter.calls import call as calls
from callrouter.calls.dependencies import AllowMessage, Consent, OtherNumber, PromiseChange, TakeBack
from callrouter.database import Session
from callrouter.phone import masked
from callrouter.privacy.numbers import unseal_number
from tests.promises.attempts import stored
from tests.scenarios.call import PlacedCall
from tests.scenarios.people import Caller
from tests.scenarios.places import NATIONAL, SUNRISE_PAGE
from tests.scenarios.world import World

OTHER = "+18085550123"
"""in Hawaii, where it is 8 in the morning when a scenario begins"""


def changes(world: World, call: PlacedCall, change: PromiseChange) -> None:
    sid, now = call.sid, world.clock.now()

    def changed(session: Session) -> None:
        found = calls.lock_call(session, sid)
        assert found
        world.dependencies.promises.change(session, found, change, now)

    world.database.transact(changed)


def makes_again(world: World, call: PlacedCall, owner: str) -> str:
    """The same promise once more, by another owner; the wording that says when."""
    sid, consent = call.sid, Consent("other words", "7", world.clock.now())

    def made(session: Session) -> str:
        found = calls.lock_call(session, sid)
        assert found
        return world.dependencies.promises.make(session, found, world.directory.centers[owner], consent)

    return world.database.transact(made)


def test_the_words_and_the_key_and_the_time_are_stored(promised: PlacedCall) -> None:
    promise = promised.promised
    assert "To be called back by one of the treatment centers, a paid advertiser" in promise["consent_words"]
    assert promise["consent_words"] in " ".join(promised.story.heard)
    assert (promise["consent_key"], promise["consent_at"]) == ("1", promise["made_at"])


def test_it_is_due_in_two_hours_and_expires_after_three_days(promised: PlacedCall) -> None:
    promise = promised.promised
    assert promise["due_at"] - promise["made_at"] == timedelta(hours=2)
    assert promise["expires_at"] - promise["made_at"] == timedelta(hours=72)
    assert promise["next_attempt_at"] == promise["owned_since"] == promise["made_at"]


def test_a_listings_promise_says_whose_it_is(by_listing: PlacedCall) -> None:
    promise = by_listing.promised
    assert (promise["owner"], promise["only_center"]) == ("sunrise-la", "sunrise-la")
    assert (promise["listing"], promise["helpline"]) == ("sunrise-la-page", None)


def test_made_again_it_is_as_it_was(world: World, promised: PlacedCall) -> None:
    before = promised.promised
    makes_again(world, promised, "harbor-sd")
    assert world.rows("promise") == [before]


@pytest.mark.parametrize(
    ("at", "wording"),
    [
        (datetime(2026, 3, 6, 18, tzinfo=UTC), "promised"),
        (datetime(2026, 3, 7, 3, 30, tzinfo=UTC), "promised-later"),
        (datetime(2026, 3, 7, 6, tzinfo=UTC), "promised-by-day"),
    ],
)
def test_it_says_when_no_sooner_than_can_be_kept(
    world: World, promised: PlacedCall, at: datetime, wording: str
) -> None:
    """In Los Angeles it is 10 in the morning, half past seven in the evening, or 22 at night."""
    world.is_now(at)
    assert makes_again(world, promised, "sunrise-la") == wording


def test_an_owner_that_is_closed_does_not_promise_two_hours(world: World, promised: PlacedCall) -> None:
    assert promised.promise
    world.edits(replace(world.directory.centers["sunrise-la"], hours="Mo-Fr 07:00-08:00"))
    assert makes_again(world, promised, "sunrise-la") == "promised-later"


def test_another_number_is_sealed_beside_the_first_and_is_the_one_to_be_called(
    world: World, promised: PlacedCall
) -> None:
    changes(world, promised, OtherNumber(OTHER))
    promise = promised.promised
    assert promise["called_pseudonym"] == world.pseudonym(OTHER)
    assert (promise["called_purpose"], promise["area_code"]) == ("return", "808")
    sealed = partial(unseal_number, vault=world.vault, call=promised.sid)
    numbers = [world.database.transact(partial(sealed, purpose=purpose)) for purpose in ("caller", "return")]
    assert [masked(number or "") for number in numbers] == [promised.stored["caller"], masked(OTHER)]


def test_the_hours_of_another_number_count_from_then_on(world: World, caller: Caller) -> None:
    """At 8 in Los Angeles it is 6 in Hawaii."""
    world.is_now(datetime(2026, 3, 5, 16, tzinfo=UTC))
    call = caller.presses("", "1").dials(NATIONAL)
    assert call.promised["due_at"] == call.promised["made_at"] + timedelta(hours=2)
    changes(world, call, OtherNumber(OTHER))
    assert call.promised["due_at"] == datetime(2026, 3, 5, 20, tzinfo=UTC)


def test_a_third_number_takes_the_place_of_the_second(world: World, promised: PlacedCall) -> None:
    changes(world, promised, OtherNumber(OTHER))
    changes(world, promised, OtherNumber("+16175550123"))
    assert promised.promised["area_code"] == "617"
    assert [row["purpose"] for row in world.rows("sealed_number")] == ["caller", "return"]
    opened = world.database.transact(
        lambda session: unseal_number(session, world.vault, promised.sid, "return")
    )
    assert opened == "+16175550123"


def test_a_message_is_allowed_only_by_a_key(world: World, promised: PlacedCall) -> None:
    assert not stored(world, promised).message_allowed
    changes(world, promised, AllowMessage())
    assert stored(world, promised).message_allowed


def test_what_was_taken_back_has_ended_and_is_never_tried(world: World, promised: PlacedCall) -> None:
    changes(world, promised, TakeBack())
    promise = promised.promised
    assert (promise["state"], promise["end_reason"]) == ("withdrawn", "the caller took it back")
    assert (promise["ended_at"], promise["next_attempt_at"]) == (world.clock.now(), None)


@pytest.mark.parametrize("change", [OtherNumber(OTHER), AllowMessage(), TakeBack()])
def test_a_promise_that_has_ended_is_changed_no_more(
    world: World, promised: PlacedCall, change: PromiseChange
) -> None:
    changes(world, promised, TakeBack())
    before: list[Any] = [world.rows("promise"), world.rows("sealed_number")]
    world.passes(minutes=1)
    changes(world, promised, change)
    assert [world.rows("promise"), world.rows("sealed_number")] == before


def test_a_call_without_a_promise_has_nothing_to_change(world: World, caller: Caller) -> None:
    call = caller.dials(SUNRISE_PAGE)
    assert call.promise is None
    changes(world, call, TakeBack())
    assert call.promise is None
