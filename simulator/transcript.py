"""The transcript of a simulated call, for people at a terminal. *Pure.*

Callers' numbers are masked everywhere, also in prompts that speak them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import reduce

from callrouter.phone import masked
from simulator.event_text import Names, duration_text, event_text
from simulator.events import RingingStarted
from simulator.trace import DebuggerError, DocumentTurn, ResponseMismatch, SimulatedCall

SHORTEST_NUMBER = 7
NATIONAL_DIGITS = 10
NOBODY: Names = {}

OVER = {
    "completed": "the call is over, after {length}",
    "no-answer": "the call is over; it was never answered",
    "busy": "the call is over; it was refused as busy",
    "failed": "the call is over; the number cannot be reached",
    "canceled": "the call is over; our server took it back",
}


def transcript(call: SimulatedCall, names: Names = NOBODY) -> Iterator[str]:
    """The call, line by line; `names` are what to call the numbers that are rung."""
    hide = _hiding_all(_strangers(call, names))
    yield hide(f"call {call.sid}: {_who_calls(call, names)}")
    for turn in call.turns:
        yield from (hide(line) for line in _turn_lines(turn, names))
    yield OVER[call.status].format(length=duration_text(call.duration))
    yield from (hide(_error(error)) for error in call.errors)
    yield from (hide(_difference(difference)) for difference in call.discrepancies)


def _who_calls(call: SimulatedCall, names: Names) -> str:
    if call.outgoing:
        return f"our server has {names.get(call.dialled, call.dialled)} rung"
    return f"{masked(call.caller)} dials {call.dialled}"


def _strangers(call: SimulatedCall, names: Names) -> set[str]:
    """The numbers that may be a caller's: of a call that we had placed, all that are rung and have no name."""
    return (
        {rung.number for rung in call.each(RingingStarted)} - names.keys() if call.outgoing else {call.caller}
    )


def _turn_lines(turn: DocumentTurn, names: Names) -> Iterator[str]:
    if turn.path:
        yield f"{_minute(turn.at)}  our server is asked: {turn.path} ({turn.kind})"
    for at, event in turn.events:
        yield f"{_minute(at)}    {event_text(event, names)}"


def _minute(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes:>3}:{rest:02d}"


def _error(error: DebuggerError) -> str:
    return f"carrier's error {error.code} at {error.path}: {error.reason}"


def _difference(difference: ResponseMismatch) -> str:
    return f"{difference.path} ({difference.kind}) was asked again and answered differently"


def _hiding_all(numbers: Iterable[str]) -> Callable[[str], str]:
    each = [_hiding(number) for number in numbers]
    return lambda text: reduce(lambda hidden, hide: hide(hidden), each, text)


def _hiding(number: str) -> Callable[[str], str]:
    """Masks the number wherever its digits stand in a text, also one by one as a prompt reads them out."""
    digits = re.sub(r"\D", "", number)
    if len(digits) < SHORTEST_NUMBER:
        return lambda text: text
    between = r"[\s.,()/-]*"
    country, national = digits[:-NATIONAL_DIGITS], digits[-NATIONAL_DIGITS:]
    prefix = rf"(?:\+?{between.join(country)}{between})?" if country else r"\+?"
    spoken = re.compile(rf"(?<!\d){prefix}\(?{between.join(national)}(?!\d)")
    return lambda text: spoken.sub(masked(number), text)
