"""What stands in a form: typed, made from an entry, or merged with what somebody else saved. *Pure.*"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from callrouter.directory.directory_file.dump import in_line
from callrouter.directory.document import EntryDocument
from console.directory.entries.controls import Typed
from console.directory.entries.forms import EntryField

FormState = Mapping[str, Typed]
"""what was typed in each field, by its name"""
Fields = tuple[EntryField, ...]


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """A field that I or they changed: its value when the form was opened, mine and theirs, as the file has them."""

    field: EntryField
    original: str
    mine: str
    theirs: str

    @property
    def is_conflict(self) -> bool:
        """Both changed it, to different values."""
        return self.mine not in (self.original, self.theirs) and self.theirs != self.original


@dataclass(frozen=True, slots=True)
class Merged:
    """My form with what they changed in it, and all fields that either of us changed."""

    state: FormState
    differences: tuple[FieldDifference, ...]

    @property
    def conflicts(self) -> tuple[FieldDifference, ...]:
        return tuple(each for each in self.differences if each.is_conflict)


def state_of(fields: Fields, words: EntryDocument | None) -> FormState:
    """What stands in the form of an entry; None: of a new one."""
    return {field.name: field.control.shown(field.value_in(words)) for field in fields}


def typed_state(fields: Fields, form: Mapping[str, str]) -> FormState:
    """What was typed."""
    return {
        field.name: {
            part: form.get(input_name(field.name, part), "").replace("\r\n", "\n")
            for part in field.control.parts
        }
        for field in fields
    }


def input_name(field: str, part: str) -> str:
    """The name of an input."""
    return f"{field}-{part}" if part else field


def words_of_state(fields: Fields, state: FormState, original: EntryDocument | None) -> EntryDocument:
    """The entry that is meant. A field in which nothing was changed keeps its value, however the file writes it."""
    words: EntryDocument = json.loads(json.dumps(original or {}))
    for field in fields:
        value = field.value_in(original)
        typed = state[field.name]
        untouched = original is not None and typed == field.control.shown(value)
        _put(words, field.path, value if untouched else field.control.meant(typed))
    return words


def merged(
    fields: Fields, original: EntryDocument | None, theirs: EntryDocument | None, mine: FormState
) -> Merged:
    """My form, with theirs in the fields that only they changed. Nothing that I typed is lost."""
    was, is_now = state_of(fields, original), state_of(fields, theirs)
    state = {name: is_now[name] if mine[name] == was[name] else mine[name] for name in mine}
    found = (
        FieldDifference(field, *(field_in_words(field, each[field.name]) for each in (was, mine, is_now)))
        for field in fields
    )
    return Merged(state, tuple(each for each in found if {each.original} != {each.mine, each.theirs}))


def field_in_words(field: EntryField, typed: Typed) -> str:
    """The value of a field as the file has it, on one line."""
    value: Any = field.control.meant(typed)
    return "none" if value in (None, "", []) else in_line("", value).strip('"[]')


def _put(words: Any, path: tuple[str | int, ...], value: Any) -> None:
    """Set a value within an entry. A number in the path is a place in a list."""
    *within, last = path
    for key, following in zip(within, path[1:], strict=True):
        if isinstance(key, int):
            words.extend({} for _ in range(key + 1 - len(words)))
            words = words[key]
        else:
            words = words.setdefault(key, [] if isinstance(following, int) else {})
    words[last] = value
