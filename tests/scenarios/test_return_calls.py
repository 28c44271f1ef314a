"""A promised call is kept: its owner is rung, then the caller, who hears who it is before they are connected."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from simulator import Faults, SimulatedCall
from tests.directories import partner
from tests.scenarios.call import PlacedCall
from tests.scenarios.people import Caller, Center
from tests.scenarios.places import NATIONAL, SUNRISE_PAGE
from tests.scenarios.world import START, World
from tests.seeds import seeds

DISCLOSED = "You asked us to call you back. Connecting you to {name}, a paid advertiser."
LATER = timedelta(minutes=45)


@pytest.fixture
def promised(caller: Caller) -> PlacedCall:
    """Nobody took a helpline call, and sunrise owes its return."""
    call = caller.presses("", "1").dials(NATIONAL)
    assert call.promised["owner"] == "sunrise-la"
    return call


@pytest.fixture
def promised_by_listing(caller: Caller) -> PlacedCall:
    return caller.presses("2").dials(SUNRISE_PAGE)


def heard(stories: list[SimulatedCall]) -> str:
    return " ".join(text for story in stories for turn in story.turns for text in turn.heard + turn.whispered)


def state_of(call: PlacedCall) -> tuple[str, int]:
    return call.promised["state"], call.promised["attempts"]


def test_the_owner_presses_1_and_the_caller_is_connected(
    world: World, promised: PlacedCall, caller: Caller, sunrise: Center
) -> None:
    sunrise.accepts(seconds=120)
    caller.takes_the_return_call(seconds=120)
    stories = world.rings_owners()
    assert state_of(promised) == ("kept", 1)
    assert promised.returns == [(sunrise.key, "kept")]
    assert DISCLOSED.format(name=sunrise.name) in heard(stories)
    assert promised.outcome == "promised"


def test_a_kept_promise_is_charged_once_like_an_answered_call(
    world: World, promised: PlacedCall, caller: Caller, sunrise: Center
) -> None:
    sunrise.accepts()
    caller.takes_the_return_call()
    world.rings_owners()
    assert promised.costs("sunrise", "35.00 USD")


def test_a_listings_promise_has_its_own_price(
    world: World, promised_by_listing: PlacedCall, caller: Caller, sunrise: Center
) -> None:
    sunrise.accepts()
    caller.takes_the_return_call()
    world.rings_owners()
    assert promised_by_listing.charges == [("sunrise", "listing", "20.00 USD")]


def test_the_disclosure_is_in_the_log_word_for_word(
    world: World, promised: PlacedCall, caller: Caller, sunrise: Center
) -> None:
    sunrise.accepts()
    caller.takes_the_return_call()
    world.rings_owners()
    told = promised.disclosures[-1]
    assert (told["what"], told["center"], told["partner"]) == ("returning", sunrise.key, "sunrise")
    assert told["words"] == DISCLOSED.format(name=sunrise.name)


def test_nothing_is_said_of_what_it_is_about_before_the_caller_has_pressed_a_key(
    world: World, promised: PlacedCall, caller: Caller, sunrise: Center
) -> None:
    sunrise.accepts()
    caller.presses_when_called_back("2")
    said = heard(world.rings_owners()).split("Please hold while we call.")[1]
    for word in ("addiction", "treatment", "helpline", sunrise.name.lower(), "advertiser"):
        assert word not in said.lower()


def test_the_callers_number_is_in_no_document_and_both_see_ours(
    world: World, promised: PlacedCall, caller: Caller, sunrise: Center
) -> None:
    sunrise.accepts()
    caller.takes_the_return_call()
    [story] = world.rings_owners()
    rung = [turn.rung for turn in story.turns if turn.rung]
    assert [(ring.number, ring.shown) for ring in rung] == [
        (sunrise.phone, NATIONAL),
        (caller.number, NATIONAL),
    ]
    everything = str([world.rows(table) for table in ("inbox", "return_call", "promise", "outbox")])
    assert caller.number.removeprefix("+1") not in everything


def test_an_owner_that_does_not_answer_is_rung_again_and_the_caller_not_at_all(
    world: World, promised: PlacedCall, sunrise: Center
) -> None:
    world.rings_owners()
    assert promised.returns == [(sunrise.key, "no-answer")]
    assert state_of(promised) == ("open", 0)
    world.rings_owners()
    assert len(promised.returns) == 1
    world.passes(minutes=10)
    world.rings_owners()
    assert len(promised.returns) == 2


def test_an_owner_that_misses_it_three_times_hands_it_on_and_the_miss_is_counted(
    world: World, promised: PlacedCall, harbor: Center
) -> None:
    for _ in range(3):
        world.rings_owners(most=1)
        world.passes(minutes=10)
    assert [outcome for _, outcome in promised.returns] == ["no-answer"] * 3
    assert (promised.promised["owner"], promised.promised["misses"]) == (harbor.key, 1)


def test_key_2_means_in_15_minutes(world: World, promised: PlacedCall, sunrise: Center) -> None:
    sunrise.presses("2")
    world.rings_owners()
    assert promised.returns == [(sunrise.key, "later")]
    world.passes(minutes=14)
    assert world.rings_owners() == []
    world.passes(minutes=1)
    assert len(world.rings_owners()) == 1


def test_key_3_hands_it_on(world: World, promised: PlacedCall, sunrise: Center, harbor: Center) -> None:
    sunrise.presses("3")
    world.rings_owners(most=1)
    assert promised.returns == [(sunrise.key, "handed-on")]
    assert (promised.promised["owner"], promised.promised["misses"]) == (harbor.key, 0)


def test_a_listings_promise_is_its_centers_and_nobody_elses(
    world: World, promised_by_listing: PlacedCall, sunrise: Center
) -> None:
    sunrise.presses("3")
    world.rings_owners()
    for _ in range(4):
        world.passes(minutes=40)
        world.rings_owners()
        world.sweeps()
    assert {center for center, _ in promised_by_listing.returns} == {sunrise.key}
    assert promised_by_listing.promised["owner"] == sunrise.key


def test_an_overdue_promise_moves_on_and_a_person_is_told_once(
    world: World, promised: PlacedCall, harbor: Center
) -> None:
    world.passes(hours=2, minutes=1)
    world.sweeps()
    world.sweeps()
    assert (promised.promised["owner"], promised.promised["misses"]) == (harbor.key, 1)
    world.settles()
    assert [alert["what"] for alert in world.rows("alert") if alert["call"] == promised.sid] == [
        "promise-overdue"
    ]


def test_a_caller_who_does_not_pick_up_three_times_is_unreachable(
    world: World, promised: PlacedCall, caller: Caller, sunrise: Center
) -> None:
    for _ in range(4):
        sunrise.accepts()
        caller.does_not_pick_up_when_called_back()
        world.rings_owners(most=1)
        world.passes(minutes=31)
    assert state_of(promised) == ("unreachable", 3)
    assert [outcome for _, outcome in promised.returns] == ["caller-no-answer"] * 3
    assert promised.is_free


def test_an_answering_machine_hears_nothing_and_is_hung_up(
    world: World, promised: PlacedCall, caller: Caller, sunrise: Center
) -> None:
    sunrise.accepts()
    caller.has_an_answering_machine()
    said = heard(world.rings_owners())
    assert promised.returns == [(sunrise.key, "caller-silent")]
    assert "You can reach us" not in said


def test_a_message_is_left_where_the_caller_allowed_it(world: World, caller: Caller, sunrise: Center) -> None:
    call = caller.presses("", "1", "2").dials(NATIONAL)
    assert call.promised["message_allowed"]
    sunrise.accepts()
    caller.has_an_answering_machine()
    assert "You can reach us at the number that called you." in heard(world.rings_owners())


def test_a_caller_who_wants_it_no_more_presses_2(
    world: World, promised: PlacedCall, caller: Caller, sunrise: Center
) -> None:
    sunrise.accepts()
    caller.presses_when_called_back("2")
    world.rings_owners()
    assert state_of(promised) == ("declined", 1)
    assert promised.is_free


def test_after_key_9_nobody_calls_again_whoever_promised_it(
    world: World, promised: PlacedCall, caller: Caller, sunrise: Center
) -> None:
    other = caller.presses("2").dials(SUNRISE_PAGE)
    assert other.promised["state"] == "open"
    sunrise.accepts()
    caller.presses_when_called_back("9")
    world.rings_owners()
    assert {promised.promised["state"], other.promised["state"]} == {"withdrawn"}
    assert world.rings_owners() == []


def test_who_asked_not_to_be_called_and_asks_to_be_called_again_is_called(
    world: World, promised: PlacedCall, caller: Caller, sunrise: Center
) -> None:
    """The later wish counts. But nobody can wish it for another's number."""
    sunrise.accepts()
    caller.presses_when_called_back("9")
    world.rings_owners()
    other = world.caller("+16175550123").presses("", "1", "1", "3105550188").dials(NATIONAL)
    assert other.was_told("That number cannot be called.")
    assert other.promised["called_purpose"] == "caller"
    again = caller.presses("", "1").dials(NATIONAL)
    sunrise.presses("2")
    world.rings_owners()
    assert again.promised["state"] == "open"
    assert world.rows("do_not_call") == []


def test_key_7_after_key_9_has_everything_forgotten(
    world: World, promised: PlacedCall, caller: Caller, sunrise: Center
) -> None:
    sunrise.accepts()
    caller.presses_when_called_back("9", "7")
    world.rings_owners()
    assert world.rows("sealed_number") == []
    assert (world.pseudonyms(caller.number), world.rows("match_value")) == ([], [])
    assert promised.stored["caller_erased_at"] is not None
    assert world.rows("return_call")[0]["called_pseudonym"] is None
    assert promised.promised["state"] == "withdrawn"


def test_a_caller_may_be_called_at_another_number(world: World, caller: Caller, sunrise: Center) -> None:
    call = caller.presses("", "1", "1", "4155550123").dials(NATIONAL)
    assert (call.promised["called_purpose"], call.promised["area_code"]) == ("return", "415")
    sunrise.accepts()
    world.rings_owners()
    [tried] = world.rows("return_call", call=call.sid)
    assert tried["outcome"] == "caller-no-answer"
    assert "4155550123" not in str(world.rows("inbox"))


def test_a_number_that_cannot_be_called_is_not_taken(caller: Caller) -> None:
    call = caller.presses("", "1", "1", "9005550123").dials(NATIONAL)
    assert call.was_told("That is not a number in the United States that can be called.")
    assert call.promised["called_purpose"] == "caller"


def test_what_was_promised_can_be_taken_back(world: World, caller: Caller) -> None:
    call = caller.presses("", "1", "3").dials(NATIONAL)
    assert (call.outcome, call.promised["state"]) == ("promised", "withdrawn")
    assert world.rings_owners() == []


def test_nobody_is_called_at_night(world: World, caller: Caller, sunrise: Center) -> None:
    """21:30 in Los Angeles."""
    world.is_now(datetime(2026, 3, 5, 5, 30, tzinfo=UTC))
    call = caller.presses("", "1").dials(NATIONAL)
    assert call.was_told("will call you back in the morning, after 8.")
    assert world.rings_owners() == []
    assert call.promised["wait_reason"] == "it is night where the caller is"
    assert call.promised["next_attempt_at"] == datetime(2026, 3, 5, 16, 0, tzinfo=UTC)
    assert call.promised["due_at"] == datetime(2026, 3, 5, 18, 0, tzinfo=UTC)


@pytest.mark.parametrize(("minute", "rung"), [(57, True), (59, False)])
def test_a_center_that_presses_1_just_before_nine_does_not_have_the_caller_rung_after_it(
    world: World, promised: PlacedCall, caller: Caller, sunrise: Center, minute: int, rung: bool
) -> None:
    """In Los Angeles. The center picks up, and is asked, before it presses the key."""
    world.is_now(datetime(2026, 3, 5, 4, minute, 5, tzinfo=UTC))
    sunrise.accepts()
    caller.takes_the_return_call()
    world.rings_owners(most=1)
    assert promised.returns == [(sunrise.key, "kept" if rung else "later")]
    assert promised.promised["attempts"] == rung


def test_a_caller_who_calls_again_and_is_answered_is_not_called_back(
    world: World, promised: PlacedCall, caller: Caller, harbor: Center
) -> None:
    again = caller.dials(NATIONAL)
    harbor.accepts()
    assert again.was_answered_by(harbor)
    world.settles()
    assert promised.promised["state"] == "withdrawn"
    assert world.rings_owners() == []


def test_an_owner_that_is_suspended_meanwhile_is_not_rung(
    world: World, promised: PlacedCall, harbor: Center
) -> None:
    world.edits(partner("sunrise", status="suspended"))
    harbor.presses("2")
    world.rings_owners(most=2)
    assert promised.returns == [(harbor.key, "later")]


def test_two_promises_of_one_caller_are_never_rung_at_the_same_time(
    world: World, promised: PlacedCall, caller: Caller
) -> None:
    caller.presses("2").dials(SUNRISE_PAGE)
    world.catch_up()
    assert len(world.rings_owners()) == 2
    began: list[dict[str, Any]] = sorted(world.rows("return_call"), key=lambda row: row["began_at"])
    assert began[0]["closed_at"] <= began[1]["began_at"]


@pytest.mark.soak
@pytest.mark.parametrize("seed", seeds(6))
def test_in_any_order_and_twice_it_comes_to_the_same(
    world: World, promised: PlacedCall, caller: Caller, sunrise: Center, seed: int
) -> None:
    world.faults_of_returns = Faults(seed=seed, duplicate=2, shuffle=True, repeat=2, replay=True, delay=30)
    sunrise.accepts()
    caller.takes_the_return_call()
    stories = world.rings_owners()
    assert [story.discrepancies for story in stories] == [[]]
    assert state_of(promised) == ("kept", 1)
    assert promised.returns == [(sunrise.key, "kept")]
    assert promised.costs("sunrise", "35.00 USD")


def test_promises_were_made_by_day(promised: PlacedCall) -> None:
    assert promised.promised["due_at"] == promised.promised["made_at"] + timedelta(hours=2)
    assert promised.promised["made_at"] > START
