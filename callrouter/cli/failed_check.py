"""What `callrouter doctor` says where something is not well."""

from __future__ import annotations


class FailedCheck(Exception):
    """Something is not well: what was found, and how to mend it."""

    def __init__(self, found: str, mend: str) -> None:
        super().__init__(found)
        self.found = found
        self.mend = mend
