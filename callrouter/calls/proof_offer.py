"""Offers a caller's own proof in the last words of a call, and handles the key.

The call has ended by then: its line is free, and nothing waits for the key. A caller who presses none hears what
everybody hears.
"""

from __future__ import annotations

from dataclasses import replace

from callrouter.calls.caller_keys import CRISIS_KEY
from callrouter.calls.menu_limit import MOST_MENUS, menus_given
from callrouter.calls.steps import GONE, Ending, Step, TellCode
from callrouter.calls.turn import Turn
from callrouter.privacy.proof_codes import store_code

PROOF = "proof"
"""the request that brings the key"""
PROOF_KEY = "4"
"""means nothing else, in any menu"""
OFFERED_WITH = frozenset({"goodbye", "thank-you", "taken-back", "promise-stands", "message-kept", "unserved"})
"""Endings of callers who were told something. Not `crisis`: its caller is to dial at once."""


def with_offer(turn: Turn, step: Step) -> Step:
    """The step, with the offer if these are last words that may have it. It counts as a menu."""
    if not isinstance(step, Ending) or step.wording not in OFFERED_WITH:
        return step
    if turn.call.forgotten or menus_given(turn.call) >= MOST_MENUS:
        return step
    return replace(step, offers_proof=True)


def handle_proof_key(turn: Turn) -> Step:
    """Handle the key after last words. The outcome of the call stays, whatever is pressed."""
    call, key = turn.call, turn.callback.key_pressed
    if not turn.callback.caller_is_there:
        return GONE
    if key == CRISIS_KEY:
        return Ending("crisis", call.language)
    if key != PROOF_KEY or call.forgotten:
        return Ending("goodbye", call.language)
    store_code(turn.session, turn.dependencies.proof_codes, call.sid, turn.now)
    return TellCode(call.language, turn.dependencies.proof_codes.key_id)
