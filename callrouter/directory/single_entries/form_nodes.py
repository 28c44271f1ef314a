"""The values of an entry as nodes, as if they had been read from a file, so that the same checks read them. *Pure.*

A place is the number of a value, so that a fault leads back to the field that it is about.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from callrouter.directory.directory_file.syntax_tree import (
    NOTHING,
    TEXT,
    WHOLE_NUMBER,
    Builder,
    Items,
    Node,
    Pairs,
)
from callrouter.directory.document import EntryDocument
from callrouter.directory.faults import DirectoryFault, FilePosition

ValuePath = tuple[str | int, ...]
"""section and key of the entry, then the keys and numbers that lead to the value"""


@dataclass(slots=True)
class NodeBuilder:
    """Builds nodes, and remembers where each value belongs."""

    paths: list[ValuePath] = field(default_factory=lambda: [()])
    """by their places' columns; the first is that of what has no place"""
    faults: list[DirectoryFault] = field(default_factory=list)

    def node_of(self, path: ValuePath, words: EntryDocument) -> Node:
        """The node of an entry. What cannot be stored, such as a NUL character, becomes a fault."""
        builder = Builder()
        self._add(builder, path, words)
        self.faults += builder.faults
        return builder.root or Pairs(FilePosition())

    def _add(self, builder: Builder, path: ValuePath, value: Any) -> None:
        place = self._place(path)
        if isinstance(value, dict):
            builder.open(Pairs(place))
            for key, each in value.items():
                builder.scalar(place, key, TEXT)
                self._add(builder, (*path, key), each)
            builder.close()
        elif isinstance(value, list | tuple):
            builder.open(Items(place))
            for number, each in enumerate(value):
                self._add(builder, (*path, number), each)
            builder.close()
        else:
            builder.scalar(place, "" if value is None else str(value), _type_of(value))

    def _place(self, path: ValuePath) -> FilePosition:
        self.paths.append(path)
        return FilePosition(0, len(self.paths) - 1)


def _type_of(value: Any) -> str:
    if value is None:
        return NOTHING
    return WHOLE_NUMBER if isinstance(value, int) else TEXT
