"""Checks changed texts, and shows what they change. *Pure.*"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from callrouter.directory.directory import Directory
from callrouter.errors import Fault
from callrouter.wordings.audio import Audio
from callrouter.wordings.text_rules import longest_seconds, seconds_with_names, wording_faults
from callrouter.wordings.wait_effect import WaitEffect, wait_effects
from callrouter.wordings.wordings import Wordings

NO_AUDIO: Mapping[str, Audio] = MappingProxyType({})


class ChangedText(NamedTuple):
    """The new text of a wording in a language, and the checksum of the audio that stands for it."""

    key: str
    language: str
    text: str
    audio: str | None = None


class TextDifference(NamedTuple):
    """A text before and after, with the seconds that each takes to say."""

    key: str
    language: str
    before: str
    after: str
    seconds_before: int
    seconds_after: int
    audio_before: str | None
    audio_after: str | None

    def in_words(self) -> str:
        return (
            f"{self.key} {self.language} ({self.seconds_before} → {self.seconds_after} s)\n"
            f"  - {self.before}{_played(self.audio_before)}\n  + {self.after}{_played(self.audio_after)}"
        )


@dataclass(frozen=True, slots=True)
class CheckedTexts:
    """Changed texts that no rule refuses, and what they do."""

    after: Wordings
    differences: tuple[TextDifference, ...]
    effects: tuple[WaitEffect, ...]


class RefusedWording(Fault):
    """Texts that may not be spoken. The text has every fault."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


def check_change(
    directory: Directory,
    before: Wordings,
    changes: Sequence[ChangedText],
    audio: Mapping[str, Audio] = NO_AUDIO,
) -> CheckedTexts:
    """Check changed texts against the texts before and the directory in force. Raises RefusedWording.

    `audio` has the files that are stored, by checksum.
    """
    faults = [fault.in_words() for change in changes for fault in wording_faults(*change[:3])]
    faults += [fault for change in changes for fault in _audio_faults(change, audio)]
    if not changes:
        faults.append("no text is changed")
    if len({change[:2] for change in changes}) != len(changes):
        faults.append("a text is changed twice")
    if faults:
        raise RefusedWording(faults)
    if same := [change for change in changes if _is_unchanged(before, change)]:
        raise RefusedWording(f"{each.key} {each.language}: this is what is spoken already" for each in same)
    after = with_changes(before, changes, audio)
    effects = wait_effects(directory, before, after)
    if forbidding := [effect.forbids for effect in effects if effect.forbids]:
        raise RefusedWording(forbidding)
    return CheckedTexts(after, tuple(_difference(before, change) for change in changes), effects)


def as_written(text: str) -> str:
    """A text as it is kept: one line, one space between words, and each accent with its letter."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def with_changes(
    before: Wordings, changes: Iterable[ChangedText], audio: Mapping[str, Audio] = NO_AUDIO
) -> Wordings:
    """The next version. A changed text without stored audio is spoken."""
    texts, played = dict(before.texts), dict(before.audio)
    for change in changes:
        wording = (change.key, change.language)
        texts[wording] = change.text
        played.pop(wording, None)
        if found := audio.get(change.audio or ""):
            played[wording] = found
    return Wordings(before.version + 1, texts, played)


def _played(digest: str | None) -> str:
    return f" (audio {digest})" if digest else ""


def to_json(changes: Iterable[ChangedText]) -> str:
    """As they are stored, in one order, so that the same changes are the same document."""
    return json.dumps(sorted(changes), ensure_ascii=False)


def from_json(document: str) -> tuple[ChangedText, ...]:
    """The changes of a stored document."""
    return tuple(ChangedText(*change) for change in json.loads(document))


def digest_of(document: str) -> str:
    return hashlib.sha256(document.encode()).hexdigest()


def _is_unchanged(before: Wordings, change: ChangedText) -> bool:
    played = before.audio.get((change.key, change.language))
    return before.texts[change.key, change.language] == change.text and change.audio == (
        played.digest if played else None
    )


def _audio_faults(change: ChangedText, audio: Mapping[str, Audio]) -> Iterator[str]:
    """What speaks against the audio of a text."""
    if change.audio is None:
        return
    where, found = f"{change.key} {change.language}", audio.get(change.audio)
    if "{" in change.text:
        yield f"{where}: audio cannot stand for a text with names in it"
    if found is None:
        yield f"{where}: no audio file with the checksum {change.audio} is stored"
    elif found.seconds > longest_seconds(change.key):
        yield f"{where}: the audio takes {found.seconds} seconds; it has at most {longest_seconds(change.key)}"


def _difference(before: Wordings, change: ChangedText) -> TextDifference:
    text = before.texts[change.key, change.language]
    played = before.audio.get((change.key, change.language))
    return TextDifference(
        key=change.key,
        language=change.language,
        before=text,
        after=change.text,
        seconds_before=seconds_with_names(text),
        seconds_after=seconds_with_names(change.text),
        audio_before=played.digest if played else None,
        audio_after=change.audio,
    )
