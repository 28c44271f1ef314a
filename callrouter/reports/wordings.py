"""The wordings as staff see them: each text with where it is heard, its seconds, and the version that brought it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

import sqlalchemy as sa

from callrouter.reports.wording_preview import WordingPreview, preview
from callrouter.reports.wording_scenes import SCENE_OF, SCENES, routes_of, states_of
from callrouter.wordings.history import TextVersion, text_history, wordings_versions
from callrouter.wordings.required_parts import REQUIRED
from callrouter.wordings.text_rules import (
    HEARD_BY_ANYBODY,
    key_of,
    longest_seconds,
    placeholders,
    seconds_with_names,
)
from callrouter.wordings.wordings import FIRST_VERSION, SHIPPED, WordingId, Wordings


class ListedWording(TypedDict):
    """A text in force. `heard` is the moment, `states` and `routes` are those of a call, `version` brought the text."""

    key: str
    language: str
    heard: str
    states: list[str]
    routes: list[str]
    listener: str
    seconds: int
    version: int
    text: str
    audio: str | None


@dataclass(frozen=True, slots=True)
class WordingInLanguage:
    """One language of a wording."""

    listed: ListedWording
    history: list[TextVersion]
    preview: WordingPreview


def listed_wordings(
    connection: sa.Connection, wordings: Wordings, language: str | None = None, route: str | None = None
) -> list[ListedWording]:
    """The texts in force, in the order in which a call goes on."""
    brought = _versions(connection)
    keys = [key for scene in SCENES for key in scene.keys]
    return [
        _listed(wordings, each, brought)
        for key in keys
        if route is None or route in routes_of(key)
        for each in wordings.texts
        if each[0] == key and language in (None, each[1])
    ]


def wording_in_language(
    connection: sa.Connection, wordings: Wordings, key: str, language: str
) -> WordingInLanguage:
    """Everything about a wording in a language. Raises NotKnown."""
    history = text_history(connection, key, language)
    listed = _listed(wordings, (key, language), {(key, language): history[0]["version"]})
    return WordingInLanguage(listed, history, preview(wordings, key, language))


def rules_of(key: str) -> list[str]:
    """What a text of this wording must keep, in words."""
    parts = [f"it says {part.what}" for part in REQUIRED.get(key, ())]
    names = [f"it has the name {{{name}}}" for name in dict.fromkeys(placeholders(SHIPPED.text(key, "en")))]
    digits = [f"it names its key, once: “press {key_of(key)}”"] if key_of(key) else []
    secret = ["it tells nobody what the call is about"] if key in HEARD_BY_ANYBODY else []
    return [*parts, *names, *digits, *secret, f"it takes at most {longest_seconds(key)} seconds to say"]


def _versions(connection: sa.Connection) -> dict[WordingId, int]:
    """The version that brought each changed text."""
    brought: dict[WordingId, int] = {}
    for version in reversed(wordings_versions(connection)):
        for text in version["texts"]:
            key, language = text.split(" ")
            brought[key, language] = version["version"]
    return brought


def _listed(wordings: Wordings, wording: WordingId, brought: dict[WordingId, int]) -> ListedWording:
    key, language = wording
    text, played = wordings.texts[wording], wordings.audio.get(wording)
    return {
        "key": key,
        "language": language,
        "heard": SCENE_OF[key].moment,
        "states": list(states_of(key)),
        "routes": list(routes_of(key)),
        "listener": SCENE_OF[key].listener,
        "seconds": seconds_with_names(text),
        "version": brought.get(wording, FIRST_VERSION),
        "text": text,
        "audio": played.digest if played else None,
    }
