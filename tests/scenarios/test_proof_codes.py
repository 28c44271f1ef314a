"""A caller asks for a code that shows what happened on the call: who is offered it, what it is, where it is not."""

import re
from datetime import timedelta

import pytest

from callrouter.calls.menu_limit import MOST_MENUS
from callrouter.privacy.proof_codes import ProofCodes, call_of_code, code_hash
from callrouter.reports.calls.twiml_words import spoken
from simulator import CenterBehavior, Faults, RingOutcome
from tests.directories import center
from tests.scenarios.call import PlacedCall
from tests.scenarios.network import NetworkRequest
from tests.scenarios.people import Caller, Center
from tests.scenarios.places import NATIONAL, SUNRISE_PAGE
from tests.scenarios.world import PROOF_CODES, World

OFFER = "To get a code that shows who you were connected with and what you were told, press 4."
OFERTA = "Para obtener un código que muestra con quién se comunicó y qué se le dijo, presione 4."


def digits(heard: list[str]) -> list[str]:
    """The codes that were spoken, in their order."""
    spoken = "".join(text for text in heard if re.fullmatch(r"\d, \d, \d, \d\.", text))
    together = re.sub(r"\D", "", spoken)
    return [together[at : at + 16] for at in range(0, len(together), 16)]


def code_told(call: PlacedCall) -> str:
    """The code, which was told twice."""
    once, again = digits(call.story.heard)
    assert (once, len(once)) == (again, 16)
    return once


def call_of(world: World, code: str) -> str | None:
    return world.database.transact(lambda session: call_of_code(session, code))


def key_request(world: World) -> NetworkRequest:
    """The webhook that brought the key."""
    world.catch_up()
    [asked] = [request for request in world.network.sent if request.path.startswith("twilio/proof/")]
    return asked


def test_a_caller_whose_center_hangs_up_first_is_offered_a_code(
    world: World, caller: Caller, sunrise: Center
) -> None:
    call = caller.presses("", "4").dials(NATIONAL)
    sunrise.accepts()
    code = code_told(call)
    assert call.was_told(OFFER)
    assert call.was_told("calls dot example, slash proof.")
    assert call.story.heard[-1] == "The call has ended. Goodbye."
    assert call_of(world, code) == call.sid
    assert call.was_answered_by(sunrise)
    assert len(call.charges) == 1


def test_so_is_a_listing_s_caller(world: World, caller: Caller, sunrise: Center) -> None:
    call = caller.presses("4").dials(SUNRISE_PAGE)
    sunrise.accepts()
    assert call_of(world, code_told(call)) == call.sid


def test_a_caller_hears_it_in_the_language_of_the_call(world: World, caller: Caller, sunrise: Center) -> None:
    world.edits(center("sunrise-la", languages=("en", "es")))
    call = caller.presses("2", "", "4").dials(NATIONAL)
    sunrise.accepts()
    assert call_of(world, code_told(call)) == call.sid
    assert call.was_told(OFERTA)
    assert call.was_told("calls punto example, barra proof.")
    assert call.story.heard[-1] == "La llamada ha terminado. Adiós."


@pytest.mark.parametrize(
    ("keys", "last_words"),
    [
        (("", "1", ""), "Thank you. Sunrise La, a paid advertiser, will call you back"),
        (("", "1", "3"), "You will not be called back. Goodbye."),
        (("", "2"), "Thank you. Your message was kept. Goodbye."),
        (("", ""), "Nobody could take your call. The national helpline of SAMHSA"),
    ],
)
def test_callers_whom_nobody_takes_are_offered_it_with_their_last_words(
    world: World, caller: Caller, keys: tuple[str, ...], last_words: str
) -> None:
    call = caller.says(5).presses(*keys, "4").dials(NATIONAL)
    assert call.was_told(last_words)
    assert call_of(world, code_told(call)) == call.sid


def test_a_caller_who_presses_nothing_hears_the_ordinary_end(caller: Caller, sunrise: Center) -> None:
    call = caller.dials(NATIONAL)
    sunrise.accepts()
    assert call.story.heard[-2:] == [OFFER, "The call has ended. Goodbye."]


@pytest.mark.parametrize("key", [*"01235678*#"])
def test_so_does_a_caller_who_presses_another_key(
    world: World, caller: Caller, sunrise: Center, key: str
) -> None:
    call = caller.presses("", key).dials(NATIONAL)
    sunrise.accepts()
    assert call.story.heard[-1] == "The call has ended. Goodbye."
    assert world.rows("proof_code") == []


def test_key_9_tells_of_988_at_the_end_too(caller: Caller, sunrise: Center) -> None:
    call = caller.presses("", "9").dials(NATIONAL)
    sunrise.accepts()
    assert call.story.heard[-1].startswith("The 9 8 8 Suicide and Crisis Lifeline")
    assert call.was_answered_by(sunrise)


def test_a_caller_in_a_crisis_or_at_a_wrong_number_is_offered_nothing(caller: Caller) -> None:
    assert not caller.presses("9", "4").dials(NATIONAL).was_told(OFFER)
    assert not caller.presses("4").dials("+18005550100").was_told(OFFER)


def test_a_caller_who_hangs_up_first_is_told_nothing_more(caller: Caller, sunrise: Center) -> None:
    call = caller.presses("", "4").dials(NATIONAL)
    sunrise.accepts(hangs_up="caller")
    assert not call.was_told(OFFER)


def test_it_counts_as_a_menu(world: World) -> None:
    """The twelfth menu is followed by last words alone."""
    call = world.caller().presses("", "1", *["2"] * MOST_MENUS, "4").dials(NATIONAL)
    assert call.was_told("You will be called back as arranged.")
    assert not call.was_told(OFFER)


def test_the_call_has_ended_before_the_key(world: World, caller: Caller, sunrise: Center) -> None:
    """Its line is free, and it is charged, whatever the caller does and however long that takes."""
    call = caller.presses("", "4").dials(NATIONAL)
    sunrise.accepts()
    told = [row["at"] for row in call.disclosures if row["what"] == "proof-code"]
    assert [call.stored["ended_at"] < at for at in told] == [True]


@pytest.mark.parametrize("copies", [2, 5])
def test_every_webhook_may_come_again(world: World, copies: int, sunrise: Center) -> None:
    call = (
        world.caller().presses("", "4").dials(NATIONAL, Faults(duplicate=copies, repeat=copies, replay=True))
    )
    sunrise.accepts()
    assert call_of(world, code_told(call)) == call.sid
    assert len(world.rows("proof_code")) == 1


def test_a_repeated_webhook_tells_the_same_code(world: World, caller: Caller, sunrise: Center) -> None:
    call = caller.presses("", "4").dials(NATIONAL)
    sunrise.accepts()
    code_told(call)
    asked = key_request(world)
    before = world.counts()
    world.passes(days=3)
    world.starts_anew()
    assert world.network.brings(asked).reply == asked.reply
    assert world.counts() == before


def test_a_lost_answer_is_given_again_with_the_code(world: World, caller: Caller, sunrise: Center) -> None:
    call = caller.presses("", "4").dials(NATIONAL)
    sunrise.accepts()
    code = code_told(call)
    asked = key_request(world)
    assert ", ".join(code[:4]).encode() in world.asks_fallback(call, asked)


def test_a_key_that_comes_late_does_no_harm(world: World, caller: Caller, sunrise: Center) -> None:
    """The carrier has said that the call is over before the key arrives."""
    call = caller.presses("", "4").dials(NATIONAL)
    sunrise.accepts()
    world.network.holds("proof")
    world.catch_up()
    world.network.holds_no_more()
    world.settles()
    before = call.stored
    world.network.releases()
    assert call.was_answered_by(sunrise)
    assert call.stored["ended_at"] == before["ended_at"]
    assert len(call.charges) == 1
    assert call_of(world, PROOF_CODES.code_of(call.sid)) == call.sid


def test_the_code_is_nowhere_at_rest(world: World, caller: Caller, sunrise: Center) -> None:
    call = caller.presses("", "4").dials(NATIONAL)
    sunrise.accepts()
    code = code_told(call)
    world.settles()
    groups = [code[at : at + 4] for at in range(0, 16, 4)]
    traces = {code, ", ".join(groups[0]) + ".", " ".join(groups), "-".join(groups)}
    for table in world.counts():
        stored = str(world.rows(table))
        assert not [trace for trace in traces if trace in stored], table
    [row] = world.rows("proof_code")
    assert (bytes(row["code_hash"]), row["call"]) == (code_hash(code), call.sid)


def test_who_reads_the_call_later_sees_that_digits_were_told_and_not_which(
    caller: Caller, sunrise: Center
) -> None:
    call = caller.presses("", "4").dials(NATIONAL)
    sunrise.accepts()
    told = [sentence["words"] for document in call.documents for sentence in spoken(document)]
    assert told.count("(four digits of the code)") == 8


def test_a_code_is_as_long_for_every_call_and_differs() -> None:
    codes = {PROOF_CODES.code_of(f"CA{number:032x}") for number in range(2_000)}
    assert len(codes) == 2_000
    assert all(re.fullmatch(r"\d{16}", code) for code in codes)
    assert {code[0] for code in codes} == set("0123456789")


def test_with_another_secret_a_repeated_webhook_tells_no_code(
    world: World, caller: Caller, sunrise: Center
) -> None:
    call = caller.presses("", "4").dials(NATIONAL)
    sunrise.accepts()
    code = code_told(call)
    asked = key_request(world)
    world.has_proof_codes(ProofCodes(b"another secret"))
    answer = world.network.brings(asked).reply
    assert b"proof-code" not in answer.body
    assert b"The call has ended. Goodbye." in answer.body
    assert call_of(world, code) == call.sid


def test_the_code_of_a_caller_who_is_erased_leads_to_nothing(
    world: World, caller: Caller, sunrise: Center
) -> None:
    call = caller.presses("", "1", "", "4").dials(NATIONAL)
    code = code_told(call)
    assert call_of(world, code) == call.sid
    sunrise.accepts()
    caller.presses_when_called_back("9", "7")
    world.rings_owners(most=1)
    assert call_of(world, code) is None
    assert world.rows("proof_code") == []


def test_a_failure_of_ours_tells_no_half_of_a_code(world: World, caller: Caller, sunrise: Center) -> None:
    call = caller.presses("", "4").dials(NATIONAL)
    sunrise.accepts()
    world.network.on("proof", lambda: world.fails_at(1))
    assert call.story.heard[-1] == "The call has ended. Goodbye."
    assert digits(call.story.heard) == []
    assert world.rows("proof_code") == []
    assert call.was_answered_by(sunrise)


def promised(world: World, caller: Caller) -> PlacedCall:
    call = caller.presses("", "1").dials(NATIONAL)
    assert call.promised["owner"] == "sunrise-la"
    return call


def test_a_caller_who_is_called_back_gets_the_code_before_the_answer(
    world: World, caller: Caller, sunrise: Center
) -> None:
    call = promised(world, caller)
    sunrise.accepts()
    caller.presses_when_called_back("4", "1")
    [story] = world.rings_owners(most=1)
    once, again = digits(story.heard)
    assert once == again
    assert call_of(world, once) == call.sid
    assert story.heard[-1].startswith("You asked us to call you back. Connecting you to Sunrise La")
    assert call.promised["state"] == "kept"


def test_every_webhook_of_a_return_call_may_come_again(world: World, caller: Caller, sunrise: Center) -> None:
    call = promised(world, caller)
    sunrise.accepts()
    caller.presses_when_called_back("4", "1")
    world.faults_of_returns = Faults(duplicate=2, repeat=2, replay=True)
    [story] = world.rings_owners(most=1)
    assert {call_of(world, code) for code in digits(story.heard)} == {call.sid}
    assert (story.errors, call.promised["state"]) == ([], "kept")


def test_it_is_the_code_of_the_first_call(world: World, caller: Caller, sunrise: Center) -> None:
    call = caller.presses("", "1", "", "4").dials(NATIONAL)
    code = code_told(call)
    sunrise.accepts()
    caller.presses_when_called_back("4", "2")
    [story] = world.rings_owners(most=1)
    assert set(digits(story.heard)) == {code}
    assert call.promised["state"] == "declined"
    assert len(world.rows("proof_code")) == 1


def test_the_time_that_the_code_takes_is_no_talk(world: World, caller: Caller, sunrise: Center) -> None:
    call = promised(world, caller)
    sunrise.accepts()
    world.expects(caller.number, CenterBehavior(RingOutcome.A_PERSON, 90, keys=("4", "1")))
    world.rings_owners(most=1)
    [row] = world.rows("return_call", call=call.sid)
    assert 90 <= row["talk_seconds"] <= 100
    assert row["agreed_at"] - row["asked_at"] > timedelta(seconds=30)


def test_an_answering_machine_is_told_no_code(world: World, caller: Caller, sunrise: Center) -> None:
    promised(world, caller)
    sunrise.accepts()
    caller.has_an_answering_machine()
    [story] = world.rings_owners(most=1)
    assert digits(story.heard) == []
    assert world.rows("proof_code") == []
