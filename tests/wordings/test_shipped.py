"""The words that callers hear: in every language, without a promise, and with names that can be spoken."""

import hashlib
import json
import string
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from callrouter.directory.directory import LANGUAGES
from callrouter.wordings.forbidden_words import forbidden
from callrouter.wordings.wordings import KEYS, LONGEST_SPOKEN_NAME, SHIPPED, speakable

HOSTILE = "</Say><Dial>+19005550100</Dial>"
RIGHT_TO_LEFT, ZERO_WIDTH, BELL, SURROGATE = "\u202e", "\u200b", "\x07", "\ud800"

PUBLISHED: dict[str, str] = json.loads(Path(__file__).with_name("shipped.json").read_text())
"""The wordings of version 1, with the digests of their texts."""


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def texts_of(key: str) -> dict[str, str]:
    return {language: text for (each, language), text in SHIPPED.texts.items() if each == key}


def digest(key: str) -> str:
    texts = json.dumps(texts_of(key), sort_keys=True)
    return hashlib.sha256(texts.encode()).hexdigest()[:12]


every_wording = pytest.mark.parametrize("key", sorted(KEYS))


@every_wording
def test_every_wording_is_there_in_every_language_with_the_same_names(key: str) -> None:
    texts = texts_of(key)
    assert set(texts) == set(LANGUAGES)
    assert len({frozenset(placeholders(sentence)) for sentence in texts.values()}) == 1


@every_wording
def test_no_wording_promises_anything_about_a_center(key: str) -> None:
    assert [list(forbidden(sentence)) for sentence in texts_of(key).values()] == [[], []]


@every_wording
def test_every_wording_is_spoken_whole(key: str) -> None:
    for sentence in texts_of(key).values():
        assert sentence == " ".join(sentence.split())
        assert sentence.endswith(".")
        assert not set(sentence) & set("<>&\"'*#_")


@every_wording
def test_a_key_is_named_as_press_and_its_digit_one_sentence_each(key: str) -> None:
    verb = {"en": "press", "es": "presione"}
    for language, sentence in texts_of(key).items():
        assert sentence.lower().count(verb[language]) == (key.startswith("press-") or key == "whisper")


@every_wording
def test_a_shipped_text_never_changes(key: str) -> None:
    assert PUBLISHED.get(SHIPPED.label(key)) == digest(key), (
        f"{key} is {digest(key)}: version 1 stays as it is; a new text is a proposal, or a new wording"
    )


def test_no_shipped_text_is_lost() -> None:
    assert set(map(SHIPPED.label, KEYS)) == PUBLISHED.keys()


@pytest.mark.parametrize("key", ["connecting", "listing", "promised"])
@pytest.mark.parametrize(
    ("language", "told"), [("en", "a paid advertiser"), ("es", "un anunciante que paga")]
)
def test_whoever_is_connected_hears_that_it_is_an_advertiser(key: str, language: str, told: str) -> None:
    assert told in SHIPPED.words(key, language, center="Harbor")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_greeting_tells_of_emergencies_advertisers_and_the_public_list(language: str) -> None:
    greeting = SHIPPED.words("greeting", language, helpline="Addiction Helpline America")
    told = {
        "en": ("9 1 1", "paid advertisers", "licensed providers"),
        "es": ("9 1 1", "anunciantes que pagan", "proveedores con licencia"),
    }
    assert all(phrase in greeting for phrase in (*told[language], "find treatment"))


def test_a_language_that_is_not_there_is_spoken_in_english() -> None:
    assert SHIPPED.text("goodbye", "fr") == SHIPPED.text("goodbye", "en")


def test_names_are_put_in_as_they_can_be_spoken() -> None:
    assert (
        SHIPPED.words("connecting", "en", center=f"Har{BELL}bor\n House")
        == "Connecting you to Harbor House, a paid advertiser."
    )


@pytest.mark.parametrize("name", ["{name}", "{0}", "{name.__class__}", "%s", "{"])
def test_a_name_that_looks_like_a_place_for_one_is_only_spoken(name: str) -> None:
    assert SHIPPED.words("connecting", "en", center=name) == f"Connecting you to {name}, a paid advertiser."


@given(st.text(alphabet=st.characters(), max_size=300))
@example(HOSTILE * 400)
@example("x" * 10_240)
@example(f"a{RIGHT_TO_LEFT}b{ZERO_WIDTH}c{BELL}d{SURROGATE}e")
@example("👩‍⚕️ " * 50)
def test_a_name_is_one_short_line_without_marks_that_nobody_hears(name: str) -> None:
    spoken = speakable(name)
    assert len(spoken) <= LONGEST_SPOKEN_NAME
    assert spoken == " ".join(spoken.split())
    assert not {unicodedata.category(character) for character in spoken} & {
        "Cc",
        "Cf",
        "Cs",
        "Co",
        "Cn",
        "Zl",
        "Zp",
    }
    spoken.encode()


@given(st.text(max_size=300))
def test_what_can_be_spoken_stays_as_it_is(name: str) -> None:
    assert speakable(speakable(name)) == speakable(name)


@given(st.text("abcdefghijklmnopqrstuvwxyzáéñ ", max_size=LONGEST_SPOKEN_NAME))
def test_an_ordinary_name_is_spoken_in_full(name: str) -> None:
    assert speakable(name) == " ".join(name.split())


def test_a_long_name_ends_with_a_whole_word() -> None:
    assert speakable("Recovery " * 20) == ("Recovery " * 8).strip()
    assert speakable("x" * 500) == "x" * LONGEST_SPOKEN_NAME


@pytest.mark.parametrize(
    "sentence", ["The BEST center", "We were matched.", "un centro garantizado", "top-rated"]
)
def test_promising_words_are_found(sentence: str) -> None:
    assert list(forbidden(sentence))


@pytest.mark.parametrize("sentence", ["Bestow Recovery", "An asbestos center", "unmatchedness"])
def test_words_that_only_contain_them_are_left_alone(sentence: str) -> None:
    assert not list(forbidden(sentence))
