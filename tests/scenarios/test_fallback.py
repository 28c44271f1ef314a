"""The fallback URL: an answer of ours did not reach the carrier, and the caller goes on from where the call stands."""

import pytest

from simulator import Faults, RequestKind
from tests.scenarios.people import Caller, Center
from tests.scenarios.places import NATIONAL, SUNRISE_PAGE
from tests.scenarios.world import World


def down(*requests: int, **others: object) -> Faults:
    """So many of the requests for documents do not reach us; the carrier tries each twice by default."""
    return Faults(down=frozenset(requests), **others)  # type: ignore[arg-type]


@pytest.mark.parametrize("dialled", [NATIONAL, SUNRISE_PAGE])
def test_a_call_that_could_not_be_announced_begins_at_the_fallback(
    caller: Caller, sunrise: Center, dialled: str
) -> None:
    call = caller.dials(dialled, down(1))
    sunrise.accepts()
    assert [turn.kind for turn in call.story.turns[:2]] == [RequestKind.VOICE, RequestKind.FALLBACK]
    assert call.was_answered_by(sunrise)


def test_a_new_process_whose_first_request_is_a_fallback_answers_it(
    world: World, caller: Caller, sunrise: Center
) -> None:
    world.starts_anew()
    call = caller.dials(NATIONAL, down(1))
    sunrise.accepts()
    assert call.was_answered_by(sunrise)
    assert world.watch.failures == []


def test_after_the_greeting_the_caller_is_connected(caller: Caller, sunrise: Center) -> None:
    call = caller.dials(NATIONAL, down(2))
    sunrise.accepts()
    assert call.was_told("Connecting you to Sunrise La, a paid advertiser.")
    assert call.was_answered_by(sunrise)


def test_after_a_center_did_not_answer_the_next_is_rung(
    caller: Caller, sunrise: Center, harbor: Center
) -> None:
    call = caller.dials(NATIONAL, down(3))
    sunrise.does_not_answer()
    harbor.accepts()
    assert call.legs == [("sunrise-la", "no-answer"), ("harbor-sd", "accepted")]


@pytest.mark.parametrize(
    ("happens", "outcome"),
    [
        (Center.does_not_answer, "no-answer"),
        (Center.is_busy, "busy"),
        (Center.cannot_be_reached, "failed"),
    ],
)
def test_what_the_leg_told_of_itself_counts_where_the_end_of_dialling_was_lost(
    world: World, caller: Caller, sunrise: Center, harbor: Center, happens: object, outcome: str
) -> None:
    call = caller.dials(NATIONAL, down(3))
    happens(sunrise)  # type: ignore[operator]
    harbor.accepts()
    assert call.legs == [("sunrise-la", outcome), ("harbor-sd", "accepted")]
    assert (call.decisions[0]["undone_after"] is not None) == (outcome != "no-answer")


def test_after_a_voicemail_the_next_is_rung(caller: Caller, sunrise: Center, harbor: Center) -> None:
    # The whisper and its end are requests of their own: voice, menu, whisper, end of dialing.
    call = caller.dials(NATIONAL, down(4))
    sunrise.has_its_voicemail_pick_up()
    harbor.accepts()
    assert call.legs == [("sunrise-la", "screened-out"), ("harbor-sd", "accepted")]


@pytest.mark.parametrize("dialled", [NATIONAL, SUNRISE_PAGE])
def test_after_a_talk_nobody_else_is_rung(caller: Caller, sunrise: Center, dialled: str) -> None:
    # voice (and menu), whisper, key 1, end of dialing
    call = caller.dials(dialled, down(5 if dialled == NATIONAL else 4))
    sunrise.accepts()
    assert call.rang(sunrise)
    assert call.was_told("The call has ended. Goodbye.")


def test_after_a_talk_without_screening_nobody_else_is_rung(
    world: World, caller: Caller, harbor: Center
) -> None:
    call = caller.dials(NATIONAL, down(4))
    world.center("sunrise-la").is_busy()
    harbor.accepts()
    assert call.rang(world.center("sunrise-la"), harbor)
    assert call.was_told("The call has ended. Goodbye.")


def test_at_the_listings_choices_the_caller_hears_last_words(caller: Caller, sunrise: Center) -> None:
    call = caller.presses("1").dials(SUNRISE_PAGE, down(3))
    assert call.rang(sunrise)
    assert call.was_told("Nobody could take your call.")


@pytest.mark.parametrize("lost", range(1, 12))
def test_whichever_answer_is_lost_the_caller_reaches_somebody_or_hears_an_ending(
    database_url: str, lost: int
) -> None:
    world = World(database_url)
    call = world.caller().dials(NATIONAL, down(lost, duplicate=2, shuffle=True, repeat=2, seed=lost))
    world.center("sunrise-la").has_its_voicemail_pick_up()
    world.center("harbor-sd").is_busy()
    world.center("meadow-bos").accepts()
    assert not call.was_told("application error")
    assert call.story.discrepancies == []
    assert call.outcome in {"answered", "unserved", "abandoned"}


@pytest.mark.parametrize("lost", range(1, 7))
def test_a_fallback_that_comes_again_gets_the_same_answer_and_adds_no_rows(
    world: World, caller: Caller, lost: int
) -> None:
    call = caller.presses("", "1").dials(NATIONAL, down(lost, repeat=3, replay=True))
    assert call.story.discrepancies == []
    before = world.counts()
    world.passes(days=5)
    for request in list(world.network.sent):
        assert world.network.brings(request).reply == request.reply
    assert world.counts() == before


def test_an_answer_that_was_lost_after_it_was_stored_is_given_again(
    world: World, caller: Caller, sunrise: Center
) -> None:
    """The request came through and its answer did not: nothing is decided twice."""
    call = caller.dials(NATIONAL)
    sunrise.accepts()
    assert call.was_answered_by(sunrise)
    [asked] = [request for request in world.network.sent if request.path == "twilio/menu/1"]
    assert world.asks_fallback(call, asked) == asked.reply.body
    assert len(call.decisions) == 1


def test_an_error_elsewhere_gets_the_document_that_stands(world: World, caller: Caller) -> None:
    call = caller.dials(NATIONAL)
    assert call.outcome == "unserved"
    last = [request for request in world.network.sent if request.reply.body][-1]
    assert [world.asks_fallback(call, None) for _ in range(2)] == [last.reply.body] * 2
