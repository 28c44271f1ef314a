"""The events of a simulated call, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Who = Literal["caller", "center"]


@dataclass(frozen=True)
class PromptHeard:
    """Somebody hears a prompt. For played audio, the text is the address or the keys."""

    by: Who
    text: str
    language: str = ""
    played: bool = False


@dataclass(frozen=True)
class KeysPressed:
    """Keys pressed at a prompt; empty where none was."""

    by: Who
    keys: str


@dataclass(frozen=True)
class PausePlayed:
    """A silence that the document asks for."""

    seconds: float


@dataclass(frozen=True)
class RingingStarted:
    """A center is rung, sees the number `shown`, and has `patience` seconds to pick up."""

    number: str
    shown: str
    patience: int


@dataclass(frozen=True)
class LegAnswered:
    """Somebody, or something, picked up after so much ringing."""

    number: str
    rang: float


@dataclass(frozen=True)
class WhisperRequested:
    """A document was asked for that is performed on the called leg, for whoever listens there."""

    path: str
    who: Who = "center"


@dataclass(frozen=True)
class LegBridged:
    """The one on the line and the one that was rung hear each other."""

    number: str
    line: Who = "caller"


@dataclass(frozen=True)
class LegEnded:
    """The end of one ringing. `seconds` count from the answer; None where there was none."""

    leg: str
    number: str
    shown: str
    status: str
    bridged: bool
    rang: float
    seconds: int | None


@dataclass(frozen=True)
class MessageRecorded:
    """The caller was recorded; 0 seconds where nothing was said."""

    seconds: int
    ended_by: str


@dataclass(frozen=True)
class CallRejected:
    """The call was refused without being answered."""

    reason: str


@dataclass(frozen=True)
class CallHungUp:
    """The end: by the one on the line, by our document, or by the carrier, who could not go on."""

    by: Literal["caller", "center", "document", "carrier"]


@dataclass(frozen=True)
class ResponseIgnored:
    """A request came when the caller had left: what is answered to it is not performed."""

    path: str


CallEvent = (
    PromptHeard
    | KeysPressed
    | PausePlayed
    | RingingStarted
    | LegAnswered
    | WhisperRequested
    | LegBridged
    | LegEnded
    | MessageRecorded
    | CallRejected
    | CallHungUp
    | ResponseIgnored
)
