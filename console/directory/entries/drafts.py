"""An entry as somebody is about to save it: what was typed, what is wrong with it, and what saving would do."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from callrouter.directory.differences import Difference, differences_of_entries
from callrouter.directory.directory import Directory
from callrouter.directory.document import EntryDocument
from callrouter.directory.history import known_version
from callrouter.directory.single_entries.check import EntryFault, EntryFaults
from callrouter.directory.single_entries.entry import (
    CENTERS,
    LISTINGS,
    PARTNERS,
    PARTS,
    EntryName,
    find_entry,
)
from callrouter.directory.single_entries.save import EntryChange, try_change
from callrouter.reports.rotation.directory_effect import HelplineEffect, directory_effect
from callrouter.wordings.sentences import spoken_seconds
from callrouter.wordings.versions import WordingsCache
from console.directory.entries.forms import FORMS, EntryField, EntryForm
from console.directory.entries.state import (
    Fields,
    FormState,
    Merged,
    field_in_words,
    merged,
    state_of,
    typed_state,
    words_of_state,
)
from console.whole_numbers import whole_number

_ADDRESS_OF_NEW = "new"
WHOLE_FORM = "form"
"""the name under which faults stand that are about no single field"""


@dataclass(frozen=True, slots=True)
class ChangeEffect:
    """What saving would do."""

    differences: tuple[Difference, ...]
    for_two: tuple[str, ...]
    helplines: list[HelplineEffect]
    directory: Directory
    """as it would be"""
    digest: str
    """tells whether what is saved is what was shown"""


@dataclass(slots=True)
class EntryDraft:
    """The form of an entry, and what is known of it."""

    name: EntryName
    directory: Directory
    """in force"""
    words: EntryDocument | None
    """the entry in force. None: it is new, or it was taken out meanwhile"""
    state: FormState
    merged: Merged | None = None
    """where somebody else changed it meanwhile"""
    errors: dict[str, str] = field(default_factory=dict)
    effect: ChangeEffect | None = None
    wanted: EntryDocument | None = None
    """the entry as it would be saved; None: it would be taken out"""

    @property
    def form(self) -> EntryForm:
        return FORMS[self.name.kind]

    @property
    def is_new(self) -> bool:
        return not self.name.key

    @property
    def was_taken_out(self) -> bool:
        return not self.is_new and self.words is None

    @property
    def fields(self) -> Fields:
        return self.form.fields_of(is_new=self.is_new)

    @property
    def owner_name(self) -> EntryName:
        """The partner of a center, the center of a listing, the helpline of a seat, the partner of a rate."""
        if self.name.kind in PARTS:
            return EntryName(PARTS[self.name.kind].section, self.name.owner)
        kind, key = {CENTERS: (PARTNERS, "partner"), LISTINGS: (CENTERS, "center")}.get(
            self.name.kind, ("", "")
        )
        return EntryName(kind, str((self.words or {}).get(key, "")))

    def as_words(self, of: EntryField) -> str:
        """The value of a field in force, for who may not change it."""
        return field_in_words(of, of.control.shown(of.value_in(self.words)))

    @property
    def change(self) -> EntryChange:
        """What to save, on the version in force."""
        return EntryChange(self.name, self.wanted, self.directory.version)


def opened_draft(directory: Directory, name: EntryName) -> EntryDraft:
    """The form of an entry that is there, or an empty one."""
    fields = FORMS[name.kind].fields_of(is_new=not name.key)
    words = find_entry(directory, name) if name.key else None
    return EntryDraft(name, directory, words, state_of(fields, words), wanted=words)


def typed_draft(
    connection: sa.Connection, directory: Directory, name: EntryName, form: Mapping[str, str], now: datetime
) -> EntryDraft:
    """What was typed, merged with what somebody else saved since, checked, and with its effect."""
    draft = opened_draft(directory, name)
    draft.state = typed_state(draft.fields, form)
    if not draft.is_new:
        base = _base(form, directory)
        seen = draft.words if base == directory.version else find_entry(known_version(connection, base), name)
        if seen != draft.words:
            draft.merged = merged(draft.fields, seen, draft.words, draft.state)
            draft.state = draft.merged.state
    typed = words_of_state(draft.fields, draft.state, draft.words)
    draft.wanted = draft.form.complete(typed) if draft.is_new else typed
    if draft.is_new and draft.wanted.get("key") == _ADDRESS_OF_NEW:
        draft.errors["key"] = "The page of new entries is called so. Give the entry another key"
    elif not draft.was_taken_out:
        look(connection, draft, now)
    return draft


def look(connection: sa.Connection, draft: EntryDraft, now: datetime) -> None:
    """Find out what is wrong with a draft, or what saving it would do."""
    try:
        tried = try_change(connection, draft.directory, draft.change, now)
    except EntryFaults as faults:
        for fault in faults.faults:
            _tell(draft, fault)
        return
    spoken = spoken_seconds(WordingsCache().in_force(connection))
    draft.effect = ChangeEffect(
        differences_of_entries(draft.directory, tried.directory),
        tried.for_two,
        directory_effect(draft.directory, tried.directory, now, spoken),
        tried.directory,
        _digest(draft.words, draft.wanted),
    )


def version_number(written: str) -> int | None:
    """A number of a version. None where it is none."""
    return whole_number(written)


def _base(form: Mapping[str, str], directory: Directory) -> int:
    """The version of the directory that the form was opened with. An unknown version counts as the one in force."""
    written = version_number(form.get("base", ""))
    return directory.version if written is None else min(written, directory.version)


def _digest(before: EntryDocument | None, after: EntryDocument | None) -> str:
    return hashlib.sha256(json.dumps([before, after]).encode()).hexdigest()


def _tell(draft: EntryDraft, fault: EntryFault) -> None:
    """Beside its field, in the words of the form; of several faults of one field, the first."""
    for field_of_fault in draft.fields:
        if fault.field and field_of_fault.holds(fault.field):
            draft.errors.setdefault(
                field_of_fault.name, _in_words(fault, str(field_of_fault.path[-1]), field_of_fault.label)
            )
            return
    draft.errors[WHOLE_FORM] = "; ".join(filter(None, [draft.errors.get(WHOLE_FORM), fault.in_words()]))


def _in_words(fault: EntryFault, key: str, label: str) -> str:
    what = fault.what.removeprefix("license: ")
    what = label + what.removeprefix(key) if what.startswith(f"{key} ") else what[:1].upper() + what[1:]
    mend = fault.mend.replace(f"write {key}: ", "write it like ")
    return f"{what}: {mend}" if mend else what
