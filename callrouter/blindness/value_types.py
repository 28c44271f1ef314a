"""Types of the values in an export. Each is a function that says whether a value has the type. *Pure.*"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from callrouter.billing.period import FIRST_MONTH, LAST_MONTH
from callrouter.money import MINOR_UNITS

ValueType = Callable[[Any], bool]

_LARGEST = 2**53
"""integers that every reader of JSON reads alike (RFC 8785)"""
_MOST_WEIGHT = 2**20
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z", re.ASCII)
_HEX = re.compile(r"([0-9a-f]{2})*", re.ASCII)
_DAY_LENGTH, _MONTH_LENGTH = 10, 7


def parsed_json(text: str | bytes) -> Any:
    """The value of a JSON text. Raises ValueError, also where it is nested too deeply to be read."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def is_text(value: Any) -> bool:
    return isinstance(value, str)


def is_truth(value: Any) -> bool:
    return isinstance(value, bool)


def is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LARGEST


def is_count(value: Any) -> bool:
    """0, 1, 2 …"""
    return is_integer(value) and value >= 0


def is_number(value: Any) -> bool:
    """1, 2, 3 …"""
    return is_integer(value) and value >= 1


def is_hex(value: Any) -> bool:
    return isinstance(value, str) and _HEX.fullmatch(value) is not None


def is_day(value: Any) -> bool:
    """A day such as `2026-11-23`, of a month that anything can be in."""
    if not isinstance(value, str) or len(value) != _DAY_LENGTH or not value.isascii():
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return FIRST_MONTH <= value[:_MONTH_LENGTH] <= LAST_MONTH


def is_month(value: Any) -> bool:
    return isinstance(value, str) and is_day(f"{value}-01")


def is_moment(value: Any) -> bool:
    """A time in UTC as records have it, `2026-11-23T17:04:05.000000Z`."""
    if not isinstance(value, str) or not _MOMENT.fullmatch(value) or not is_day(value[:_DAY_LENGTH]):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def is_currency(value: Any) -> bool:
    return isinstance(value, str) and value in MINOR_UNITS


def is_absent(value: Any) -> bool:
    return value is None


def either(*types: ValueType) -> ValueType:
    """A type that has the values of all these types."""
    return lambda value: any(has_type(value) for has_type in types)


def optional(of_type: ValueType) -> ValueType:
    return either(is_absent, of_type)


def one_of(*values: str) -> ValueType:
    return lambda value: isinstance(value, str) and value in values


def list_of(of_type: ValueType) -> ValueType:
    return lambda value: isinstance(value, list) and all(map(of_type, value))


def row_of(*types: ValueType) -> ValueType:
    """A list with one value of each type."""
    return lambda value: (
        isinstance(value, list)
        and len(value) == len(types)
        and all(has_type(each) for has_type, each in zip(types, value, strict=True))
    )


def object_of(of_type: ValueType) -> ValueType:
    """An object whose values have the type."""
    return lambda value: isinstance(value, dict) and all(map(of_type, value.values()))


def object_with(**types: ValueType) -> ValueType:
    """An object with these keys and no others."""
    return lambda value: (
        isinstance(value, dict)
        and value.keys() == types.keys()
        and all(has_type(value[name]) for name, has_type in types.items())
    )


def json_text(of_type: ValueType) -> ValueType:
    """A text that is JSON with a value of the type."""

    def is_one(value: Any) -> bool:
        if not isinstance(value, str):
            return False
        try:
            return of_type(parsed_json(value))
        except ValueError:
            return False

    return is_one


def is_weight(value: Any) -> bool:
    return is_number(value) and value <= _MOST_WEIGHT
