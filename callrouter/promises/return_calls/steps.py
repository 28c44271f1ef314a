"""What the owner and the caller hear on a return call. These are values; the door renders them as TwiML.

Nobody is told what the call is about before a key is pressed: somebody else may have picked up.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReturnCallId:
    """A return call: the CallSid of the original call, and a number."""

    call: str
    number: int


@dataclass(frozen=True, slots=True)
class AskOwner:
    """Asks the center whether to connect the caller now."""

    id: ReturnCallId
    name: str
    """of the helpline, or of the center whose listing was called"""
    language: str
    may_reassign: bool


@dataclass(frozen=True, slots=True)
class RingCaller:
    """Rings the caller after the center's key 1. `CALLERS_NUMBER` stands for the number."""

    id: ReturnCallId
    shown: str
    language: str


@dataclass(frozen=True, slots=True)
class AskCaller:
    """Asks whoever picked up the caller's phone whether they want the call."""

    id: ReturnCallId
    language: str
    leave_message: bool


@dataclass(frozen=True, slots=True)
class TellCodeThenAsk:
    """Tells the code of the caller's own proof, and asks again whether they want the call."""

    id: ReturnCallId
    language: str
    key_id: str
    """of the secret that the code is computed with"""


@dataclass(frozen=True, slots=True)
class Connect:
    """Names the center, says that it pays, and connects."""

    center: str
    name: str
    language: str


@dataclass(frozen=True, slots=True)
class ConfirmDoNotCall:
    """Confirms that the caller is not called again, and offers to erase everything."""

    id: ReturnCallId
    language: str


@dataclass(frozen=True, slots=True)
class Goodbye:
    """Last words on one leg, then the end. Without words if nobody is left to hear them."""

    wording: str | None
    language: str


NOBODY_THERE = Goodbye(None, "en")
HANG_UP = Goodbye("", "en")

ReturnStep = AskOwner | RingCaller | AskCaller | TellCodeThenAsk | Connect | ConfirmDoNotCall | Goodbye

CALLERS_NUMBER = "the-callers-number"
"""The placeholder in a stored document for the caller's number, which only the vault has."""
