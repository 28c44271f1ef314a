"""Places in a list, as addresses have them: the moment and the key of the row beside which a page begins."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from callrouter.errors import Fault
from callrouter.reports.period import moment
from console.zones import utc

Place = TypeVar("Place")
_BETWEEN = "~"


def read_place(text: str | None, kind: Callable[[datetime, str], Place]) -> Place | None:
    """A place of an address; None where it names none. Raises Fault where it cannot be read."""
    if not text:
        return None
    at, _, key = text.partition(_BETWEEN)
    try:
        return kind(moment(at), key)
    except ValueError as error:
        raise Fault(str(error)) from None


def place_text(place: tuple[datetime, str] | None) -> str | None:
    """A place for an address."""
    return f"{utc(place[0])}{_BETWEEN}{place[1]}" if place else None
