"""The words that callers hear: in both languages, with the same names, and promising nothing about a center."""

import re
from pathlib import Path

import pytest

from callrouter.wordings.forbidden_words import forbidden
from callrouter.wordings.wordings import KEYS, SHIPPED

EACH = list(SHIPPED.texts)
BOTH = ("en", "es")
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("key", "language"), EACH)
def test_no_wording_promises_anything_about_a_center(key: str, language: str) -> None:
    assert list(forbidden(SHIPPED.text(key, language))) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "The best center",
        "Top-rated and vetted",
        "We have matched you",
        "Success is guaranteed.",
        "Los mejores centros",
        "El MEJOR",
        "con garantía",
    ],
)
def test_words_that_promise_are_found(sentence: str) -> None:
    assert list(forbidden(sentence)) != []


@pytest.mark.parametrize("key", KEYS)
def test_every_wording_is_there_in_both_languages(key: str) -> None:
    assert {(key, language) for language in BOTH} <= SHIPPED.texts.keys()


@pytest.mark.parametrize("key", KEYS)
def test_the_languages_name_the_same(key: str) -> None:
    named = {language: sorted(set(re.findall(r"{(\w+)}", SHIPPED.text(key, language)))) for language in BOTH}
    assert named["en"] == named["es"]


@pytest.mark.parametrize("key", KEYS)
def test_the_languages_name_the_same_keys_and_lines(key: str) -> None:
    """A choice has one key; and who hears of a national line in English hears of it in Spanish."""
    digits = {
        language: re.findall(r"\b(?:press|presione) (\d)", SHIPPED.text(key, language)) for language in BOTH
    }
    lines = {
        language: ("9 8 8" in SHIPPED.text(key, language), "SAMHSA" in SHIPPED.text(key, language))
        for language in BOTH
    }
    assert digits["en"] == digits["es"]
    assert lines["en"] == lines["es"]


def test_a_wording_that_is_not_there_in_a_language_is_said_in_english() -> None:
    assert SHIPPED.text("goodbye", "fr") == SHIPPED.text("goodbye", "en")


def test_the_version_names_the_wording() -> None:
    assert SHIPPED.label("connecting") == "connecting@1"


@pytest.mark.parametrize(("key", "language"), EACH)
def test_who_pays_is_said_wherever_a_center_is_named_to_be_rung_or_to_call_back(
    key: str, language: str
) -> None:
    said = SHIPPED.words(key, language, center="Sunrise", helpline="National", called="National")
    if key in {
        "connecting",
        "listing",
        "promised",
        "promised-by-day",
        "promised-by-helpline",
        "recall",
        "returning",
        "press-promise",
        "press-helpline",
        "message",
    }:
        assert re.search(r"paid advertisers?|anunciantes? que pagan?", said)


@pytest.mark.parametrize(
    ("language", "staff", "only_a_center"),
    [
        (
            "en",
            "heard only by the staff of National and by the treatment center",
            "heard only by a treatment",
        ),
        (
            "es",
            "solo lo escucharán el personal de National y el centro de tratamiento",
            "escuchará un centro",
        ),
    ],
)
def test_who_leaves_a_message_hears_of_all_who_may_hear_it(
    language: str, staff: str, only_a_center: str
) -> None:
    """`callrouter messages play` lets staff hear it, too."""
    said = SHIPPED.words("message", language, helpline="National")
    assert staff in said
    assert only_a_center not in said


def test_the_emergency_number_is_said_in_the_greeting() -> None:
    assert "dial 9 1 1" in SHIPPED.text("greeting", "en")
    assert "marque 9 1 1" in SHIPPED.text("greeting", "es")


def spoken_of() -> str:
    """All that is written where documents come from."""
    folders = (ROOT / "callrouter/calls", ROOT / "callrouter/promises", ROOT / "callrouter/carrier")
    files = [file for folder in folders for file in sorted(folder.rglob("*.py"))]
    return "".join(file.read_text() for file in (*files, ROOT / "callrouter/wordings/sentences.py"))


@pytest.mark.parametrize("key", KEYS)
def test_every_wording_is_spoken_somewhere(key: str) -> None:
    assert f'"{key}"' in spoken_of()


def test_every_wording_that_is_spoken_is_there() -> None:
    asked_for = re.findall(
        r'\b(?:words|text|sentences|Goodbye|Ending|_arrange_more)\((?:turn, )?[\[(]?"([a-z0-9-]+)"',
        spoken_of(),
    )
    assert len(asked_for) > 20
    assert set(asked_for) <= set(KEYS)
