"""One entry of a directory, as it is edited by itself, and what changes in the file with it. *Pure.*

Rates are edited apart from their partner, and seats apart from their helpline: who changes a telephone needs no second
person because of a price, and two people who change two seats do not get in each other's way. A number is edited apart
from the listing or helpline that has it, so that it can move.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from callrouter.directory.directory import Directory
from callrouter.directory.document import Entry, EntryDocument, entry_document

PARTNERS, CENTERS, LISTINGS, HELPLINES = "partners", "centers", "listings", "helplines"
NUMBERS, SEATS, RATES = "numbers", "seats", "rates"
_OWNERS = {"listing": LISTINGS, "helpline": HELPLINES}

FilePath = tuple[str, str]
"""section and key of an entry of the file"""
FileChanges = Mapping[FilePath, EntryDocument | None]
"""entries of the file that change, with all their keys; None: taken out"""


class EntryName(NamedTuple):
    """Names an entry. `key` is a seat's center, and a rate's kind and first day: `helpline:2026-01-01`."""

    kind: str
    key: str
    owner: str = ""
    """the helpline of a seat, the partner of a rate"""

    @property
    def file_path(self) -> FilePath:
        """The entry of the file that it is a part of, or is. A number has none of its own."""
        return (PARTS[self.kind].section, self.owner) if self.kind in PARTS else (self.kind, self.key)


@dataclass(frozen=True, slots=True)
class Parts:
    """A list within entries of a section, whose parts are edited by themselves."""

    section: str
    name: str
    """the list's key in the file"""
    key_of: Callable[[EntryDocument], str]


def _rate_key(rate: EntryDocument) -> str:
    return f"{rate['kind']}:{rate['from']}"


PARTS = {
    SEATS: Parts(HELPLINES, "seats", lambda seat: str(seat["center"])),
    RATES: Parts(PARTNERS, "rates", _rate_key),
}
_LISTS = {parts.section: parts.name for parts in PARTS.values()}
"""the list that is edited apart, by section"""


def find_entry(directory: Directory, name: EntryName) -> EntryDocument | None:
    """The entry's values as the file has them, without what is edited apart. None if there is none."""
    if name.kind == NUMBERS:
        return _number_words(directory, name.key)
    entry = _entry(directory, name.file_path)
    if entry is None:
        return None
    words = entry_document(entry)
    if name.kind in PARTS:
        parts = PARTS[name.kind]
        return next((part for part in words[parts.name] if parts.key_of(part) == name.key), None)
    return {key: value for key, value in words.items() if key != _LISTS.get(name.kind)}


def file_changes(directory: Directory, name: EntryName, words: EntryDocument | None) -> FileChanges:
    """What changes in the file. `words` None takes the entry out.

    `name.key` is empty for a new entry. Raises LookupError if its owner is not there.
    """
    if name.kind == NUMBERS:
        return dict(_number_changes(directory, name.key, words))
    path = name.file_path
    if name.kind in PARTS:
        owner = _existing(directory, path)
        parts = PARTS[name.kind]
        return {path: {**owner, parts.name: _with_part(owner[parts.name], parts, name.key, words)}}
    if words is None:
        return {path: None}
    apart = _LISTS.get(name.kind)
    entry = _entry(directory, path)
    kept = {apart: entry_document(entry)[apart]} if apart and entry else {}
    return {(name.kind, name.key or str(words["key"])): {**words, **kept}}


def _entry(directory: Directory, path: FilePath) -> Entry | None:
    section, key = path
    found: Entry | None = getattr(directory, section).get(key)
    return found


def _existing(directory: Directory, path: FilePath) -> EntryDocument:
    entry = _entry(directory, path)
    if entry is None:
        raise LookupError(f"there is no {path[0].removesuffix('s')} {path[1]}")
    return entry_document(entry)


def _with_part(
    existing: list[EntryDocument], parts: Parts, key: str, words: EntryDocument | None
) -> list[EntryDocument]:
    new = [] if words is None else [words]
    if not key:
        return [*existing, *new]
    return [part for each in existing for part in (new if parts.key_of(each) == key else [each])]


def _number_words(directory: Directory, number: str) -> EntryDocument | None:
    listing, helpline = directory.listing_at.get(number), directory.helpline_at.get(number)
    if listing is None and helpline is None:
        return None
    return {
        "number": number,
        "listing": listing.key if listing else None,
        "helpline": helpline.key if helpline else None,
    }


def _number_changes(
    directory: Directory, number: str, words: EntryDocument | None
) -> Iterator[tuple[FilePath, EntryDocument | None]]:
    """The listing or helpline that loses it, and the one that gets it. One that keeps it stays as it is."""
    old, new = _owner(_number_words(directory, number)), _owner(words)
    if old is not None and old != new:
        yield old, _with_numbers(directory, old, lambda numbers: [each for each in numbers if each != number])
    if words is not None and new is not None and old != new:
        yield new, _with_numbers(directory, new, lambda numbers: [*numbers, words["number"]])


def _owner(words: EntryDocument | None) -> FilePath | None:
    owners = ((section, words[name]) for name, section in _OWNERS.items() if words and words[name])
    return next(owners, None)


def _with_numbers(directory: Directory, path: FilePath, changed: Callable[[Any], list[Any]]) -> EntryDocument:
    owner = _existing(directory, path)
    return {**owner, "numbers": changed(owner["numbers"])}
