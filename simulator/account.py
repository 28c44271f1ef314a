"""Whose calls are simulated: the account, its numbers' webhooks, and the names that the carrier gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Self


@dataclass(frozen=True)
class SimulatedAccount:
    """The account at the carrier; `numbers` may be shown to a center besides the two numbers of a call."""

    sid: str
    token: str = field(repr=False)
    numbers: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Webhooks:
    """What is configured at the number: where a call is announced, where else, and where its end."""

    voice: str
    fallback: str | None = None
    status: str | None = None

    @classmethod
    def of(cls, origin: str) -> Self:
        """The three addresses of a server of ours, by its public origin (`https://calls.example`)."""
        base = origin.rstrip("/") + "/twilio/"
        return cls(base + "voice", base + "fallback", base + "status")


class Sids:
    """Names for calls and recordings, from a source of chance."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def call(self) -> str:
        return self._sid("CA")

    def recording(self) -> str:
        return self._sid("RE")

    def _sid(self, prefix: str) -> str:
        return f"{prefix}{self._random.getrandbits(128):032x}"
