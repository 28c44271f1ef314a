"""Recovery codes, shown once."""

from __future__ import annotations

import secrets

COUNT = 10
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
"""32 signs that nobody takes for one another: five bits each"""
_GROUPS, _IN_GROUP = 4, 4


def new_recovery_codes() -> list[str]:
    """Ten codes of 80 random bits each, in groups of four."""
    return [_code() for _ in range(COUNT)]


def _code() -> str:
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(_IN_GROUP)) for _ in range(_GROUPS))
