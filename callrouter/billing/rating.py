"""Which of a caller's calls to a partner cost something, all of them looked at together. *Pure.*

The same calls come to the same whatever order they are told in: they are rated by their arrival. A call that was
wrongly charged, or was told late, changes what follows from it for the later ones. Who called is not known here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from callrouter.billing.pricing import AcceptedCall, price, why_free
from callrouter.directory.directory import Rate
from callrouter.money import Money

WAIVED = "taken back by hand"


@dataclass(frozen=True, slots=True)
class Rated:
    """A talk that a price may follow from."""

    call: str
    arrived_at: datetime
    talk_seconds: int
    rate: Rate | None
    """in force at its arrival"""
    waived: bool
    """taken back whole by a person: it is no charged call any more, for whatever follows from it"""


def rate_all(talks: Iterable[Rated]) -> dict[str, Money | str]:
    """call: what it costs, or why it is free, for the calls of one caller to one partner."""
    found: dict[str, Money | str] = {}
    charged: list[datetime] = []
    for talk in sorted(talks, key=lambda talk: (talk.arrived_at, talk.call)):
        found[talk.call] = rated = _rated(talk, tuple(charged))
        if isinstance(rated, Money):
            charged.append(talk.arrived_at)
    return found


def _rated(talk: Rated, charged: tuple[datetime, ...]) -> Money | str:
    if talk.waived:
        return WAIVED
    accepted = AcceptedCall(talk.arrived_at, talk.talk_seconds, charged)
    return price(talk.rate, accepted) or why_free(talk.rate, accepted) or ""
