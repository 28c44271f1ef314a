"""Reads JSON into nodes with their positions. *Pure.*

The standard library checks the syntax but forgets positions, so this module finds the values again.
"""

from __future__ import annotations

import json
import re

from callrouter.directory.directory_file.syntax_tree import (
    NOTHING,
    NUMBER,
    TEXT,
    WHOLE_NUMBER,
    YES_OR_NO,
    Builder,
    Items,
    Lines,
    Pairs,
    Unreadable,
)
from callrouter.directory.faults import FilePosition

_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]|[^\s,:\[\]{}"]+', re.DOTALL)
_WORDS = {"true": YES_OR_NO, "false": YES_OR_NO, "null": NOTHING}


def looks_like_json(text: str) -> bool:
    """Whether it begins like JSON, whatever the file is called."""
    return text.lstrip()[:1] == "{"


def read_json(text: str, until: int) -> Builder:
    """The nodes of a JSON text, up to a position. Raises Unreadable if it is not JSON."""
    _judge(text)
    builder, lines = Builder(), Lines(text)
    for piece in _PIECE.finditer(text):
        if piece.start() > until:
            builder.break_off()
            break
        _take(builder, piece[0], lines.place(piece.start()))
    return builder


def _judge(text: str) -> None:
    try:
        json.loads(text, parse_int=str, parse_float=str)
    except json.JSONDecodeError as error:
        what = f"this is not JSON: {error.msg[0].lower()}{error.msg[1:].removesuffix(' at')}"
        raise Unreadable(FilePosition(error.lineno, error.colno), what, _mend(error)) from None
    except RecursionError:
        raise Unreadable(
            FilePosition(), "the file is nested too deeply", "write it as in the sample"
        ) from None


def _mend(error: json.JSONDecodeError) -> str:
    if error.msg.startswith("Expecting property name"):
        return "write each key in double quotes, and no comma after the last entry"
    if error.msg.startswith("Expecting value"):
        return "write a value here; a comma after the last entry is one too many"
    if "control character" in error.msg:
        return "write it as an escape, such as \\t or \\u0001"
    return "look at the commas, quotes and brackets here and just before"


def _take(builder: Builder, piece: str, place: FilePosition) -> None:
    if piece == "{":
        builder.open(Pairs(place))
    elif piece == "[":
        builder.open(Items(place))
    elif piece in "]}":
        builder.close()
    elif piece[0] == '"':
        builder.scalar(place, json.loads(piece), TEXT)
    else:
        builder.scalar(place, piece, _WORDS.get(piece) or _kind_of_number(piece))


def _kind_of_number(piece: str) -> str:
    return WHOLE_NUMBER if piece.lstrip("-").isdigit() else NUMBER
