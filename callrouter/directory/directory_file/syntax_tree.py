"""The values of a file with their positions, from YAML or JSON. *Pure.*"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from callrouter.directory.faults import MOST_COUNTED, DirectoryFault, FilePosition

DEEPEST = 20
MOST_VALUES = 3_000_000

# PostgreSQL keeps neither, and UTF-8 cannot write half of a surrogate pair.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")

TEXT = "text"
WHOLE_NUMBER = "a whole number"
NUMBER = "a number"
YES_OR_NO = "yes or no"
DATE = "a date"
NOTHING = "empty"


@dataclass(slots=True)
class Scalar:
    """A single value as it was written. `is_a` is the type that the file's language gives it."""

    place: FilePosition
    text: str
    is_a: str
    size: int = 1


@dataclass(slots=True)
class Items:
    """A list (`[…]`)."""

    place: FilePosition
    items: list[Node] = field(default_factory=list)
    size: int = 1


@dataclass(slots=True)
class Pairs:
    """A mapping (`{…: …}`) as it was written: keys and values in turn, including repeated keys."""

    place: FilePosition
    items: list[Node] = field(default_factory=list)
    size: int = 1

    def pairs(self) -> Iterator[tuple[Node, Node]]:
        return zip(self.items[::2], self.items[1::2], strict=True)


Node = Scalar | Items | Pairs


class Unreadable(Exception):
    """The rest of the file cannot be read."""

    def __init__(self, place: FilePosition, what: str, mend: str) -> None:
        super().__init__(what)
        self.fault = DirectoryFault(place, what, mend)


class Builder:
    """Builds nodes from what a parser meets, within limits.

    A few lines of YAML can stand for millions of values (an alias of aliases), and endless nesting would overflow
    the stack.
    """

    def __init__(self) -> None:
        self.root: Node | None = None
        self.faults: list[DirectoryFault] = []
        self._open: list[Items | Pairs] = []

    def open(self, node: Items | Pairs) -> None:
        if len(self._open) == DEEPEST:
            raise Unreadable(node.place, "the file is nested too deeply", "write it as in the sample")
        self._open.append(node)

    def close(self) -> Node:
        node = self._open.pop()
        self.add(node)
        return node

    def break_off(self) -> None:
        """Close what is open, as if the file ended here. A key without its value is left out."""
        while self._open:
            node = self._open[-1]
            if isinstance(node, Pairs) and len(node.items) % 2:
                node.items.pop()
            self.close()

    def scalar(self, place: FilePosition, text: str, is_a: str) -> Node:
        node = Scalar(place, text, is_a)
        self._refuse_what_cannot_be_stored(node)
        self.add(node)
        return node

    def add(self, node: Node) -> None:
        if not self._open:
            self.root = node
            return
        parent = self._open[-1]
        parent.items.append(node)
        parent.size += node.size
        if parent.size > MOST_VALUES:
            raise Unreadable(node.place, "the file stands for too many values", "use fewer aliases (*name)")

    def _refuse_what_cannot_be_stored(self, node: Scalar) -> None:
        if not _UNSTORABLE.search(node.text) or len(self.faults) >= MOST_COUNTED:
            return
        for found in sorted(set(_UNSTORABLE.findall(node.text))):
            what = "a NUL character" if found == "\0" else f"half of a character (U+{ord(found):04X})"
            self.faults.append(DirectoryFault(node.place, f"this text holds {what}", "take it out"))


class Lines:
    """Converts a position in a text to line and column."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def place(self, position: int) -> FilePosition:
        line = bisect_right(self._starts, position)
        return FilePosition(line, position - self._starts[line - 1] + 1)
