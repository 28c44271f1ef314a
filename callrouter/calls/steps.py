"""What the caller hears next, and what the carrier is to do then. Values only: the door turns them into TwiML.

Each step says which wording it speaks and with which names; the words themselves are in `disclosure/wording.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

LONGEST_TALK_SECONDS = 4 * 3600
LONGEST_MESSAGE_SECONDS = 120
MENU_SECONDS = 4
"""how long a menu listens for a key after its words"""


@dataclass(frozen=True, slots=True)
class Greeting:
    """The helpline's greeting and its menu; without a key the caller is connected."""

    helpline: str
    language: str
    other_languages: tuple[str, ...]
    may_show_number: bool


@dataclass(frozen=True, slots=True)
class Recall:
    """The caller was promised a call, and may reach the center that owes it now; without a key, the next."""

    name: str
    language: str


@dataclass(frozen=True, slots=True)
class Ring:
    """Says who is rung and that it pays, then rings it."""

    wording: str
    """`connecting` on a helpline call, `listing` on a listing's"""
    center: str
    name: str
    language: str
    leg: int
    phone: str
    shown: str | None
    """the number of ours that is shown to the center; None: the caller's own, which the carrier knows"""
    ring_seconds: int
    screens: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """The listing's center did not answer: what the caller may choose."""

    name: str
    language: str
    why: str
    """`did-not-answer`, `lines-busy` or `not-available`"""
    try_again: bool
    promise: bool
    helpline: str | None
    """the name of the helpline that would answer instead"""


@dataclass(frozen=True, slots=True)
class Offer:
    """Nobody took the helpline call: to be called back, or to leave a message."""

    helpline: str
    language: str
    promise: bool


@dataclass(frozen=True, slots=True)
class Arrange:
    """A return call was promised: the caller may say how, or take it back."""

    wording: str
    name: str
    language: str
    may_allow_message: bool
    center: str | None = None
    """who was named"""


@dataclass(frozen=True, slots=True)
class EnterNumber:
    """Listens to the number at which the caller wants to be called back."""

    language: str
    again: bool = False
    """what was entered before is no number that can be called"""


@dataclass(frozen=True, slots=True)
class Message:
    """Listens to a message that the caller asked to leave."""

    helpline: str
    language: str


@dataclass(frozen=True, slots=True)
class Ending:
    """Last words, then the line is closed. Without words where the caller has gone."""

    wording: str | None
    language: str
    name: str = ""


GONE = Ending(None, "en")
"""The caller has gone: nobody would hear anything."""


@dataclass(frozen=True, slots=True)
class Whisper:
    """Asks the center for key 1, on the called leg, before anybody is connected."""

    leg: int
    language: str


@dataclass(frozen=True, slots=True)
class Bridge:
    """The center took the call: connect it."""


@dataclass(frozen=True, slots=True)
class Refuse:
    """The called leg is hung up; the caller goes on."""


LegStep = Whisper | Bridge | Refuse
Step = Greeting | Recall | Ring | Choices | Offer | Arrange | EnterNumber | Message | Ending | LegStep
