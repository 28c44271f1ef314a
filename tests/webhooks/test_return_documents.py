"""Every document of a return call is valid TwiML in both languages, and tells nobody what is not theirs to know."""

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import pytest

from callrouter.promises.return_calls.steps import (
    CALLERS_NUMBER,
    HANG_UP,
    NOBODY_THERE,
    AskCaller,
    AskOwner,
    ConfirmDoNotCall,
    Connect,
    Goodbye,
    ReturnCallId,
    ReturnStep,
    RingCaller,
    TellCodeThenAsk,
)
from callrouter.wordings.wordings import SHIPPED
from simulator import check_document
from tests.scenarios.world import ORIGIN
from tests.wordings.rendering import shipped_return_renderer

LANGUAGES = ("en", "es")
CALL = "CA" + "1" * 32
PLACE = ReturnCallId(CALL, 2)
HERE = f"{ORIGIN}/twilio/return/{CALL}/2/"
GOODBYES = (
    "return-later",
    "return-handed-on",
    "return-withdrawn",
    "return-calling-us",
    "return-not-now",
    "return-not-reached",
    "return-declined",
    "forgotten",
    "goodbye",
)
NAMES_A_KEY = re.compile(r"\b(?:press|presione) (\d)")
GIVES_AWAY = re.compile(
    r"addict|treat|recover|helpline|advertis|clinic|drug|alcohol|sunrise|national"
    r"|adicc|tratamiento|recupera|línea|anuncia|clínica|droga",
    re.IGNORECASE,
)
RENDER = shipped_return_renderer(ORIGIN)


def asks(language: str) -> Iterator[ReturnStep]:
    yield from (AskOwner(PLACE, "National", language, may) for may in (True, False))
    yield from (AskCaller(PLACE, language, may) for may in (True, False))
    yield TellCodeThenAsk(PLACE, language, "01234567")
    yield ConfirmDoNotCall(PLACE, language)


def all_steps(language: str) -> Iterator[ReturnStep]:
    yield from asks(language)
    yield RingCaller(PLACE, "+18445610606", language)
    yield Connect("sunrise-la", "Sunrise", language)
    yield from (Goodbye(wording, language) for wording in GOODBYES)
    yield from (HANG_UP, NOBODY_THERE)


def parsed(step: ReturnStep) -> Element:
    return fromstring(RENDER(step).document.encode())  # noqa: S314 - written by ourselves


def said(step: ReturnStep) -> list[str]:
    return [say.text or "" for say in parsed(step).iter("Say")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_document_is_valid(language: str) -> None:
    faults = {str(step): check_document(RENDER(step).document) for step in all_steps(language)}
    assert {step: fault for step, fault in faults.items() if fault} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_choice_is_named_with_its_key_in_one_sentence(language: str) -> None:
    for step in asks(language):
        keys = NAMES_A_KEY.findall(" ".join(said(step)))
        assert len(keys) == len(set(keys)) >= 1
        for text in said(step):
            named = NAMES_A_KEY.findall(text)
            assert len(named) <= 1
            assert not named or len(re.findall(r"[.?!](?:\s|$)", text)) == 1


def test_the_keys_are_those_that_do_something() -> None:
    keys = {
        type(step).__name__: set("".join(NAMES_A_KEY.findall(" ".join(said(step))))) for step in asks("en")
    }
    assert keys == {
        "AskOwner": {"1", "2"},
        "AskCaller": {"1", "2", "9", "4"},
        "TellCodeThenAsk": {"1", "2", "9"},
        "ConfirmDoNotCall": {"7"},
    }
    assert "press 3" in " ".join(said(AskOwner(PLACE, "National", "en", may_reassign=True)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_key_it_is_hung_up(language: str) -> None:
    for step in asks(language):
        gather, *_, last = parsed(step)
        assert (gather.tag, last.tag) == ("Gather", "Hangup")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("may_leave", [True, False])
def test_whoever_picks_up_at_the_callers_learns_nothing(language: str, may_leave: bool) -> None:
    for step in (AskCaller(PLACE, language, may_leave), ConfirmDoNotCall(PLACE, language)):
        assert not GIVES_AWAY.search(" ".join(said(step)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_it_is_and_that_it_pays_is_said_before_they_are_connected(language: str) -> None:
    pays = {"en": "a paid advertiser", "es": "un anunciante que paga"}[language]
    [text] = said(Connect("sunrise-la", "Sunrise", language))
    assert "Sunrise" in text
    assert pays in text


def test_only_that_is_a_disclosure_and_it_is_what_is_said() -> None:
    for language in LANGUAGES:
        for step in all_steps(language):
            told = RENDER(step).disclosure
            assert (told is not None) == isinstance(step, Connect)
            assert told is None or (told.what, told.center, [told.words]) == (
                "returning",
                "sunrise-la",
                said(step),
            )


def test_a_message_is_left_only_where_it_is_allowed() -> None:
    left, not_left = (said(AskCaller(PLACE, "en", may)) for may in (True, False))
    assert left[:-1] == not_left
    assert left[-1] == SHIPPED.text("return-message", "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_number_stands_in_one_document_and_nothing_follows_its_dial(language: str) -> None:
    for step in all_steps(language):
        assert (CALLERS_NUMBER in RENDER(step).document) == isinstance(step, RingCaller)
    *_, dial = parsed(RingCaller(PLACE, "+18445610606", language))
    assert (dial.tag, dial.get("callerId"), len(dial)) == ("Dial", "+18445610606", 1)
    assert dial[0].text == CALLERS_NUMBER


def test_every_address_is_of_this_return_call() -> None:
    for language in LANGUAGES:
        for step in all_steps(language):
            for element in parsed(step).iter():
                for name in ("action", "url", "statusCallback"):
                    assert element.get(name, HERE).startswith(HERE)


def test_nothing_is_recorded() -> None:
    for step in all_steps("en"):
        assert "<Record" not in RENDER(step).document
        assert " record=" not in RENDER(step).document


def test_every_goodbye_that_is_said_is_one_of_these() -> None:
    folder = Path(__file__).parents[2] / "callrouter/promises/return_calls"
    said = (folder / "prompts.py").read_text()
    assert set(re.findall(r'"(return-[a-z-]+|forgotten|goodbye)"', said)) == set(GOODBYES)
