"""The wordings change between calls and during them: a call keeps the words that were in force at its arrival."""

from callrouter.wordings.change import ChangedText
from callrouter.wordings.wordings import SHIPPED
from simulator import SimulatedCall
from tests.scenarios.call import PlacedCall
from tests.scenarios.people import Caller, Center
from tests.scenarios.places import NATIONAL, SUNRISE_PAGE
from tests.scenarios.world import World
from tests.wordings.changing import CONNECTING, GOODBYE, LISTING, changes

HELLO = ChangedText("return-hello", "en", "Good day. This is the call that you asked for.")
WHISPER = ChangedText("whisper", "en", "Somebody calls. To take the call, press 1.")
WELCOME = ChangedText("greeting", "en", "Welcome. " * 10 + SHIPPED.texts["greeting", "en"])


def heard(story: SimulatedCall) -> str:
    return " ".join(text for turn in story.turns for text in turn.heard + turn.whispered)


def labels(call: PlacedCall) -> set[str]:
    return {disclosed["wording"].partition("@")[2] for disclosed in call.disclosures}


def test_a_call_hears_the_words_in_force_when_it_arrives(
    world: World, caller: Caller, sunrise: Center
) -> None:
    before = caller.dials(SUNRISE_PAGE)
    assert before.was_told("You are calling Sunrise La, a paid advertiser.")
    changes(world.database, LISTING, WHISPER)
    call = world.caller("+13105550189").dials(SUNRISE_PAGE)
    sunrise.accepts()
    assert call.was_told("This is the line of Sunrise La, a paid advertiser.")
    assert "Somebody calls." in heard(call.story)
    assert (before.stored["wordings_version"], call.stored["wordings_version"]) == (1, 2)
    assert (labels(before), labels(call)) == ({"1"}, {"2"})


def test_a_change_during_a_call_changes_nothing_of_it(
    world: World, caller: Caller, sunrise: Center, harbor: Center
) -> None:
    world.network.on("menu", lambda: changes(world.database, CONNECTING, GOODBYE, WHISPER))
    call = caller.dials(NATIONAL)
    harbor.accepts()
    assert call.was_told("Connecting you to Sunrise La, a paid advertiser.")
    assert call.was_told("Connecting you to Harbor Sd, a paid advertiser.")
    assert "One moment" not in heard(call.story)
    assert (call.stored["wordings_version"], labels(call)) == (1, {"1"})
    assert world.caller("+13105550189").dials(NATIONAL).was_told("One moment. Sunrise La, a paid advertiser,")


def test_answers_that_are_given_again_stay_to_the_byte(world: World, caller: Caller) -> None:
    caller.presses("", "1").dials(NATIONAL)
    first = list(world.network.sent)
    changes(world.database, CONNECTING, GOODBYE, WELCOME)
    world.starts_anew()
    assert [world.network.brings(request).reply for request in first] == [request.reply for request in first]


def test_a_process_that_knows_only_an_old_version_answers_by_the_new_one(
    world: World, caller: Caller, sunrise: Center
) -> None:
    for number in range(3):
        changes(world.database, LISTING._replace(text=f"Line {number} of {{center}}, a paid advertiser."))
    world.starts_anew()
    call = caller.dials(SUNRISE_PAGE)
    assert call.was_told("Line 2 of Sunrise La, a paid advertiser.")
    assert call.stored["wordings_version"] == 4


def test_another_process_goes_on_with_a_call_in_its_own_words(
    world: World, caller: Caller, harbor: Center
) -> None:
    changes(world.database, CONNECTING)

    def newer_words_and_another_process() -> None:
        changes(world.database, CONNECTING._replace(text="Now {center}, a paid advertiser."))
        world.starts_anew()

    world.network.on("dialled", newer_words_and_another_process)
    call = caller.dials(NATIONAL)
    assert call.was_told("One moment. Harbor Sd, a paid advertiser, is being called.")


def test_a_return_call_speaks_the_words_of_its_call(world: World, caller: Caller, sunrise: Center) -> None:
    changes(world.database, HELLO)
    call = caller.presses("", "1").dials(NATIONAL)
    assert call.outcome == "promised"
    changes(world.database, HELLO._replace(text="Here we are."))
    sunrise.accepts()
    caller.takes_the_return_call()
    stories = world.rings_owners()
    assert any("Good day. This is the call that you asked for." in heard(story) for story in stories)
    assert labels(call) == {"2"}


def test_a_longer_greeting_leaves_less_of_the_longest_wait(world: World, caller: Caller) -> None:
    before = caller.dials(NATIONAL).stored["spoken_seconds"]
    changes(world.database, WELCOME)
    after = world.caller("+13105550189").dials(NATIONAL).stored["spoken_seconds"]
    # Ten words more, at 2.5 a second.
    assert after - before == 4


def test_who_hangs_up_before_arriving_is_stored_with_the_version_in_force(
    world: World, caller: Caller
) -> None:
    changes(world.database, GOODBYE)
    call = caller.leaves(0).dials(NATIONAL)
    assert call.stored["wordings_version"] == 2
