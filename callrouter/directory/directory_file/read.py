"""Reads a directory file, YAML or JSON: a valid directory, or every fault. *Pure.*"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, islice

from callrouter.directory.changes import SECTIONS
from callrouter.directory.directory import Center, Directory
from callrouter.directory.directory_file.check import Sections, faults_between, faults_of_time
from callrouter.directory.directory_file.entries import FaultCollector, FileEntry, InvalidValue, read_entry
from callrouter.directory.directory_file.schema import FILE
from callrouter.directory.directory_file.syntax import decoded, read_beginning, read_syntax
from callrouter.directory.directory_file.syntax_tree import Node
from callrouter.directory.document import EntryDocument, from_sections
from callrouter.directory.faults import MOST_COUNTED, DirectoryFault, DirectoryFaults, Source, TooManyFaults

_BEGINNING = 1_000_000
"""characters of a few thousand entries"""


@dataclass(frozen=True)
class DirectoryFile:
    """A directory, and the positions of its entries in the file."""

    directory: Directory
    source: Source


def read_directory(text: str | bytes, name: str) -> Directory:
    """The directory in a file's content. `name` is for the faults. Its version is 0: it is not loaded.

    Raises DirectoryFaults with every fault, its line and how to mend it; with very many faults, only the first ones.
    """
    return read_directory_file(text, name).directory


def read_directory_file(text: str | bytes, name: str) -> DirectoryFile:
    """Like `read_directory`, with the positions of the entries, for faults that the database finds later."""
    text = decoded(text, name) if isinstance(text, bytes) else text
    _refuse_very_many_faults(text, name)
    root = read_syntax(text, name)
    faults: list[DirectoryFault] = []
    try:
        sections = _read_sections(root, faults)
    except TooManyFaults:
        raise DirectoryFaults(name, faults) from None
    together = chain(faults_between(sections), faults_of_time(sections, _sound_centers(sections)))
    faults.extend(islice(together, MOST_COUNTED - len(faults)))
    if faults:
        raise DirectoryFaults(name, faults)
    return DirectoryFile(from_sections(_in_words(sections)), _source(name, sections))


def _refuse_very_many_faults(text: str, name: str) -> None:
    """A large file full of faults is not read whole: its beginning says enough."""
    root = read_beginning(text, name, _BEGINNING) if len(text) > _BEGINNING else None
    if root is None:
        return
    faults: list[DirectoryFault] = []
    try:
        _read_sections(root, faults)
    except TooManyFaults:
        raise DirectoryFaults(name, faults) from None


def _read_sections(root: Node, faults: list[DirectoryFault]) -> Sections:
    report = FaultCollector(faults)
    try:
        entry = read_entry(root, FILE, report)
    except InvalidValue as mistake:
        report.fault_in_entry(root.place, f"the file {mistake.what}", mistake.mend)
        entry = FileEntry("", root.place)
    return {section: entry.parts(section) for section in SECTIONS}


def _sound_centers(sections: Sections) -> dict[str, Center]:
    """The centers whose own values are valid."""
    return from_sections({"centers": [entry.words() for entry in sections["centers"] if entry.sound]}).centers


def _in_words(sections: Sections) -> EntryDocument:
    return {section: [entry.words() for entry in entries] for section, entries in sections.items()}


def _source(name: str, sections: Sections) -> Source:
    each = ((section, entry) for section, entries in sections.items() for entry in entries)
    return Source(name, {(section, entry.values["key"]): entry.place for section, entry in each})
