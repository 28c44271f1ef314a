"""What an audit found that does not hold. All are counted, and the first ones are named."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

MOST_NAMED = 1_000

LOG, SCHEMA, PICK, CHARGE, RATE = "log", "schema", "pick", "charge", "rate"


class Discrepancy(NamedTuple):
    """Something that does not hold: in which part of the audit, about what, and why not."""

    part: str
    about: str
    """a call, a decision such as `national 17`, a partner, a table or an entry of the log"""
    why: str


@dataclass
class Findings:
    """The discrepancies so far."""

    counts: Counter[str] = field(default_factory=Counter)
    """by part"""
    named: list[Discrepancy] = field(default_factory=list)

    def add(self, part: str, about: str, why: str) -> None:
        self.counts[part] += 1
        if len(self.named) < MOST_NAMED:
            self.named.append(Discrepancy(part, about, why))

    def expect(self, holds: object, part: str, about: str, why: str) -> None:
        if not holds:
            self.add(part, about, why)

    @property
    def total(self) -> int:
        return self.counts.total()
