"""Where each wording is heard, and how it sounds there."""

import re

import pytest

from callrouter.calls.states import TRANSITIONS
from callrouter.reports.wording_preview import preview
from callrouter.reports.wording_scenes import ROUTES, SCENE_OF, SCENES, routes_of, states_of
from callrouter.reports.wordings import listed_wordings, rules_of, wording_in_language
from callrouter.wordings.change import with_changes
from callrouter.wordings.text_rules import HEARD_BY_ANYBODY, with_sample_names
from callrouter.wordings.wordings import KEYS, SHIPPED
from simulator import check_document
from tests.databases import open_database
from tests.scenarios.places import NATIONAL, SUNRISE_PAGE
from tests.scenarios.world import World
from tests.wordings.changing import CONNECTING, changes

EACH = list(SHIPPED.texts)


def test_every_wording_is_heard_somewhere_and_nowhere_twice() -> None:
    keys = [key for scene in SCENES for key in scene.keys]
    assert sorted(keys) == sorted(KEYS)
    assert {state for key in KEYS for state in states_of(key)} <= TRANSITIONS.keys() - {""}
    assert {route for key in KEYS for route in routes_of(key)} == set(ROUTES)


@pytest.mark.parametrize(("key", "language"), EACH)
def test_a_wording_is_spoken_in_the_document_of_its_place(key: str, language: str) -> None:
    shown = preview(SHIPPED, key, language)
    spoken = [sentence["words"] for sentence in shown.sentences]
    assert with_sample_names(SHIPPED.text(key, language)) in spoken
    assert check_document(shown.twiml) == []
    assert "<Say" in shown.twiml


def test_the_seconds_are_those_of_all_words_of_the_document() -> None:
    shown = preview(SHIPPED, "connecting", "en")
    # "Connecting you to Sunrise Recovery Los Angeles, a paid advertiser.": 10 words at 2.5 a second
    assert shown.seconds == 4


def test_a_preview_speaks_the_texts_that_it_is_given() -> None:
    after = with_changes(SHIPPED, [CONNECTING])
    assert "One moment." in preview(after, "connecting", "en").twiml
    assert "One moment." not in preview(SHIPPED, "connecting", "en").twiml


def test_what_anybody_may_hear_is_known_to_the_rules() -> None:
    heard_by_anybody = {key for key in KEYS if "picks up at the caller's" in SCENE_OF[key].listener}
    assert heard_by_anybody | {"goodbye"} == HEARD_BY_ANYBODY


@pytest.mark.parametrize("dialed", [NATIONAL, SUNRISE_PAGE])
def test_what_real_calls_hear_is_heard_on_their_route(database_url: str, dialed: str) -> None:
    """Each sentence of calls that go every way belongs to a wording of that route."""
    world = World(database_url)
    route = "helpline" if dialed == NATIONAL else "listing"
    for number, keys in enumerate(
        (("", "1", "3"), ("", "2"), ("1", "1", "1"), ("2", "1"), ("9",), ("5", "", ""))
    ):
        call = world.caller(f"+1310555{1000 + number}").presses(*keys).dials(dialed)
        if call.stored["route"] != route:
            continue
        for words in (text for turn in call.story.turns for text in turn.heard):
            keys_heard = [
                key for (key, _), text in SHIPPED.texts.items() if re.fullmatch(pattern(text), words)
            ]
            assert keys_heard, words
            assert all(route in routes_of(key) for key in keys_heard), (keys_heard, words)
    world.closes()


def pattern(text: str) -> str:
    return re.sub(r"\\\{\w+\\\}", "[A-Z][a-zA-Z ]+", re.escape(text))


def test_the_list_names_the_version_that_brought_each_text(database_url: str) -> None:
    with open_database(database_url) as database:
        version = changes(database, CONNECTING)
        with database.engine.connect() as connection:
            wordings = with_changes(SHIPPED, [CONNECTING])
            rows = listed_wordings(connection, wordings)
            [row] = [row for row in rows if (row["key"], row["language"]) == ("connecting", "en")]
            english = listed_wordings(connection, wordings, "en", "return call")
            whole = wording_in_language(connection, wordings, "connecting", "en")
    assert len(rows) == len(EACH)
    assert (row["version"], row["text"], row["routes"], row["states"]) == (
        version,
        CONNECTING.text,
        ["helpline"],
        ["ringing"],
    )
    assert {each["version"] for each in rows if each != row} == {1}
    assert {each["language"] for each in english} == {"en"}
    assert "return-hello" in {each["key"] for each in english}
    assert "greeting" not in {each["key"] for each in english}
    assert [each["version"] for each in whole.history] == [2, 1]
    assert "One moment." in whole.preview.twiml


def test_the_rules_are_told_in_words() -> None:
    assert any("{center}, a paid advertiser" in rule for rule in rules_of("connecting"))
    assert rules_of("whisper") == ["it names its key, once: “press 1”", "it takes at most 5 seconds to say"]
    assert "it has the name {helpline}" in rules_of("greeting")
    assert "it tells nobody what the call is about" in rules_of("return-hello")
