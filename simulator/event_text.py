"""Describes each event of a simulated call in words. *Pure.*"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from simulator.events import (
    CallEvent,
    CallHungUp,
    CallRejected,
    KeysPressed,
    LegAnswered,
    LegBridged,
    LegEnded,
    MessageRecorded,
    PausePlayed,
    PromptHeard,
    ResponseIgnored,
    RingingStarted,
    WhisperRequested,
)
from simulator.prompts import LANGUAGE

Names = Mapping[str, str]

ENDS = {
    "no-answer": "nobody answers within {rang}",
    "busy": "the line is busy",
    "failed": "the number cannot be reached",
    "canceled": "the ringing stops after {rang}, because the caller has left",
}
HANGS_UP = {
    "caller": "the caller hangs up",
    "center": "the center hangs up",
    "document": "the call is ended by our server",
    "carrier": "the carrier gives up and ends the call",
}


def duration_text(seconds: float) -> str:
    """A length of time as people say it: `45 s`, `2 min 5 s`."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _named(number: str, names: Names) -> str:
    return names.get(number, number)


def event_text(event: CallEvent, names: Names) -> str:
    """The event as one line. `names` are names for the numbers that are rung."""
    return EVENT_TEXTS[type(event)](event, names)


def _prompt_heard(event: PromptHeard, names: Names) -> str:
    if event.played:
        return f"{event.by} hears: ({event.text} is played)"
    language = "" if event.language == LANGUAGE else f" [{event.language}]"
    return f"{event.by} hears{language}: “{event.text}”"


def _ringing_started(event: RingingStarted, names: Names) -> str:
    name = names.get(event.number)
    whom = f"{name} at {event.number}" if name else event.number
    return f"rings {whom} (shown: {event.shown})"


def _leg_ended(event: LegEnded, names: Names) -> str:
    if event.bridged:
        return f"{_named(event.number, names)} was on the line for {duration_text(event.seconds or 0)}"
    if event.status == "completed":
        return f"{_named(event.number, names)} does not take the call"
    return ENDS[event.status].format(rang=duration_text(event.rang))


def _message_recorded(event: MessageRecorded, names: Names) -> str:
    if not event.seconds:
        return "caller says nothing after the tone"
    return f"caller leaves a message of {duration_text(event.seconds)} (ended by {event.ended_by})"


EVENT_TEXTS: dict[type[Any], Callable[[Any, Names], str]] = {
    PromptHeard: _prompt_heard,
    KeysPressed: lambda event, _: f"{event.by} presses {event.keys or 'nothing'}",
    PausePlayed: lambda event, _: f"silence for {duration_text(event.seconds)}",
    RingingStarted: _ringing_started,
    LegAnswered: lambda event, names: (
        f"{_named(event.number, names)} picks up after {duration_text(event.rang)}"
    ),
    WhisperRequested: lambda event, _: f"(for the {event.who}: {event.path})",
    LegBridged: lambda event, names: f"{event.line} and {_named(event.number, names)} are connected",
    LegEnded: _leg_ended,
    MessageRecorded: _message_recorded,
    CallRejected: lambda event, _: f"the call is refused without being answered ({event.reason})",
    CallHungUp: lambda event, _: HANGS_UP[event.by],
    ResponseIgnored: lambda event, _: (
        f"({event.path} is told that; nobody is on the line, so nothing follows from its answer)"
    ),
}
