"""The error of a `callrouter doctor` check that fails."""

from __future__ import annotations


class FailedCheck(Exception):
    """A check failed: what was found, and how to mend it."""

    def __init__(self, found: str, mend: str) -> None:
        super().__init__(found)
        self.found = found
        self.mend = mend
