"""Names of callers who are forgotten: one tells that two calls were of one caller, and leads back to nobody."""

from __future__ import annotations

from secrets import token_hex

_PREFIX = "forgotten-"


def a_name_of_nobody() -> str:
    """A random name in place of a match value."""
    return f"{_PREFIX}{token_hex(16)}"


def names_nobody(match: str) -> bool:
    """Whether this is such a name, and not the match value of a number that we know."""
    return match.startswith(_PREFIX)
