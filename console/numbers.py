"""Whole numbers in addresses and forms. What no column holds names nothing."""

from __future__ import annotations

from werkzeug.routing import IntegerConverter, Map

from callrouter.errors import Fault

LARGEST = 2**31 - 1
"""that a column of the type integer holds; nothing has been numbered further, where the column is a larger one"""


class NumberInPath(IntegerConverter):
    """`<int:number>`: there is no such page where the number is too large."""

    def __init__(self, map: Map, fixed_digits: int = 0, min: int | None = None, max: int = LARGEST) -> None:
        super().__init__(map, fixed_digits, min, max)


def whole_number(written: str) -> int | None:
    """The number; None where it is none, or too large."""
    if not (written.isascii() and written.isdecimal()) or len(written) > len(str(LARGEST)):
        return None
    number = int(written)
    return number if number <= LARGEST else None


def read_number(name: str, written: str | None) -> int | None:
    """A number of an address; None where there is none. Raises Fault where it cannot be read."""
    if not written:
        return None
    number = whole_number(written)
    if number is None:
        raise Fault(f"{name} is a number up to {LARGEST:,}, and not {written[:40]!r}")
    return number
