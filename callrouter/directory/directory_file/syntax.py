"""Reads the text of a directory file, YAML or JSON, into nodes with their lines. *Pure.*"""

from __future__ import annotations

from contextlib import suppress

from callrouter.directory.directory_file.json_syntax import looks_like_json, read_json
from callrouter.directory.directory_file.syntax_tree import Builder, Node, Scalar, Unreadable
from callrouter.directory.directory_file.yaml_syntax import forbidden_characters, read_yaml
from callrouter.directory.faults import DirectoryFault, DirectoryFaults, FilePosition

_EMPTY = DirectoryFault(
    FilePosition(1, 1), "the file is empty", "write the sections partners, centers, listings and helplines"
)


def read_syntax(text: str, name: str) -> Node:
    """The root of the file. Raises DirectoryFaults if it is unreadable or contains what cannot be stored."""
    builder = _read(text.removeprefix("\ufeff"), name, len(text))
    if builder.faults:
        raise DirectoryFaults(name, builder.faults)
    if builder.root is None or (isinstance(builder.root, Scalar) and not builder.root.text):
        raise DirectoryFaults(name, [_EMPTY])
    return builder.root


def read_beginning(text: str, name: str, until: int) -> Node | None:
    """The root of the file as if it ended at this position. None if it is empty until there."""
    return _read(text.removeprefix("\ufeff"), name, until).root


def decoded(data: bytes, name: str) -> str:
    """The text of a file's bytes. Raises DirectoryFaults if they are not UTF-8."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        what = f"the byte 0x{data[error.start]:02X} is not UTF-8"
        raise DirectoryFaults(
            name, [DirectoryFault(FilePosition(line), what, "save the file as UTF-8")]
        ) from None


def _read(text: str, name: str, until: int) -> Builder:
    if not looks_like_json(text):
        return _read_yaml(text, name, until)
    try:
        return read_json(text, until)
    except Unreadable as error:
        return _read_as_yaml_after_all(text, name, until, error)


def _read_as_yaml_after_all(text: str, name: str, until: int, not_json: Unreadable) -> Builder:
    """YAML may begin with a brace too, and allows more than JSON."""
    if not name.lower().endswith(".json"):
        with suppress(DirectoryFaults):
            return _read_yaml(text, name, until)
    raise DirectoryFaults(name, [not_json.fault])


def _read_yaml(text: str, name: str, until: int) -> Builder:
    if forbidden := forbidden_characters(text):
        raise DirectoryFaults(name, forbidden)
    try:
        return read_yaml(text, until)
    except Unreadable as error:
        raise DirectoryFaults(name, [error.fault]) from None
