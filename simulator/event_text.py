"""Describes each event of a simulated call in words. *Pure.*"""

from __future__ import annotations

from collections.abc import Mapping
from functools import singledispatch

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


@singledispatch
def event_text(event: CallEvent, names: Names) -> str:
    """The event as one line. `names` are names for the numbers that are rung."""
    raise TypeError(f"{type(event).__name__} has no words")


@event_text.register
def _(heard: PromptHeard, names: Names) -> str:
    if heard.played:
        return f"{heard.by} hears: ({heard.text} is played)"
    language = "" if heard.language == LANGUAGE else f" [{heard.language}]"
    return f"{heard.by} hears{language}: “{heard.text}”"


@event_text.register
def _(pressed: KeysPressed, names: Names) -> str:
    return f"{pressed.by} presses {pressed.keys or 'nothing'}"


@event_text.register
def _(waited: PausePlayed, names: Names) -> str:
    return f"silence for {duration_text(waited.seconds)}"


@event_text.register
def _(rings: RingingStarted, names: Names) -> str:
    name = names.get(rings.number)
    whom = f"{name} at {rings.number}" if name else rings.number
    return f"rings {whom} (shown: {rings.shown})"


@event_text.register
def _(picked_up: LegAnswered, names: Names) -> str:
    return f"{_named(picked_up.number, names)} picks up after {duration_text(picked_up.rang)}"


@event_text.register
def _(asked: WhisperRequested, names: Names) -> str:
    return f"(for the {asked.who}: {asked.path})"


@event_text.register
def _(bridged: LegBridged, names: Names) -> str:
    return f"{bridged.line} and {_named(bridged.number, names)} are connected"


@event_text.register
def _(ended: LegEnded, names: Names) -> str:
    if ended.bridged:
        return f"{_named(ended.number, names)} was on the line for {duration_text(ended.seconds or 0)}"
    if ended.status == "completed":
        return f"{_named(ended.number, names)} does not take the call"
    return ENDS[ended.status].format(rang=duration_text(ended.rang))


@event_text.register
def _(recorded: MessageRecorded, names: Names) -> str:
    if not recorded.seconds:
        return "caller says nothing after the tone"
    return f"caller leaves a message of {duration_text(recorded.seconds)} (ended by {recorded.ended_by})"


@event_text.register
def _(rejected: CallRejected, names: Names) -> str:
    return f"the call is refused without being answered ({rejected.reason})"


@event_text.register
def _(hung_up: CallHungUp, names: Names) -> str:
    return HANGS_UP[hung_up.by]


@event_text.register
def _(ignored: ResponseIgnored, names: Names) -> str:
    return f"({ignored.path} is told that; nobody is on the line, so nothing follows from its answer)"
