"""Reads YAML into nodes with their positions. *Pure.*

It uses the parser's events, not `compose`: with libyaml, `compose` overflows the stack on deep nesting and lets
aliases multiply without limit.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import Any

import yaml
from yaml.resolver import Resolver

from callrouter.directory.directory_file.syntax_tree import (
    DATE,
    NOTHING,
    NUMBER,
    TEXT,
    WHOLE_NUMBER,
    YES_OR_NO,
    Builder,
    Items,
    Lines,
    Node,
    Pairs,
    Unreadable,
)
from callrouter.directory.faults import MOST_COUNTED, DirectoryFault, FilePosition

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_RESOLVER: Any = Resolver()
_TAG = "tag:yaml.org,2002:"
_TYPES = {
    f"{_TAG}str": TEXT,
    f"{_TAG}int": WHOLE_NUMBER,
    f"{_TAG}float": NUMBER,
    f"{_TAG}bool": YES_OR_NO,
    f"{_TAG}timestamp": DATE,
    f"{_TAG}null": NOTHING,
}
_NOT_READ = "of a kind that is not read here"
# https://yaml.org/spec/1.1/#id868524 ("c-printable")
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MENDS = (
    ("cannot start any token", "put the value in quotes; indent with spaces, never with a tab"),
    ("mapping values are not allowed", 'put a value that has a ":" in quotes, and look at the indentation'),
    ("did not find expected", "look at this line's indentation, and at the quotes and brackets before it"),
    ("unexpected end of stream", "close the quotes"),
    ("another document", "write one document: no line that starts with ---"),
    ("undefined alias", 'put the value in quotes, or name the anchor ("&name") before it is used'),
    ("escape", 'in double quotes a backslash is written "\\\\", and a character by its code as "\\u00e9"'),
)
_MEND = "look at this line and the one before it"


def read_yaml(text: str, until: int) -> Builder:
    """The nodes of a YAML text of one document, up to a position. Raises Unreadable if it is not YAML."""
    reading = _Reading()
    events: Any = yaml.parse(text, Loader=_LOADER)
    try:
        for event in events:
            if event.start_mark.index > until:
                reading.builder.break_off()
                break
            reading.take(event)
    except yaml.MarkedYAMLError as error:
        raise _not_yaml(error) from None
    return reading.builder


@lru_cache(maxsize=10_000)
def type_of_plain(text: str) -> str:
    """The type that YAML gives to this text without quotes."""
    return _TYPES.get(_RESOLVER.resolve(yaml.ScalarNode, text, (True, False)), _NOT_READ)


def forbidden_characters(text: str) -> list[DirectoryFault]:
    """Control characters that YAML refuses, with their positions."""
    found = list(islice(_FORBIDDEN.finditer(text), MOST_COUNTED))
    lines = Lines(text if found else "")
    return [_forbidden(match[0], lines.place(match.start())) for match in found]


class _Reading:
    """The nodes so far, and the anchors that aliases may name."""

    def __init__(self) -> None:
        self.builder = Builder()
        self._anchors: dict[str, Node] = {}
        self._names: list[str | None] = []
        self._documents = 0

    def take(self, event: Any) -> None:
        if isinstance(event, yaml.ScalarEvent):
            node = self.builder.scalar(_place(event), event.value, _type_of(event))
            self._name(event.anchor, node)
        elif isinstance(event, yaml.AliasEvent):
            self.builder.add(self._named(event))
        elif isinstance(event, yaml.CollectionStartEvent):
            self._names.append(event.anchor)
            self.builder.open(_opened(event))
        elif isinstance(event, yaml.CollectionEndEvent):
            self._name(self._names.pop(), self.builder.close())
        elif isinstance(event, yaml.DocumentStartEvent):
            self._count_document(event)

    def _count_document(self, event: Any) -> None:
        self._documents += 1
        if self._documents > 1:
            raise Unreadable(_place(event), "a second document begins here", dict(_MENDS)["another document"])

    def _name(self, anchor: str | None, node: Node) -> None:
        if anchor:
            self._anchors[anchor] = node

    def _named(self, event: Any) -> Node:
        """Only a finished node can be named, so none contains itself."""
        if event.anchor not in self._anchors:
            what = f"nothing before this is called &{event.anchor}"
            raise Unreadable(_place(event), what, dict(_MENDS)["undefined alias"])
        return self._anchors[event.anchor]


def _type_of(event: Any) -> str:
    if event.tag not in (None, "!"):
        return _TYPES.get(event.tag, _NOT_READ)
    return type_of_plain(event.value) if event.implicit[0] else TEXT


def _opened(event: Any) -> Items | Pairs:
    place = _place(event)
    return Items(place) if isinstance(event, yaml.SequenceStartEvent) else Pairs(place)


def _place(event: Any) -> FilePosition:
    return FilePosition(event.start_mark.line + 1, event.start_mark.column + 1)


def _forbidden(character: str, place: FilePosition) -> DirectoryFault:
    what = f"YAML does not allow the control character U+{ord(character):04X} as it is"
    mend = f'take it out, or write it as "\\u{ord(character):04x}" in double quotes'
    return DirectoryFault(place, what, mend)


def _begun(error: yaml.MarkedYAMLError) -> str | None:
    """What was being read and where it began, because an unclosed node is mended there."""
    mark = error.context_mark
    if error.context and mark and error.problem_mark and mark.line != error.problem_mark.line:
        return f"{error.context} that begins in line {mark.line + 1}"
    return error.context


def _not_yaml(error: yaml.MarkedYAMLError) -> Unreadable:
    mark = error.problem_mark or error.context_mark
    place = FilePosition(mark.line + 1, mark.column + 1) if mark else FilePosition()
    told = ", ".join(part for part in (_begun(error), error.problem) if part)
    mend = next((mend for words, mend in _MENDS if words in told), _MEND)
    return Unreadable(place, f"this is not YAML: {told}", mend)
