"""Faults of a directory file: each with its place and how to mend it. *Pure.*"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from typing import NamedTuple

from callrouter.errors import Fault

MOST_SHOWN = 100
"""faults that are shown to a person; the rest is only counted"""
MOST_COUNTED = 10_000
"""faults after which the rest of the file is not read"""

_LONGEST_QUOTATION = 60
_MOST_NAMES_COMPARED = 1_000
_LONGEST_WORD_COMPARED = 200


class FilePosition(NamedTuple):
    """A position in a file, counted from 1; 0 if unknown."""

    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True, order=True)
class DirectoryFault:
    """One fault: where, what, and how to mend it."""

    place: FilePosition
    what: str
    mend: str

    def in_file(self, name: str) -> str:
        where = f"{name}:{self.place.line}" if self.place.line else name
        return f"{where}: {self.what}; {self.mend}"


class TooManyFaults(Exception):
    """MOST_COUNTED faults were found, so the rest of the file is not read."""


class DirectoryFaults(Fault):
    """A directory was refused: its faults, in the order of the file. Nothing was loaded.

    The text shows the first MOST_SHOWN and how many more there are: "at least", if MOST_COUNTED were found.
    """

    def __init__(self, name: str, faults: Iterable[DirectoryFault]) -> None:
        found = list(faults)
        self.name = name
        self.faults = tuple(sorted(set(found)))
        shown = [fault.in_file(name) for fault in self.faults[:MOST_SHOWN]]
        hidden = len(self.faults) - len(shown)
        super().__init__("\n".join([*shown, *self._hidden(hidden, all_counted=len(found) < MOST_COUNTED)]))

    def _hidden(self, count: int, *, all_counted: bool) -> list[str]:
        if not count and all_counted:
            return []
        least = "" if all_counted else "at least "
        return [f"{self.name}: {least}{count:,} more; mend those above first, then check the file again"]


@dataclass(frozen=True)
class Source:
    """The file that a directory was read from, for faults that only the database can find."""

    name: str = "directory"
    places: Mapping[tuple[str, str], FilePosition] = field(default_factory=dict)
    """of each entry, by section and key: `("listings", "sunrise-la-page")`"""

    def place_of(self, section: str, key: str) -> FilePosition:
        return self.places.get((section, key), FilePosition())


def quoted(text: str) -> str:
    """Text from a file in quotes: short, on one line, and safe on a terminal."""
    short = text if len(text) <= _LONGEST_QUOTATION else text[: _LONGEST_QUOTATION - 1] + "…"
    return '"' + "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in short) + '"'


@lru_cache(maxsize=1_000)
def closest(word: str, known: tuple[str, ...]) -> str | None:
    """The known word that was probably meant. It is cached, because a typing error is often repeated."""
    if len(known) > _MOST_NAMES_COMPARED or len(word) > _LONGEST_WORD_COMPARED:
        return None
    return next(iter(get_close_matches(word, known, n=1)), None)
