"""The trace of a simulated call: its turns, every request sent, and the errors that the carrier reports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlsplit

from simulator.events import CallEvent, KeysPressed, LegEnded, PausePlayed, PromptHeard, RingingStarted, Who
from simulator.fields import Fields
from simulator.transport import WebhookResponse

What = TypeVar("What")


class RequestKind(StrEnum):
    """What a request is about."""

    VOICE = "incoming call"
    RINGING = "outgoing call"
    PICKED_UP = "outgoing call is picked up"
    FALLBACK = "fallback"
    REDIRECT = "redirect"
    GATHER = "keys"
    DIAL = "end of dialling"
    RECORD = "end of recording"
    WHISPER = "whisper"
    WHISPER_KEYS = "keys at the whisper"
    LEG_STATUS = "status of a leg"
    CALL_STATUS = "status of the call"
    RECORDING_STATUS = "status of a recording"


def path_of(url: str) -> str:
    """The path of a URL with its query: what differs between our own URLs."""
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


@dataclass(frozen=True)
class SentRequest:
    """One request as it left. `status` is None where no answer came."""

    at: datetime
    kind: RequestKind
    url: str
    fields: Fields = field(repr=False)
    status: int | None

    @property
    def path(self) -> str:
        return path_of(self.url)

    @property
    def values(self) -> dict[str, str]:
        return dict(self.fields)


@dataclass(frozen=True)
class DebuggerError:
    """What the carrier would put into its debugger: its number for the error, where, and what is wrong."""

    at: datetime
    code: int
    path: str
    reason: str


@dataclass(frozen=True)
class ResponseMismatch:
    """A repeated request was answered differently from the first."""

    kind: RequestKind
    path: str
    first: WebhookResponse
    again: WebhookResponse


@dataclass
class DocumentTurn:
    """One document of the line's: when it was asked for, in seconds from the start, and what came of it.

    An outgoing call begins with a turn that has no document (and no path), in which it rings.
    """

    at: float
    kind: RequestKind
    path: str
    events: list[tuple[float, CallEvent]] = field(default_factory=list)

    def each(self, what: type[What]) -> list[What]:
        """The events of one kind, in their order."""
        return [event for _, event in self.events if isinstance(event, what)]

    def heard_by(self, who: Who) -> list[PromptHeard]:
        return [heard for heard in self.each(PromptHeard) if heard.by == who]

    @property
    def heard(self) -> list[str]:
        return [heard.text for heard in self.heard_by("caller")]

    @property
    def whispered(self) -> list[str]:
        return [heard.text for heard in self.heard_by("center")]

    @property
    def pressed(self) -> str | None:
        """What the caller pressed last; None where no prompt listened."""
        pressed = [pressed.keys for pressed in self.each(KeysPressed) if pressed.by == "caller"]
        return pressed[-1] if pressed else None

    @property
    def rung(self) -> RingingStarted | None:
        return next(iter(self.each(RingingStarted)), None)

    @property
    def outcome(self) -> CallEvent | None:
        """The last thing that happened, other than words and silence."""
        deeds = (deed for _, deed in reversed(self.events) if not isinstance(deed, PromptHeard | PausePlayed))
        return next(deeds, None)


@dataclass
class SimulatedCall:
    """One call, from the first request to the last callback."""

    sid: str
    dialled: str
    caller: str = field(repr=False)
    started: datetime
    turns: list[DocumentTurn] = field(default_factory=list)
    requests: list[SentRequest] = field(default_factory=list, repr=False)
    errors: list[DebuggerError] = field(default_factory=list)
    discrepancies: list[ResponseMismatch] = field(default_factory=list)
    status: str = "ringing"
    duration: int = 0

    def each(self, what: type[What]) -> list[What]:
        return [event for turn in self.turns for event in turn.each(what)]

    @property
    def outgoing(self) -> bool:
        """Whether our server had it placed: then the center is on the line, and the caller is who it dials."""
        return self.turns[:1] != [] and self.turns[0].kind is RequestKind.RINGING

    @property
    def whispered(self) -> list[str]:
        """Everything that the center heard, in its order."""
        return [text for turn in self.turns for text in turn.whispered]

    @property
    def heard(self) -> list[str]:
        """Everything that the caller heard, in its order."""
        return [text for turn in self.turns for text in turn.heard]

    @property
    def legs(self) -> list[LegEnded]:
        return self.each(LegEnded)

    def sent(self, *kinds: RequestKind) -> list[SentRequest]:
        """The requests of these kinds, in the order in which they left."""
        return [request for request in self.requests if request.kind in kinds]

    def happened(self) -> Iterator[tuple[float, CallEvent]]:
        for turn in self.turns:
            yield from turn.events
