"""What is wrong with opening hours, for the person who wrote them. *Pure.*"""

from __future__ import annotations

from dataclasses import dataclass

from callrouter.directory.faults import quoted


@dataclass(frozen=True, slots=True)
class HoursFault:
    """Hours that cannot be read, or that could be read in two ways."""

    part: str
    """The part of the hours that it is about."""
    what: str
    """What the hours are or do, as the end of a sentence."""
    mend: str = ""
    """How to write it instead; empty where an example says more."""


class UnreadableHours(Exception):
    """Hours that do not follow the syntax that we read."""

    def __init__(self, part: str, mend: str = "") -> None:
        super().__init__(part)
        where = f"from {quoted(part)} on" if part else "to their end"
        self.fault = HoursFault(part, f"cannot be read as opening hours {where}", mend)


def unclear(part: str, why: str, mend: str) -> HoursFault:
    """That a part of the hours could be read in two ways; `why` is the end of a sentence about the part."""
    return HoursFault(part, f"could be read in two ways: {quoted(part)} {why}", mend)
