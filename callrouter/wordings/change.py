"""Changed texts, and everything that speaks against them. *Pure.*"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from callrouter.directory.directory import Directory
from callrouter.errors import Fault
from callrouter.wordings.text_rules import seconds_with_names, wording_faults
from callrouter.wordings.wait_effect import WaitEffect, wait_effects
from callrouter.wordings.wordings import Wordings


class ChangedText(NamedTuple):
    """The new text of a wording in a language."""

    key: str
    language: str
    text: str


class TextDifference(NamedTuple):
    """A text before and after, with the seconds that each takes to say."""

    key: str
    language: str
    before: str
    after: str
    seconds_before: int
    seconds_after: int

    def in_words(self) -> str:
        return (
            f"{self.key} {self.language} ({self.seconds_before} → {self.seconds_after} s)\n"
            f"  - {self.before}\n  + {self.after}"
        )


@dataclass(frozen=True, slots=True)
class CheckedChange:
    """Changed texts that no rule refuses, and what they do."""

    after: Wordings
    differences: tuple[TextDifference, ...]
    effects: tuple[WaitEffect, ...]


class RefusedWording(Fault):
    """Texts that may not be spoken. The text has every fault."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


def check_change(directory: Directory, before: Wordings, changes: Sequence[ChangedText]) -> CheckedChange:
    """Check changed texts against the texts before and the directory in force. Raises RefusedWording."""
    faults = [fault.in_words() for change in changes for fault in wording_faults(*change)]
    if not changes:
        faults.append("no text is changed")
    if len({change[:2] for change in changes}) != len(changes):
        faults.append("a text is changed twice")
    if faults:
        raise RefusedWording(faults)
    if same := [change for change in changes if before.texts[change[:2]] == change.text]:
        raise RefusedWording(f"{key} {language}: this is what is spoken already" for key, language, _ in same)
    after = with_changes(before, changes)
    effects = wait_effects(directory, before, after)
    if forbidding := [effect.forbids for effect in effects if effect.forbids]:
        raise RefusedWording(forbidding)
    return CheckedChange(after, tuple(_difference(before, change) for change in changes), effects)


def as_written(text: str) -> str:
    """A text as it is kept: one line, one space between words, and each accent with its letter."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def with_changes(before: Wordings, changes: Iterable[ChangedText]) -> Wordings:
    """The next version."""
    texts = {**before.texts, **{(key, language): text for key, language, text in changes}}
    return Wordings(before.version + 1, texts)


def to_json(changes: Iterable[ChangedText]) -> str:
    """As they are stored, in one order, so that the same changes are the same document."""
    return json.dumps(sorted(changes), ensure_ascii=False)


def from_json(document: str) -> tuple[ChangedText, ...]:
    """The changes of a stored document."""
    return tuple(ChangedText(*change) for change in json.loads(document))


def digest_of(document: str) -> str:
    return hashlib.sha256(document.encode()).hexdigest()


def _difference(before: Wordings, change: ChangedText) -> TextDifference:
    text = before.texts[change[:2]]
    return TextDifference(
        change.key,
        change.language,
        text,
        change.text,
        seconds_with_names(text),
        seconds_with_names(change.text),
    )
