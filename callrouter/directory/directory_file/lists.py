"""Reads nested values of a directory file: entries within entries, and lists. *Pure.*"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from callrouter.directory.directory_file.entries import (
    EntrySchema,
    FaultCollector,
    FileEntry,
    InvalidValue,
    Read,
    read_entry,
)
from callrouter.directory.directory_file.syntax_tree import Items, Node, Pairs, Scalar
from callrouter.directory.faults import quoted


def part(shape: EntrySchema) -> Read:
    """Reads an entry within an entry."""

    def read(node: Node, report: FaultCollector) -> FileEntry:
        return read_entry(node, shape, FaultCollector(report.faults, f"{report.title}: {report.key}"))

    return read


def parts(shape: EntrySchema, named_by: str, *, at_least: int = 0) -> Read:
    """Reads a list of entries within an entry. Each is named by one of its keys, or by its number."""

    def read(node: Node, report: FaultCollector) -> list[FileEntry]:
        return list(_entries(_items(node, at_least), shape, named_by, report))

    return read


def _entries(
    nodes: list[Node], shape: EntrySchema, named_by: str, report: FaultCollector
) -> Iterator[FileEntry]:
    for number, node in enumerate(nodes, start=1):
        own = f"{shape.kind} {_name_of(node, named_by, number)}"
        about = FaultCollector(report.faults, f"{report.title}: {own}" if report.title else own)
        try:
            yield read_entry(node, shape, about)
        except InvalidValue as mistake:
            about.fault_in_entry(node.place, mistake.what, mistake.mend)


def _name_of(node: Node, named_by: str, number: int) -> str:
    if isinstance(node, Pairs):
        for key, value in node.pairs():
            if isinstance(key, Scalar) and key.text == named_by and isinstance(value, Scalar) and value.text:
                return quoted(value.text)
    return f"no. {number}"


def several(read_one: Read, *, at_least: int = 0) -> Read:
    """Reads a list of different single values."""

    def read(node: Node, report: FaultCollector) -> list[Any]:
        found: dict[Any, None] = {}
        for item in _items(node, at_least):
            _add(found, item, read_one, report)
        return list(found)

    return read


def _add(found: dict[Any, None], item: Node, read_one: Read, report: FaultCollector) -> None:
    try:
        value = read_one(item, report)
    except InvalidValue as mistake:
        report.fault(item.place, mistake.what, mistake.mend)
        return
    if value in found:
        report.fault(item.place, f"has {quoted(str(value))} twice", "write it once")
    found[value] = None


def _items(node: Node, at_least: int) -> list[Node]:
    if not isinstance(node, Items):
        raise InvalidValue("is not a list")
    if len(node.items) < at_least:
        raise InvalidValue("is an empty list")
    return node.items
