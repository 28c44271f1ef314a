"""Somebody dials the helpline: the greeting, its keys, and one center after another until one takes the call."""

from datetime import datetime
from zoneinfo import ZoneInfo

from callrouter.directory.directory import Seat
from simulator.events import RingingStarted
from tests.directories import a_directory, center, helpline
from tests.scenarios.people import Caller, Center
from tests.scenarios.places import HARBOR_PAGE, NATIONAL
from tests.scenarios.world import World


def test_the_third_center_takes_the_call_that_two_miss(
    caller: Caller, sunrise: Center, harbor: Center, meadow: Center
) -> None:
    call = caller.dials(NATIONAL)
    sunrise.does_not_answer()
    harbor.is_busy()
    meadow.accepts(seconds=90)
    assert call.was_answered_by(meadow)
    assert call.legs == [("sunrise-la", "no-answer"), ("harbor-sd", "busy"), ("meadow-bos", "accepted")]
    assert call.costs("meadow", "35.00 USD")


def test_the_greeting_says_what_this_is_and_who_pays(caller: Caller) -> None:
    call = caller.dials(NATIONAL)
    assert call.was_told("Thank you for calling Addiction Helpline America, free and confidential.")
    assert call.was_told("In an emergency, hang up and dial 9 1 1.")
    assert call.was_told("The treatment centers that answer are paid advertisers.")


def test_before_each_ringing_the_caller_hears_whom_and_that_it_pays(
    caller: Caller, sunrise: Center, harbor: Center
) -> None:
    call = caller.dials(NATIONAL)
    sunrise.does_not_answer()
    harbor.accepts()
    assert call.was_told("Connecting you to Sunrise La, a paid advertiser.")
    assert call.was_told("Connecting you to Harbor Sd, a paid advertiser.")
    told = [(entry["what"], entry["center"], entry["partner"]) for entry in call.disclosures]
    assert ("connecting", "sunrise-la", "sunrise") in told
    assert ("connecting", "harbor-sd", "harbor") in told


def test_what_the_caller_heard_is_in_the_log_word_for_word(caller: Caller, sunrise: Center) -> None:
    call = caller.dials(NATIONAL)
    sunrise.accepts()
    logged = " ".join(entry["words"] for entry in call.disclosures)
    assert logged == " ".join(call.story.heard)


def test_the_talk_is_what_the_carrier_says_less_the_screening(
    caller: Caller, sunrise: Center, harbor: Center
) -> None:
    screened = caller.dials(NATIONAL)
    sunrise.accepts(seconds=77)
    assert screened.story.legs[0].seconds == 82
    assert screened.record["talk_seconds"] == 76  # it took 5.5 seconds to press 1, and seconds are whole
    unscreened = caller.dials(HARBOR_PAGE)
    harbor.accepts(seconds=77)
    assert unscreened.record["talk_seconds"] == 77


def test_after_the_talk_nobody_else_is_rung(caller: Caller, sunrise: Center) -> None:
    call = caller.dials(NATIONAL)
    sunrise.accepts()
    assert call.rang(sunrise)
    assert call.was_told("The call has ended. Goodbye.")


def test_key_2_continues_in_spanish(caller: Caller, sunrise: Center) -> None:
    call = caller.presses("2").dials(NATIONAL)
    sunrise.accepts()
    assert call.was_told("Gracias por llamar a Addiction Helpline America, gratis y confidencial.")
    assert call.was_told("Le conectamos con Sunrise La, un anunciante que paga.")
    assert call.record["language"] == "es"


def test_the_language_is_asked_once(caller: Caller, sunrise: Center) -> None:
    call = caller.presses("2", "2").dials(NATIONAL)
    sunrise.accepts()
    assert sum("Gracias por llamar" in heard for heard in call.story.heard) == 1
    assert call.was_answered_by(sunrise)
    assert call.stored["language"] == "es"


def test_a_center_that_speaks_spanish_goes_before_one_that_does_not(world: World, caller: Caller) -> None:
    world.loads(a_directory(center("sunrise-la", languages=("en",)), helpline("sunrise-la", "harbor-sd")))
    for _ in range(3):
        call = caller.presses("2").dials(NATIONAL)
        world.center("harbor-sd").accepts()
        assert call.legs == [("harbor-sd", "accepted")]


def test_without_key_5_the_center_sees_our_number(caller: Caller, sunrise: Center) -> None:
    call = caller.dials(NATIONAL)
    sunrise.accepts()
    assert [rings.shown for rings in call.story.each(RingingStarted)] == [NATIONAL]


def test_key_5_shows_the_callers_own_number(caller: Caller, sunrise: Center, harbor: Center) -> None:
    call = caller.presses("5").dials(NATIONAL)
    sunrise.does_not_answer()
    harbor.accepts()
    assert [rings.shown for rings in call.story.each(RingingStarted)] == [caller.number, caller.number]
    assert not any("callerId" in document for document in call.documents)


def test_a_key_that_means_nothing_connects(caller: Caller, sunrise: Center) -> None:
    call = caller.presses("7").dials(NATIONAL)
    sunrise.accepts()
    assert call.was_answered_by(sunrise)


def test_a_center_is_rung_once_on_a_call(
    caller: Caller, sunrise: Center, harbor: Center, meadow: Center
) -> None:
    call = caller.dials(NATIONAL)
    assert call.rang(sunrise, harbor, meadow)
    assert call.was_told("Nobody at Addiction Helpline America can take your call right now.")


def test_the_reason_for_each_skipped_seat_is_stored(world: World, caller: Caller, harbor: Center) -> None:
    world.loads(
        a_directory(
            helpline(Seat("sunrise-la", states=("NV",)), Seat("harbor-sd"), Seat("meadow-bos", tier=2))
        )
    )
    call = caller.dials(NATIONAL)
    harbor.accepts()
    [lineup] = world.rows("lineup", digest=call.decisions[0]["lineup"])
    assert '"skipped":{"sunrise-la":"state not served"}' in lineup["document"]
    assert call.was_answered_by(harbor)


def test_calls_go_round_by_weight(world: World, caller: Caller) -> None:
    world.loads(a_directory(helpline(Seat("sunrise-la", weight=2), Seat("harbor-sd"))))
    rung = []
    for _ in range(6):
        call = caller.dials(NATIONAL)
        world.center("sunrise-la").accepts()
        world.center("harbor-sd").accepts()
        rung += [center for center, _ in call.legs]
    assert (rung.count("sunrise-la"), rung.count("harbor-sd")) == (4, 2)


def test_a_day_before_the_hour_that_spring_leaves_out_callers_are_connected_as_ever(
    world: World, caller: Caller, sunrise: Center
) -> None:
    world.is_now(datetime(2026, 3, 7, 2, 30, tzinfo=ZoneInfo("America/Los_Angeles")))
    call = caller.dials(NATIONAL)
    sunrise.accepts()
    assert call.was_answered_by(sunrise)
    assert world.watch.failures == []
