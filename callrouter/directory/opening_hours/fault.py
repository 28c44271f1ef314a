"""Faults of opening hours, for the person who wrote them. *Pure.*"""

from __future__ import annotations

from dataclasses import dataclass

from callrouter.directory.faults import quoted


@dataclass(frozen=True, slots=True)
class HoursFault:
    """Hours that are unreadable or ambiguous."""

    part: str
    """the part that is at fault"""
    what: str
    """the end of a sentence about the hours"""
    mend: str = ""
    """how to write it instead; empty if an example says more"""


class UnreadableHours(Exception):
    """Hours that do not follow the syntax."""

    def __init__(self, part: str, mend: str = "") -> None:
        super().__init__(part)
        where = f"from {quoted(part)} on" if part else "to their end"
        self.fault = HoursFault(part, f"cannot be read as opening hours {where}", mend)


def unclear(part: str, why: str, mend: str) -> HoursFault:
    """The fault of an ambiguous part. `why` is the end of a sentence about it."""
    return HoursFault(part, f"could be read in two ways: {quoted(part)} {why}", mend)
