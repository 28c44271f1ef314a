"""Which of a caller's calls to a partner count, all of them looked at together. *Pure.*

The same calls come to the same whatever order they are told in: they are rated by their arrival. A call that was
wrongly charged, or was told late, changes what follows from it for the later ones. Who called is not known here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from callrouter.billing.pricing import NO_RATE, AcceptedCall, Free, price, why_free
from callrouter.directory.directory import Rate
from callrouter.money import Money

WAIVED = Free("waived", "taken back by hand")


@dataclass(frozen=True, slots=True)
class Rated:
    """A talk that a price may follow from."""

    call: str
    arrived_at: datetime
    talk_seconds: int
    rate: Rate | None
    """in force at its arrival"""
    waived: bool
    """taken back whole by a person: it counts no more, for whatever follows from it"""


def rate_all(talks: Iterable[Rated]) -> dict[str, Money | Free]:
    """call: its price where it counts, or why it does not, for the calls of one caller to one partner."""
    found: dict[str, Money | Free] = {}
    counted: list[datetime] = []
    for talk in sorted(talks, key=lambda talk: (talk.arrived_at, talk.call)):
        found[talk.call] = rated = _rated(talk, tuple(counted))
        if isinstance(rated, Money):
            counted.append(talk.arrived_at)
    return found


def _rated(talk: Rated, counted: tuple[datetime, ...]) -> Money | Free:
    if talk.waived:
        return WAIVED
    accepted = AcceptedCall(talk.arrived_at, talk.talk_seconds, counted)
    return price(talk.rate, accepted) or why_free(talk.rate, accepted) or Free(NO_RATE, "")
