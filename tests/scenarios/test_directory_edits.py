"""The directory is edited during a call: what was decided stands, and the next attempt sees the change."""

from dataclasses import replace
from datetime import date
from typing import Any

from callrouter.directory.directory import Seat
from tests.directories import a_directory, helpline, listing, number_of, partner, rate
from tests.scenarios.people import Caller, Center
from tests.scenarios.places import DIRECTORY, NATIONAL, SUNRISE_PAGE
from tests.scenarios.world import World


def without(world: World, section: str, key: str) -> None:
    entries = {name: entry for name, entry in getattr(world.directory, section).items() if name != key}
    changes: dict[str, Any] = {section: entries}
    world.loads(replace(world.directory, **changes))


def test_a_center_suspended_meanwhile_is_not_rung_next(world: World, caller: Caller, meadow: Center) -> None:
    world.network.on("dialled", lambda: world.edits(partner("harbor", status="suspended")))
    call = caller.dials(NATIONAL)
    meadow.accepts()
    assert call.legs == [("sunrise-la", "no-answer"), ("meadow-bos", "accepted")]
    assert [decision["directory_version"] for decision in call.decisions] == [1, 2]


def test_a_center_suspended_while_it_rings_may_take_the_call(
    world: World, caller: Caller, sunrise: Center
) -> None:
    world.network.on("whisper", lambda: world.edits(partner("sunrise", status="suspended")))
    call = caller.dials(NATIONAL)
    sunrise.accepts()
    assert call.was_answered_by(sunrise)
    assert call.costs("sunrise", "35.00 USD")


def test_a_listings_center_suspended_meanwhile_is_not_tried_again(
    world: World, caller: Caller, sunrise: Center
) -> None:
    world.network.on("chosen", lambda: world.edits(partner("sunrise", status="suspended")))
    call = caller.presses("1").dials(SUNRISE_PAGE)
    assert call.rang(sunrise)
    assert call.outcome == "unserved"


def test_a_listings_center_suspended_meanwhile_promises_nothing(world: World, caller: Caller) -> None:
    world.network.on("chosen", lambda: world.edits(partner("sunrise", status="suspended")))
    call = caller.presses("2").dials(SUNRISE_PAGE)
    assert (call.outcome, call.promise) == ("unserved", None)


def test_a_new_name_is_told_with_the_next_document_and_repeats_tell_the_old(
    world: World, caller: Caller, sunrise: Center
) -> None:
    call = caller.dials(NATIONAL)
    sunrise.does_not_answer()
    assert call.was_told("Connecting you to Sunrise La, a paid advertiser.")
    world.edits(replace(DIRECTORY.centers["sunrise-la"], name="Another Name"))
    again = [world.network.brings(request) for request in list(world.network.sent) if request.reply.body]
    assert all(request.reply in [first.reply for first in world.network.sent] for request in again)
    assert not any("Another Name" in request.reply.body.decode() for request in again)


def test_repeats_after_an_edit_are_byte_identical(world: World, caller: Caller) -> None:
    call = caller.presses("", "1").dials(NATIONAL)
    assert call.outcome == "promised"
    first = list(world.network.sent)
    world.loads(a_directory(helpline("elsewhere-1")))
    world.starts_anew()
    assert [world.network.brings(request).reply for request in first] == [request.reply for request in first]


def test_a_number_reassigned_meanwhile_changes_nothing_for_the_call(
    world: World, caller: Caller, harbor: Center
) -> None:
    def reassign() -> None:
        moved = replace(DIRECTORY.listings["sunrise-la-page"], numbers=(number_of("other"),))
        taken = listing("meadow-page", "meadow-bos", numbers=(SUNRISE_PAGE,))
        world.edits(moved, taken)

    world.network.on("dialled", reassign)
    call = caller.presses("1").dials(SUNRISE_PAGE)
    assert [center for center, _ in call.legs] == ["sunrise-la", "sunrise-la"]


def test_a_center_that_left_the_directory_while_it_rang_is_told_of_as_before(
    world: World, caller: Caller, sunrise: Center
) -> None:
    seats = tuple(Seat(key) for key in ("harbor-sd", "meadow-bos"))

    def leave() -> None:
        kept = replace(world.directory, helplines={"national": helpline(*seats)}, listings={})
        world.loads(replace(kept, centers={key: kept.centers[key] for key in ("harbor-sd", "meadow-bos")}))

    world.network.on("dialled", leave)
    call = caller.presses("1").dials(SUNRISE_PAGE)
    assert call.legs == [("sunrise-la", "no-answer")]
    assert call.was_told("Sunrise La did not answer.")
    assert not call.was_told("press 1")
    assert (call.outcome, world.watch.failures) == ("unserved", [])


def test_a_center_that_left_the_directory_can_still_take_the_call_that_rings(
    world: World, caller: Caller, harbor: Center
) -> None:
    def leave() -> None:
        world.loads(a_directory(helpline("meadow-bos")))

    world.network.on("dialled", leave)
    call = caller.dials(NATIONAL)
    world.center("sunrise-la").accepts()
    assert call.legs == [("sunrise-la", "accepted")]
    assert call.costs("sunrise", "35.00 USD")


def test_a_promise_of_a_center_that_left_meanwhile_is_not_made(world: World, caller: Caller) -> None:
    world.network.on("chosen", lambda: world.loads(a_directory(helpline("meadow-bos"))))
    call = caller.presses("2").dials(SUNRISE_PAGE)
    assert (call.outcome, call.promise, world.watch.failures) == ("unserved", None, [])


def test_a_helpline_that_left_meanwhile_offers_a_message_and_fails_nobody(
    world: World, caller: Caller
) -> None:
    world.network.on("menu", lambda: without(world, "helplines", "national"))
    call = caller.presses("", "2").says(10).dials(NATIONAL)
    assert call.was_told("Nobody at Addiction Helpline America can take your call right now.")
    assert (call.legs, call.outcome, world.watch.failures) == ([], "voicemail", [])


def test_consent_is_for_the_helpline_that_the_caller_heard_of(
    world: World, caller: Caller, harbor: Center
) -> None:
    """Another helpline comes first in the directory by the time that the key is pressed."""
    other = helpline("meadow-bos", key="another")
    both = {"another": other, "national": DIRECTORY.helplines["national"]}
    world.network.on("chosen", lambda: world.loads(replace(DIRECTORY, helplines=both)))
    call = caller.presses("3").dials(SUNRISE_PAGE)
    harbor.accepts()
    assert "To be connected to Addiction Helpline America instead" in call.stored["helpline_consent"]
    assert call.stored["helpline"] == "national"


def test_a_helpline_that_the_caller_did_not_hear_of_needs_another_consent(
    world: World, caller: Caller
) -> None:
    world.loads(replace(DIRECTORY, helplines={}))
    world.network.on("chosen", lambda: world.loads(DIRECTORY))
    call = caller.presses("3").dials(SUNRISE_PAGE)
    assert call.stored["helpline_consent_at"] is None
    assert (call.legs, call.outcome) == ([("sunrise-la", "no-answer")], "unserved")


def test_a_promise_that_the_caller_did_not_hear_of_is_not_made(world: World, caller: Caller) -> None:
    world.edits(partner("sunrise", status="suspended"))
    world.network.on("chosen", lambda: world.edits(partner("sunrise")))
    call = caller.presses("2").dials(SUNRISE_PAGE)
    assert (call.outcome, call.promise) == ("unserved", None)


def test_the_rate_in_force_at_the_arrival_is_charged(world: World, caller: Caller, sunrise: Center) -> None:
    dearer = partner("sunrise", rates=(rate("helpline", price_minor=9900), rate("listing")))
    world.network.on("dialled", lambda: world.edits(dearer))
    call = caller.dials(NATIONAL)
    sunrise.accepts()
    assert call.costs("sunrise", "35.00 USD")
    world.passes(days=40)
    later = caller.dials(NATIONAL)
    sunrise.accepts()
    assert later.costs("sunrise", "99.00 USD")


def test_a_rate_begins_on_its_day_in_the_partners_zone(world: World, sunrise: Center) -> None:
    """The new price begins on 5 March in Los Angeles, which is 08:00 in UTC."""
    prices = (rate("helpline"), rate("helpline", begins=date(2026, 3, 5), price_minor=4000))
    world.edits(partner("sunrise", rates=prices))
    costs = []
    for hours in (13, 2):
        world.passes(hours=hours)
        call = world.caller(f"+1310555010{hours % 10}").dials(NATIONAL)
        sunrise.accepts()
        costs += call.charges
    assert [amount for _, _, amount in costs] == ["35.00 USD", "40.00 USD"]


def test_a_directory_that_takes_a_center_away_leaves_its_calls_explained(
    world: World, caller: Caller, sunrise: Center
) -> None:
    call = caller.dials(NATIONAL)
    sunrise.accepts()
    world.settles()
    world.loads(a_directory(helpline("meadow-bos")))
    assert call.was_answered_by(sunrise)
    assert [row["listed"] for row in world.rows("center", key="sunrise-la")] == [False]
