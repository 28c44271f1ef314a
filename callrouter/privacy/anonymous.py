"""Anonymous match values for callers who were erased.

They show that two calls came from the same caller, and lead back to nobody.
"""

from __future__ import annotations

from secrets import token_hex

_PREFIX = "forgotten-"


def anonymous_match() -> str:
    """A random value that replaces a match value."""
    return f"{_PREFIX}{token_hex(16)}"


def is_anonymous(match: str) -> bool:
    """Whether this is an anonymous value, not the match value of a number."""
    return match.startswith(_PREFIX)
