"""Anonymous match values: they stand for callers who were forgotten.

One shows that two calls came from the same caller, and leads back to nobody.
"""

from __future__ import annotations

from secrets import token_hex

_PREFIX = "forgotten-"


def anonymous_match() -> str:
    """A random value in place of a match value."""
    return f"{_PREFIX}{token_hex(16)}"


def is_anonymous(match: str) -> bool:
    """Whether this is an anonymous value, and not the match value of a number that we know."""
    return match.startswith(_PREFIX)
