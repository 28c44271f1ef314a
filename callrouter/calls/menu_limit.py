"""The most menus that a call gets, so that endless key presses still lead to an end.

They are counted from the stored call, so that a repeated callback gets the same answer.
"""

from __future__ import annotations

from callrouter.calls.model import Call
from callrouter.calls.states import PROMISED, UNSERVED
from callrouter.calls.steps import Arrange, Choices, Ending, EnterNumber, Greeting, Offer, Recall, Step
from callrouter.calls.turn import Turn

MOST_MENUS = 12
"""the longest sensible call has 9 menus, with the offer of a proof; this leaves room for mistakes"""
MENUS = (Greeting, Recall, Choices, Offer, Arrange, EnterNumber)


def within_menu_limit(turn: Turn, step: Step) -> Step:
    """Return the step, or last words if it is one menu too many. A promise stays in force."""
    call = turn.call
    if not isinstance(step, MENUS) or menus_given(call) < MOST_MENUS:
        return step
    promised = call.outcome == PROMISED
    call.end(PROMISED if promised else UNSERVED, turn.now)
    return Ending("promise-stands" if promised else "unserved", call.language)


def menus_given(call: Call) -> int:
    """The number of menus so far: all documents of the call except those that rang a center."""
    return call.turn - len(call.legs)
