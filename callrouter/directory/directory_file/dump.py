"""Writes a directory as a directory file. Loading it again changes nothing. *Pure.*"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from callrouter.directory.directory import Directory
from callrouter.directory.directory_file.syntax_tree import TEXT
from callrouter.directory.directory_file.yaml_syntax import type_of_plain
from callrouter.directory.document import EntryDocument, in_words

_BARE = re.compile(r"[A-Za-z][A-Za-z0-9 _./@'+-]*(?<! )")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_DAYS = ("from", "expires")


def dump_directory(directory: Directory) -> str:
    """YAML in the order of the directory. Absent values are left out, defaults are written."""
    return "".join(_section(name, entries) for name, entries in in_words(directory).items())


def _section(name: str, entries: list[EntryDocument]) -> str:
    if not entries:
        return f"{name}: []\n"
    return f"{name}:\n" + "".join(_entry(entry) for entry in entries)


def _entry(entry: EntryDocument) -> str:
    lines = [line for name, value in _present(entry) for line in _lines(name, value)]
    return "  - " + "\n    ".join(lines) + "\n"


def _present(entry: EntryDocument) -> Iterator[tuple[str, Any]]:
    return ((name, value) for name, value in entry.items() if value not in (None, "", (), []))


def _lines(name: str, value: Any) -> list[str]:
    """A list of entries has a line for each; everything else is on one line."""
    if isinstance(value, list):
        return [f"{name}:", *(f"  - {in_line(name, part)}" for part in value)]
    return [f"{name}: {in_line(name, value)}"]


def in_line(name: str, value: Any) -> str:
    """A value as the file has it on one line. `name` is its key."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {in_line(key, part)}" for key, part in _present(value)) + "}"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(in_line(name, part) for part in value) + "]"
    if isinstance(value, int):
        return str(value)
    return value if name in _DAYS and _DAY.fullmatch(value) else _text(value)


def _text(text: str) -> str:
    """Plain where YAML reads the same back, else in double quotes with escapes for invisible characters."""
    if _BARE.fullmatch(text) and type_of_plain(text) == TEXT:
        return text
    in_quotes = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() else _escaped(c) for c in in_quotes)


def _escaped(character: str) -> str:
    return f"\\U{ord(character):08x}"
