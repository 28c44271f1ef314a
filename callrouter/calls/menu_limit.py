"""How many menus a call is given at most, so that a key that is pressed for ever leads to an end all the same.

They are counted from the stored call, so that a repeated callback decides the same.
"""

from __future__ import annotations

from callrouter.calls.model import Call
from callrouter.calls.states import PROMISED, UNSERVED
from callrouter.calls.steps import Arrange, Choices, Ending, EnterNumber, Greeting, Offer, Recall, Step
from callrouter.calls.turn import Turn

MOST_MENUS = 12
"""Each menu once, in the longest call there is, are 8; this leaves room for mistakes."""
MENUS = (Greeting, Recall, Choices, Offer, Arrange, EnterNumber)


def within_menu_limit(turn: Turn, step: Step) -> Step:
    """The step; or last words instead of one menu too many. What the caller was promised stands."""
    call = turn.call
    if not isinstance(step, MENUS) or menus_given(call) < MOST_MENUS:
        return step
    promised = call.outcome == PROMISED
    call.end(PROMISED if promised else UNSERVED, turn.now)
    return Ending("promise-stands" if promised else "unserved", call.language)


def menus_given(call: Call) -> int:
    """How many menus the call has been given: all of its documents, but those that rang somebody."""
    return call.turn - len(call.legs)
