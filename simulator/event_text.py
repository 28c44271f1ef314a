"""Each thing that can happen on a call, in words. *Pure.*"""

from __future__ import annotations

from collections.abc import Mapping
from functools import singledispatch

from simulator.events import (
    AnswerIgnored,
    Asked,
    Bridged,
    Happening,
    Heard,
    HungUp,
    LegEnded,
    PickedUp,
    Pressed,
    Recorded,
    Rejected,
    Rings,
    Waited,
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


def length(seconds: float) -> str:
    """A length of time as people say it: `45 s`, `2 min 5 s`."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _named(number: str, names: Names) -> str:
    return names.get(number, number)


@singledispatch
def in_words(happening: Happening, names: Names) -> str:
    """What happened, as one line; `names` are what to call the numbers that are rung."""
    raise TypeError(f"{type(happening).__name__} has no words")


@in_words.register
def _(heard: Heard, names: Names) -> str:
    if heard.played:
        return f"{heard.by} hears: ({heard.text} is played)"
    language = "" if heard.language == LANGUAGE else f" [{heard.language}]"
    return f"{heard.by} hears{language}: “{heard.text}”"


@in_words.register
def _(pressed: Pressed, names: Names) -> str:
    return f"{pressed.by} presses {pressed.keys or 'nothing'}"


@in_words.register
def _(waited: Waited, names: Names) -> str:
    return f"silence for {length(waited.seconds)}"


@in_words.register
def _(rings: Rings, names: Names) -> str:
    name = names.get(rings.number)
    whom = f"{name} at {rings.number}" if name else rings.number
    return f"rings {whom} (shown: {rings.shown})"


@in_words.register
def _(picked_up: PickedUp, names: Names) -> str:
    return f"{_named(picked_up.number, names)} picks up after {length(picked_up.rang)}"


@in_words.register
def _(asked: Asked, names: Names) -> str:
    return f"(for the {asked.who}: {asked.path})"


@in_words.register
def _(bridged: Bridged, names: Names) -> str:
    return f"{bridged.line} and {_named(bridged.number, names)} are connected"


@in_words.register
def _(ended: LegEnded, names: Names) -> str:
    if ended.bridged:
        return f"{_named(ended.number, names)} was on the line for {length(ended.seconds or 0)}"
    if ended.status == "completed":
        return f"{_named(ended.number, names)} does not take the call"
    return ENDS[ended.status].format(rang=length(ended.rang))


@in_words.register
def _(recorded: Recorded, names: Names) -> str:
    if not recorded.seconds:
        return "caller says nothing after the tone"
    return f"caller leaves a message of {length(recorded.seconds)} (ended by {recorded.ended_by})"


@in_words.register
def _(rejected: Rejected, names: Names) -> str:
    return f"the call is refused without being answered ({rejected.reason})"


@in_words.register
def _(hung_up: HungUp, names: Names) -> str:
    return HANGS_UP[hung_up.by]


@in_words.register
def _(ignored: AnswerIgnored, names: Names) -> str:
    return f"({ignored.path} is told that; nobody is on the line, so nothing follows from its answer)"
