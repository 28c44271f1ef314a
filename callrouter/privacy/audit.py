"""The audit: who has seen or heard what of a caller, and why. It is only ever added to.

It is written in the transaction that opens what was sealed, and before anything of it is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from callrouter.database import Session, sql

_ENTER = sql("INSERT INTO audit (at, who, deed, about, reason) VALUES (:at, :who, :deed, :about, :reason)")


@dataclass(frozen=True, slots=True)
class Witness:
    """Who does it, when, and for what reason. The reason holds no number of a caller."""

    who: str
    reason: str
    at: datetime


def enter(session: Session, witness: Witness, deed: str, about: str) -> None:
    """Enter a deed; `about` is the CallSid that it is about, or a masked number."""
    session.tell(_ENTER, at=witness.at, who=witness.who, deed=deed, about=about, reason=witness.reason)
