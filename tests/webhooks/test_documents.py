"""Every document we can give is valid TwiML in both languages, and says what it must."""

import itertools
import re
from collections.abc import Iterator
from itertools import pairwise
from xml.etree.ElementTree import Element, fromstring

import pytest

from callrouter.calls.proof_offer import OFFERED_WITH
from callrouter.calls.steps import (
    GONE,
    Arrange,
    Bridge,
    Choices,
    Ending,
    EnterNumber,
    Greeting,
    Message,
    Offer,
    Recall,
    Refuse,
    Ring,
    Step,
    TellCode,
    Whisper,
)
from callrouter.carrier.twiml_code import spoken_address
from callrouter.wordings.wordings import KEYS, SHIPPED
from simulator import check_document
from tests.directories import center
from tests.scenarios.places import NATIONAL
from tests.scenarios.world import ORIGIN, World
from tests.wordings.rendering import shipped_renderer

LANGUAGES = ("en", "es")
ENDINGS = (
    "thank-you",
    "taken-back",
    "promise-stands",
    "message-kept",
    "crisis",
    "goodbye",
    "unserved",
    "loop",
    "no-such-number",
)
ARRANGED = (
    "promised",
    "promised-by-day",
    "promised-by-helpline",
    "number-taken",
    "number-not-understood",
    "message-allowed",
)
NAMES_A_KEY = {"en": re.compile(r"\bpress (\d)"), "es": re.compile(r"\bpresione (\d)")}
RENDER = shipped_renderer(ORIGIN)


def parsed(document: str) -> Element:
    return fromstring(document.encode())  # noqa: S314 - written by ourselves


def choices(language: str) -> Iterator[Choices]:
    yes_or_no = (True, False)
    whys = ("did-not-answer", "lines-busy", "not-available")
    for why, again, promise, helpline in itertools.product(whys, yes_or_no, yes_or_no, yes_or_no):
        yield Choices("Sunrise", language, why, again, promise, "National" if helpline else None)


def rings(language: str) -> Iterator[Ring]:
    phones = ("+13105550101", "sip:front@sunrise.example;transport=tls")
    for wording, phone, shown, screens in itertools.product(
        ("connecting", "listing"), phones, ("+18445610606", None), (True, False)
    ):
        yield Ring(wording, "sunrise-la", "Sunrise", language, 2, phone, shown, 20, screens)


def menus(language: str) -> Iterator[Step]:
    other = tuple(each for each in LANGUAGES if each != language)
    yield from (
        Greeting("National", language, others, shows) for others in (other, ()) for shows in (True, False)
    )
    yield from choices(language)
    yield from (Offer("National", language, promise) for promise in (True, False))
    yield from (Arrange(wording, "Sunrise", language, may) for wording in ARRANGED for may in (True, False))
    yield Recall("Sunrise", language)


def all_steps(language: str) -> Iterator[Step]:
    yield from menus(language)
    yield from rings(language)
    yield from (Message("National", language), EnterNumber(language), EnterNumber(language, again=True))
    yield from (Ending(wording, language) for wording in ENDINGS)
    yield from (Ending(wording, language, offers_proof=True) for wording in sorted(OFFERED_WITH))
    yield TellCode(language, "01234567")
    yield from (Whisper(1, language), Bridge(), Refuse(), GONE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_document_is_valid(language: str) -> None:
    faults = {str(step): check_document(RENDER(step, 7).document) for step in all_steps(language)}
    assert {step: fault for step, fault in faults.items() if fault} == {}


def test_every_ending_that_has_words_is_one_of_these() -> None:
    assert {*ENDINGS, *ARRANGED} <= set(KEYS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_menu_names_each_choice_with_its_key_in_one_sentence(language: str) -> None:
    for menu in menus(language):
        said = [say.text or "" for say in parsed(RENDER(menu, 7).document).iter("Say")]
        keys = [key for pattern in NAMES_A_KEY.values() for text in said for key in pattern.findall(text)]
        assert len(keys) == len(set(keys)) >= 1
        for text in said:
            named = [key for pattern in NAMES_A_KEY.values() for key in pattern.findall(text)]
            assert len(named) <= 1
            assert not named or len(re.findall(r"[.?!](?:\s|$)", text)) == 1


def test_every_choice_has_a_sentence_of_its_own() -> None:
    for (key, language), text in SHIPPED.texts.items():
        pattern = NAMES_A_KEY[language]
        assert bool(pattern.search(text)) == (key.startswith("press-") or key == "whisper"), (key, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_leads_on_and_not_into_silence(language: str) -> None:
    for menu in menus(language):
        gather, redirect = parsed(RENDER(menu, 7).document)
        assert (gather.tag, redirect.tag) == ("Gather", "Redirect")
        assert gather.get("action") == redirect.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_before_a_dial_the_name_and_that_it_pays_are_spoken(language: str) -> None:
    pays = {"en": "a paid advertiser", "es": "un anunciante que paga"}[language]
    for step in rings(language):
        say, dial = parsed(RENDER(step, 7).document)
        assert (say.tag, dial.tag) == ("Say", "Dial")
        assert "Sunrise" in (say.text or "")
        assert pays in (say.text or "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_follows_a_dial_and_one_center_rings(language: str) -> None:
    for step in rings(language):
        *_, last = parsed(RENDER(step, 7).document)
        assert (last.tag, len(last)) == ("Dial", 1)
        assert last.get("action") == f"{ORIGIN}/twilio/dialled/7"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_call_between_people_is_recorded(language: str) -> None:
    for step in all_steps(language):
        document = RENDER(step, 7).document
        assert ("<Record" in document) == isinstance(step, Message)
        assert " record=" not in document


def test_a_recording_has_an_action_of_its_own() -> None:
    _, record, redirect = parsed(RENDER(Message("National", "en"), 7).document)
    assert record.get("action") == redirect.text == f"{ORIGIN}/twilio/recorded/7"


def test_every_address_is_ours() -> None:
    for step in itertools.chain.from_iterable(map(all_steps, LANGUAGES)):
        for element in parsed(RENDER(step, 7).document).iter():
            for name in ("action", "url", "statusCallback", "recordingStatusCallback"):
                assert element.get(name, f"{ORIGIN}/twilio/").startswith(f"{ORIGIN}/twilio/")


def test_what_is_told_is_what_is_said() -> None:
    for step in itertools.chain.from_iterable(map(all_steps, LANGUAGES)):
        answer = RENDER(step, 7)
        said = " ".join(say.text or "" for say in parsed(answer.document).iter("Say"))
        in_its_place = {"en": "(the code)", "es": "(el código)"}
        if isinstance(step, TellCode):
            said = re.sub(r"proof-code\S+( proof-code\S+){3}", in_its_place[step.language], said)
        whispered = isinstance(step, Whisper)
        assert (answer.disclosure.words if answer.disclosure else "") == ("" if whispered else said)


@pytest.mark.parametrize("languages", [("fr",), ("vi", "es"), ("en",), ("es", "en")])
def test_a_center_hears_the_whisper_whatever_it_speaks(database_url: str, languages: tuple[str, ...]) -> None:
    """Centers may speak languages that we do not."""
    world = World(database_url)
    world.edits(center("sunrise-la", screening="press-1", languages=languages))
    call = world.caller().dials(NATIONAL)
    world.center("sunrise-la").accepts()
    assert call.was_answered_by(world.center("sunrise-la"))
    heard = [words for turn in call.story.turns for words in turn.whispered]
    assert heard == [SHIPPED.text("whisper", "es" if "es" in languages else "en")]
    world.closes()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("wording", sorted(OFFERED_WITH))
def test_last_words_are_heard_whole_by_a_caller_who_presses_nothing(language: str, wording: str) -> None:
    offered = parsed(RENDER(Ending(wording, language, offers_proof=True), 7).document)
    said = [say.text or "" for say in offered.iter("Say")]
    assert sorted(said) == sorted(SHIPPED.text(key, language) for key in (wording, "press-proof"))
    assert (offered[0].tag, offered[-1].tag) == ("Gather", "Hangup")
    assert offered[0].attrib["action"] == f"{ORIGIN}/twilio/proof/7"


@pytest.mark.parametrize("wording", ["unserved", "message-kept", "promise-stands", "taken-back"])
def test_an_offer_delays_no_words_that_matter(wording: str) -> None:
    first = next(parsed(RENDER(Ending(wording, "en", offers_proof=True), 7).document).iter("Say"))
    assert first.text == SHIPPED.text(wording, "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_code_is_told_twice_in_groups_with_pauses_and_none_is_in_the_document(language: str) -> None:
    answer = RENDER(TellCode(language, "01234567"), 7)
    groups = [f"proof-code-01234567-{group}" for group in range(4)]
    verbs = list(parsed(answer.document))
    told = [
        (verb.text, after.tag)
        for verb, after in pairwise(verbs)
        if (verb.text or "").startswith("proof-code")
    ]
    assert told == [(group, "Pause") for group in groups * 2]
    assert answer.disclosure
    assert "proof-code" not in answer.disclosure.words
    assert {"en": "calls dot example, slash proof.", "es": "calls punto example, barra proof."}[
        language
    ] in answer.disclosure.words


@pytest.mark.parametrize(
    ("origin", "language", "spoken"),
    [
        ("https://calls.example.org", "en", "calls dot example dot org, slash proof"),
        ("https://line-one.example.org", "es", "line guion one punto example punto org, barra proof"),
        ("http://127.0.0.1:8000", "en", "127 dot 0 dot 0 dot 1 colon 8000, slash proof"),
    ],
)
def test_an_address_is_spoken_as_people_say_it(origin: str, language: str, spoken: str) -> None:
    assert spoken_address(origin, language) == spoken
