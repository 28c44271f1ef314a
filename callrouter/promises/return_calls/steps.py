"""What is heard on a return call, by the center that is rung first and by the caller. Values only: the door turns
them into TwiML, with the words of `disclosure/wording.py`.

Until the caller has pressed a key, nothing is said of what the call is about: somebody else may have picked up.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReturnCallId:
    """Which return call: the call that was promised one, and the number of the return call."""

    call: str
    number: int


@dataclass(frozen=True, slots=True)
class AskOwner:
    """Asks the center, who is rung first, whether to be connected with the caller now."""

    id: ReturnCallId
    name: str
    """of the helpline, or of the center whose listing was called"""
    language: str
    may_reassign: bool


@dataclass(frozen=True, slots=True)
class RingCaller:
    """The center has pressed 1: rings the caller, at the number that `CALLERS_NUMBER` stands for."""

    id: ReturnCallId
    shown: str
    language: str


@dataclass(frozen=True, slots=True)
class AskCaller:
    """Asks whoever picked up at the caller's whether they want the call."""

    id: ReturnCallId
    language: str
    leave_message: bool


@dataclass(frozen=True, slots=True)
class Connect:
    """The caller wants it: says who it is, and that it pays, and connects."""

    center: str
    name: str
    language: str


@dataclass(frozen=True, slots=True)
class ConfirmDoNotCall:
    """The caller is not called again, and may have everything deleted."""

    id: ReturnCallId
    language: str


@dataclass(frozen=True, slots=True)
class Goodbye:
    """Last words on one of the two legs, which is then hung up. Without words where nobody hears them."""

    wording: str | None
    language: str


NOBODY_THERE = Goodbye(None, "en")
HANG_UP = Goodbye("", "en")

ReturnStep = AskOwner | RingCaller | AskCaller | Connect | ConfirmDoNotCall | Goodbye

CALLERS_NUMBER = "the-callers-number"
"""Stands in the stored document where the carrier is told whom to ring; the number itself is in the vault alone."""
