"""Whole numbers of an address or a form, as far as PostgreSQL and Python read them."""

from __future__ import annotations

from werkzeug.routing import IntegerConverter

LONGEST, LONGEST_ID = 9, 18
"""digits: any such number is within PostgreSQL's `integer` and `bigint`"""


class ShortInteger(IntegerConverter):
    """A number in the path of an address. A longer one is no address."""

    regex = rf"\d{{1,{LONGEST}}}"


def whole_number(text: str, longest: int = LONGEST) -> int | None:
    """The number; None where it is none, or has more digits than any that there is."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= longest else None


def shortened(text: str) -> str:
    """What was written, for a message: a long text tells nobody more than its beginning."""
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")


_SHOWN = 40
