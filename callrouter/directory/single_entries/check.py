"""Checks a directory in which one entry is changed, by the same checks as a whole file. *Pure.*

Only the changed entries are read; the others were, when they were loaded. So it is quick in a directory of thousands.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Any

from callrouter.directory.changes import SECTIONS
from callrouter.directory.directory import Center, Directory
from callrouter.directory.directory_file.check import Sections, faults_between, faults_of_time
from callrouter.directory.directory_file.entries import EntrySchema, FaultCollector, FileEntry, read_entry
from callrouter.directory.directory_file.schema import CENTER, HELPLINE, LISTING, PARTNER
from callrouter.directory.directory_file.syntax_tree import TEXT, Items, Node, Scalar
from callrouter.directory.document import Entry, EntryDocument, entry_document, from_sections
from callrouter.directory.faults import (
    MOST_SHOWN,
    DirectoryFault,
    DirectoryFaults,
    FilePosition,
    Source,
    quoted,
)
from callrouter.directory.single_entries.entry import (
    HELPLINES,
    LISTINGS,
    NUMBERS,
    PARTS,
    EntryName,
    FileChanges,
    FilePath,
    file_changes,
)
from callrouter.directory.single_entries.form_nodes import NodeBuilder, ValuePath
from callrouter.errors import Fault

SCHEMAS: dict[str, EntrySchema] = {
    "partners": PARTNER,
    "centers": CENTER,
    "listings": LISTING,
    "helplines": HELPLINE,
}
_NOWHERE = FilePosition()
_KEPT_FOR_EVER = {"centers": "partner", "listings": "center"}
"""the key that a change of owner is a fault of"""
_OWNER_FIELDS = {LISTINGS: "listing", HELPLINES: "helpline"}

FieldPath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class EntryFault:
    """A fault, and the field of the entry that it is about. Without a field, it is about several or another entry."""

    field: FieldPath
    what: str
    mend: str

    def in_words(self) -> str:
        return f"{self.what}; {self.mend}" if self.mend else self.what


class EntryFaults(Fault):
    """A change of an entry was refused. Nothing was saved."""

    def __init__(self, faults: Iterable[EntryFault]) -> None:
        self.faults = tuple(dict.fromkeys(faults))
        super().__init__("\n".join(fault.in_words() for fault in self.faults))


@dataclass(frozen=True)
class CheckedChange:
    """The directory with the entry changed. `source` has the places by which later faults find their field."""

    directory: Directory
    source: Source
    name: EntryName
    paths: tuple[ValuePath, ...]

    def entry_faults(self, faults: DirectoryFaults) -> EntryFaults:
        """What the database found, by field."""
        return _entry_faults(self.name, self.paths, self.directory, faults.faults)


def check_change(directory: Directory, name: EntryName, words: EntryDocument | None) -> CheckedChange:
    """The directory with this entry changed; `words` None takes it out. Raises EntryFaults."""
    changes = _changes(directory, name, words)
    builder, read = NodeBuilder(), list[DirectoryFault]()
    changed = {path: _read(path, new, builder, read) for path, new in changes.items() if new is not None}
    sections = _sections(directory, changes, changed)
    timed = faults_of_time(sections, _sound_centers(directory, changed))
    faults = tuple(islice(chain(builder.faults, read, faults_between(sections), timed), MOST_SHOWN))
    if faults:
        raise _entry_faults(name, tuple(builder.paths), directory, faults)
    source = Source(places={path: _owner_place(path, entry) for path, entry in changed.items()})
    return CheckedChange(_changed_directory(directory, changes, changed), source, name, tuple(builder.paths))


def _changes(directory: Directory, name: EntryName, words: EntryDocument | None) -> FileChanges:
    if name.kind == NUMBERS and words and bool(words["listing"]) == bool(words["helpline"]):
        what = "a number reaches one listing or one helpline"
        raise EntryFaults(
            [EntryFault(("listing",), what, "write the key of one of them, and leave the other empty")]
        )
    try:
        changes = file_changes(directory, name, words)
    except LookupError as error:
        raise EntryFaults([_unknown_owner(name, words, str(error.args[0]))]) from None
    path = next(iter(changes), None)
    if not name.key and path and path[0] == name.kind and path[1] in getattr(directory, path[0]):
        mend = "give the entry a key of its own, or change the one that is there"
        raise EntryFaults([EntryFault(("key",), "the key is used already", mend)])
    return changes


def _unknown_owner(name: EntryName, words: EntryDocument | None, what: str) -> EntryFault:
    owners = (field for field in _OWNER_FIELDS.values() if words and words.get(field))
    field: FieldPath = (next(owners, ""),) if name.kind == NUMBERS else ()
    return EntryFault(field, what, "write the key of one that is there")


def _read(
    path: FilePath, words: EntryDocument, builder: NodeBuilder, faults: list[DirectoryFault]
) -> FileEntry:
    node = builder.node_of(path, words)
    return read_entry(node, SCHEMAS[path[0]], FaultCollector(faults, _title(path)))


def _title(path: FilePath) -> str:
    return f"{SCHEMAS[path[0]].kind} {quoted(path[1])}"


def _sections(directory: Directory, changes: FileChanges, changed: dict[FilePath, FileEntry]) -> Sections:
    """Every entry after the change. The changed ones are the last, so that what clashes is a fault of theirs."""
    return {
        section: [
            *(
                _known_entry(section, entry)
                for key, entry in getattr(directory, section).items()
                if (section, key) not in changes
            ),
            *(entry for path, entry in changed.items() if path[0] == section),
        ]
        for section in SECTIONS
    }


def _known_entry(section: str, entry: Entry) -> FileEntry:
    """An entry that was checked when it was loaded, with what other entries are checked against."""
    title = _known_title(SCHEMAS[section].kind, entry.key)
    names = ("key", "partner", "phone", "center", "helpline")
    values: dict[str, Any] = {name: value for name in names if (value := getattr(entry, name, None))}
    nodes: dict[str, Node] = {name: Scalar(_NOWHERE, value, TEXT) for name, value in values.items()}
    numbers = getattr(entry, "numbers", ())
    nodes["numbers"] = Items(_NOWHERE, [Scalar(_NOWHERE, number, TEXT) for number in numbers])
    if section == HELPLINES:
        words = entry_document(entry)
        values = {**words, "seats": [_known_seat(title, seat) for seat in words["seats"]]}
    return FileEntry(title, _NOWHERE, nodes, values)


def _known_seat(helpline: str, seat: EntryDocument) -> FileEntry:
    nodes: dict[str, Node] = {"center": Scalar(_NOWHERE, seat["center"], TEXT)}
    return FileEntry(f"{helpline}: {_known_title('seat', seat['center'])}", _NOWHERE, nodes, seat)


def _known_title(kind: str, key: str) -> str:
    """A key that was checked needs no escapes."""
    return f'{kind} "{key}"'


def _sound_centers(directory: Directory, changed: dict[FilePath, FileEntry]) -> dict[str, Center]:
    sound = [entry.words() for (section, _), entry in changed.items() if section == "centers" and entry.sound]
    return {**directory.centers, **from_sections({"centers": sound}).centers}


def _changed_directory(
    directory: Directory, changes: FileChanges, changed: dict[FilePath, FileEntry]
) -> Directory:
    new: dict[str, Any] = {}
    for section in {section for section, _ in changes}:
        words = [entry.words() for path, entry in changed.items() if path[0] == section]
        made = getattr(from_sections({section: words}), section)
        kept = {
            key: entry
            for key, entry in getattr(directory, section).items()
            if changes.get((section, key), ()) is not None
        }
        new[section] = {**kept, **made}
    return replace(directory, version=0, **new)


def _owner_place(path: FilePath, entry: FileEntry) -> FilePosition:
    return entry.place_of(_KEPT_FOR_EVER.get(path[0], "key"))


def _entry_faults(
    name: EntryName, paths: tuple[ValuePath, ...], directory: Directory, faults: Iterable[DirectoryFault]
) -> EntryFaults:
    return EntryFaults(_entry_fault(name, paths[fault.place.column], directory, fault) for fault in faults)


def _entry_fault(name: EntryName, path: ValuePath, directory: Directory, fault: DirectoryFault) -> EntryFault:
    field = _field(name, path, directory)
    title = _title((str(path[0]), str(path[1]))) if path else ""
    what = fault.what.removeprefix(f"{title}: ") if field else fault.what
    if field and name.kind in PARTS:
        what = what.partition(": ")[2] or what
    return EntryFault(field, what, _mend(fault.mend))


def _field(name: EntryName, path: ValuePath, directory: Directory) -> FieldPath:
    """The field within the entry that is edited, of a place in an entry of the file."""
    if not path:
        return ()
    section, key, *within = path
    if name.kind == NUMBERS:
        return ("number",) if within[:1] == ["numbers"] else (_OWNER_FIELDS[str(section)],)
    if name.kind not in PARTS:
        return tuple(within)
    parts = PARTS[name.kind]
    existing = find_parts(directory, str(section), str(key), parts.name)
    keys = [parts.key_of(part) for part in existing]
    number = keys.index(name.key) if name.key in keys else len(keys)
    return tuple(within[2:]) if within[:2] == [parts.name, number] else ()


def find_parts(directory: Directory, section: str, key: str, name: str) -> list[EntryDocument]:
    """The parts of an entry's list, such as a helpline's seats. Empty if there is no such entry."""
    entry = getattr(directory, section).get(key)
    return list(entry_document(entry)[name]) if entry else []


def _mend(mend: str) -> str:
    """How to mend it, for somebody who fills in a form and writes no file."""
    return mend.removesuffix(", without quotes").replace('"', "")
