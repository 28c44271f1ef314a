"""What the caller hears next, and what the carrier does then. These are values; the door renders them as TwiML.

A step names its wording. The words are in `wordings/`.
"""

from __future__ import annotations

from dataclasses import dataclass

LONGEST_TALK_SECONDS = 4 * 3600
LONGEST_MESSAGE_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Greeting:
    """The helpline's greeting and menu. Without a key, the caller is connected."""

    helpline: str
    language: str
    other_languages: tuple[str, ...]
    may_show_number: bool


@dataclass(frozen=True, slots=True)
class Recall:
    """Offers the center that owes the caller a return call. Without a key, the next center is rung."""

    name: str
    language: str


@dataclass(frozen=True, slots=True)
class Ring:
    """Names the center, says that it pays, and rings it."""

    wording: str
    """`connecting` for a helpline, `listing` for a listing"""
    center: str
    name: str
    language: str
    leg: int
    phone: str
    shown: str | None
    """the number of ours that the center sees; None: the caller's own"""
    ring_seconds: int
    screens: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """The choices of a listing's caller after its center did not answer."""

    name: str
    language: str
    why: str
    """`did-not-answer`, `lines-busy` or `not-available`"""
    try_again: bool
    promise: bool
    helpline: str | None
    """the name of the helpline that the caller may choose"""


@dataclass(frozen=True, slots=True)
class Offer:
    """Offers a return call or a message after nobody took a helpline call."""

    helpline: str
    language: str
    promise: bool


@dataclass(frozen=True, slots=True)
class Arrange:
    """Lets the caller change a promised return call, or take it back."""

    wording: str
    name: str
    language: str
    may_allow_message: bool
    center: str | None = None
    """the owner whose name was spoken"""


@dataclass(frozen=True, slots=True)
class EnterNumber:
    """Asks for another number for the return call."""

    language: str
    again: bool = False
    """the number entered before cannot be called"""


@dataclass(frozen=True, slots=True)
class Message:
    """Records a message."""

    helpline: str
    language: str


@dataclass(frozen=True, slots=True)
class Ending:
    """Last words, then the call ends. Without words if the caller has hung up."""

    wording: str | None
    language: str
    offers_proof: bool = False
    """a key tells the code of the caller's own proof"""


GONE = Ending(None, "en")
"""The caller has hung up and hears nothing."""


@dataclass(frozen=True, slots=True)
class TellCode:
    """Tells the code of the caller's own proof, twice, and how to use it. Then the call ends."""

    language: str
    key_id: str
    """of the secret that the code is computed with"""


@dataclass(frozen=True, slots=True)
class Whisper:
    """Asks the center for key 1, on the called leg, before it is connected."""

    leg: int
    language: str


@dataclass(frozen=True, slots=True)
class Bridge:
    """Connects the center, which has accepted the call."""


@dataclass(frozen=True, slots=True)
class Refuse:
    """Hangs up the called leg; the caller goes on."""


LegStep = Whisper | Bridge | Refuse
Step = (
    Greeting | Recall | Ring | Choices | Offer | Arrange | EnterNumber | Message | Ending | TellCode | LegStep
)
