"""How many numbers one person may see. *Pure.*

A day is the last 24 hours: no calendar day of any time zone can have more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

DAY = timedelta(hours=24)
ALONE = 10
"""numbers a day without a second person; an installation may set fewer"""
MOST = 30
"""numbers a day, whoever approves"""
LOGGED_WITHIN = timedelta(seconds=10)
"""in which the evidence log must have the entry, and the number be shown"""
SHOWN_FOR = timedelta(seconds=30)
WAITS_FOR = timedelta(hours=24)
"""a request without a decision expires then"""
APPROVED_FOR = timedelta(hours=1)
"""after the approval the number can be shown"""


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many numbers a person has seen within a day, and how many they may see without a second person."""

    seen: int
    alone: int = ALONE

    @property
    def needs_second_person(self) -> bool:
        """Whether the next number needs a second person."""
        return self.seen >= self.alone

    @property
    def is_used_up(self) -> bool:
        """Whether there is no next number today."""
        return self.seen >= MOST
