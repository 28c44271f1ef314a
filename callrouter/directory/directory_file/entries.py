"""Reads the entries of a directory file: the keys of each, and every fault. *Pure.*

A wrong value stops nothing: it is reported and reading continues, so that a person sees all faults at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from callrouter.directory.directory_file.syntax_tree import NOTHING, TEXT, Items, Node, Pairs, Scalar
from callrouter.directory.faults import (
    MOST_COUNTED,
    MOST_SHOWN,
    DirectoryFault,
    FilePosition,
    TooManyFaults,
    closest,
    quoted,
)


class InvalidValue(Exception):
    """A value that does not fit its key. Without a mend of its own, the key's example is shown."""

    def __init__(self, what: str, mend: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.mend = mend


@dataclass(frozen=True, slots=True)
class FaultCollector:
    """Collects the faults of a file, with the entry and the key that are being read."""

    faults: list[DirectoryFault]
    title: str = ""
    key: str = ""
    example: str = ""

    def fault(self, place: FilePosition, what: str, mend: str = "") -> None:
        """Report a fault of the key that is being read."""
        told = f"{self.title}: {self.key} {what}" if self.title else f"{self.key} {what}"
        self._add(DirectoryFault(place, told, mend or f"write {self.key}: {self.example}"))

    def fault_in_entry(self, place: FilePosition, what: str, mend: str) -> None:
        """Report a fault of the whole entry."""
        self._add(DirectoryFault(place, f"{self.title}: {what}" if self.title else what, mend))

    @property
    def is_shown(self) -> bool:
        """Whether the next fault is shown to a person, so that a search for a suggestion is worth it."""
        return len(self.faults) < MOST_SHOWN

    def _add(self, fault: DirectoryFault) -> None:
        self.faults.append(fault)
        if len(self.faults) >= MOST_COUNTED:
            raise TooManyFaults


Read = Callable[[Node, FaultCollector], Any]


@dataclass(frozen=True, slots=True)
class Field:
    """A key of an entry: how its value is read, and an example."""

    name: str
    read: Read
    example: str
    needed: bool = False


@dataclass(frozen=True, slots=True)
class EntrySchema:
    """The keys of a kind of entry."""

    kind: str
    fields: tuple[Field, ...]

    def field(self, name: str) -> Field | None:
        return next((field for field in self.fields if field.name == name), None)


@dataclass(slots=True)
class FileEntry:
    """An entry that was read. `values` has the valid values; `sound` says whether that is all."""

    title: str
    place: FilePosition
    nodes: dict[str, Node] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    sound: bool = True

    def text_of(self, name: str) -> Scalar | None:
        """The text of a key, valid or not."""
        node = self.nodes.get(name)
        return node if isinstance(node, Scalar) and node.is_a == TEXT else None

    def texts_of(self, name: str) -> Iterator[Scalar]:
        """The texts of a list, valid or not."""
        node = self.nodes.get(name)
        items = node.items if isinstance(node, Items) else []
        return (item for item in items if isinstance(item, Scalar) and item.is_a == TEXT)

    def parts(self, name: str) -> list[FileEntry]:
        """The entries within this entry that were read for a key."""
        parts: list[FileEntry] = self.values.get(name, [])
        return parts

    def place_of(self, name: str) -> FilePosition:
        return self.nodes[name].place if name in self.nodes else self.place

    def words(self) -> dict[str, Any]:
        """The values as plain dictionaries and lists, as in the file."""
        return {name: _plain(value) for name, value in self.values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, FileEntry):
        return value.words()
    return [_plain(item) for item in value] if isinstance(value, list) else value


def read_entry(node: Node, shape: EntrySchema, report: FaultCollector) -> FileEntry:
    """Read one entry with its valid values. Raises InvalidValue if it is not an entry.

    `report` has the entry's title.
    """
    if not isinstance(node, Pairs):
        raise InvalidValue(
            "is not an entry with keys", f"write it as keys and values, such as {_sketch(shape)}"
        )
    before = len(report.faults)
    entry = FileEntry(report.title, node.place)
    for key, value in node.pairs():
        _take(entry, key, value, shape, report)
    _miss(entry, shape, report)
    entry.sound = len(report.faults) == before
    return entry


def _take(entry: FileEntry, key: Node, value: Node, shape: EntrySchema, report: FaultCollector) -> None:
    known = _known(key, shape, report)
    if known is None:
        return
    if known.name in entry.nodes:
        mend = f"keep this one or the one in line {entry.nodes[known.name].place.line}"
        report.fault_in_entry(key.place, f"{known.name} is given twice", mend)
        return
    entry.nodes[known.name] = value
    if known.needed or not _is_nothing(value):
        _read_value(entry, value, known, report)


def _known(key: Node, shape: EntrySchema, report: FaultCollector) -> Field | None:
    """The key that is named. A misspelled key is reported and read as the intended one."""
    if not isinstance(key, Scalar):
        report.fault_in_entry(key.place, "a key that is not a word", _keys_of(shape))
        return None
    exactly = shape.field(key.text)
    if exactly:
        return exactly
    meant = closest(key.text, tuple(field.name for field in shape.fields))
    mend = f'did you mean "{meant}"?' if meant else _keys_of(shape)
    report.fault_in_entry(key.place, f"unknown key {quoted(key.text)}", mend)
    return shape.field(meant) if meant else None


def _read_value(entry: FileEntry, value: Node, known: Field, report: FaultCollector) -> None:
    about = FaultCollector(report.faults, report.title, known.name, known.example)
    try:
        entry.values[known.name] = known.read(value, about)
    except InvalidValue as mistake:
        about.fault(value.place, mistake.what, mistake.mend)


def _miss(entry: FileEntry, shape: EntrySchema, report: FaultCollector) -> None:
    for wanted in shape.fields:
        if wanted.needed and wanted.name not in entry.nodes:
            mend = f"add {wanted.name}: {wanted.example}"
            report.fault_in_entry(entry.place, f"{wanted.name} is missing", mend)


def _keys_of(shape: EntrySchema) -> str:
    names = ", ".join(field.name for field in shape.fields)
    return f"the keys of a {shape.kind} are {names}"


def _is_nothing(node: Node) -> bool:
    return isinstance(node, Scalar) and node.is_a == NOTHING


def _sketch(shape: EntrySchema) -> str:
    first = shape.fields[0]
    return f"{first.name}: {first.example}"
