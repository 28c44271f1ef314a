"""The entries that differ between two versions of the directory. *Pure.*"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from callrouter.directory.directory import Directory

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


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Changes:
    return Changes(
        added=tuple(key for key in after if key not in before),
        changed=tuple(key for key, entry in after.items() if key in before and before[key] != entry),
        removed=tuple(key for key in before if key not in after),
    )
