"""The entries that differ between two versions of the directory. *Pure.*"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from callrouter.directory.directory import Directory
from callrouter.directory.document import Entry

SECTIONS = ("partners", "centers", "listings", "helplines")


@dataclass(frozen=True, slots=True)
class Changes:
    """The keys of a section's entries that were added, changed or removed."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]

    @property
    def count(self) -> int:
        return len(self.added) + len(self.changed) + len(self.removed)


def changes_between(before: Directory, after: Directory) -> dict[str, Changes]:
    """The changes of each section, by its name in the file."""
    return {section: _changes(getattr(before, section), getattr(after, section)) for section in SECTIONS}


def changed_entries(
    before: Directory, after: Directory
) -> Iterator[tuple[str, str, Entry | None, Entry | None]]:
    """Section, key, before and after of each entry that differs; None: it is not there."""
    for section in SECTIONS:
        was, is_now = getattr(before, section), getattr(after, section)
        for key in dict.fromkeys((*was, *is_now)):
            if was.get(key) != is_now.get(key):
                yield section, key, was.get(key), is_now.get(key)


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Changes:
    return Changes(
        added=tuple(key for key in after if key not in before),
        changed=tuple(key for key, entry in after.items() if key in before and before[key] != entry),
        removed=tuple(key for key in before if key not in after),
    )
