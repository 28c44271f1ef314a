"""The states of a call and the allowed transitions. A transition changes the state and nothing else. *Pure.*"""

from __future__ import annotations

GREETING = "greeting"
"""the greeting is playing; the caller may press a key"""
RECALLING = "recalling"
"""the caller has an open promise and may ask for the center that owes it"""
RINGING = "ringing"
"""a leg is ringing, or its people are talking"""
CHOOSING = "choosing"
"""the listing's center did not answer; the caller may choose what to do"""
OFFERING = "offering"
"""nobody took the helpline call; a return call or a message is offered"""
ARRANGING = "arranging"
"""a return call was promised; the caller may change how"""
ENTERING = "entering"
"""the caller enters another number for the return call"""
RECORDING = "recording"
"""the caller leaves a message"""
ENDED = "ended"

TRANSITIONS: dict[str, frozenset[str]] = {
    "": frozenset({GREETING, RINGING, CHOOSING, ENDED}),
    GREETING: frozenset({GREETING, RECALLING, RINGING, OFFERING, ENDED}),
    RECALLING: frozenset({RINGING, OFFERING, ENDED}),
    RINGING: frozenset({RINGING, CHOOSING, OFFERING, ENDED}),
    CHOOSING: frozenset({CHOOSING, RINGING, OFFERING, ARRANGING, ENDED}),
    OFFERING: frozenset({RECORDING, ARRANGING, ENDED}),
    ARRANGING: frozenset({ARRANGING, ENTERING, ENDED}),
    ENTERING: frozenset({ENTERING, ARRANGING, ENDED}),
    RECORDING: frozenset({ENDED}),
    # A call never leaves its end. A late callback can only correct the outcome.
    ENDED: frozenset({ENDED}),
}

ANSWERED = "answered"
PROMISED = "promised"
VOICEMAIL = "voicemail"
ABANDONED = "abandoned"
CRISIS = "crisis"
UNSERVED = "unserved"
REFUSED = "refused"

ACCEPTED = "accepted"
NO_ANSWER = "no-answer"
BUSY = "busy"
FAILED = "failed"
SCREENED_OUT = "screened-out"
LEFT = "abandoned"
"""the caller hung up while it rang"""

LEG_ENDS = ("completed", "busy", "failed", "no-answer", "canceled")
"""the values of CallStatus that end a leg"""

MISSED = frozenset({NO_ANSWER, SCREENED_OUT})
"""outcomes of a leg that count as a missed call of the center"""
UNDONE = frozenset({BUSY, FAILED})
"""outcomes of a leg that undo its decision, because the center never rang"""


class NotAllowed(Exception):
    """The program tried a transition that the table does not have."""


def moved(state: str, to: str) -> str:
    """The new state. Raises NotAllowed if the table does not have the transition."""
    if to not in TRANSITIONS[state]:
        raise NotAllowed(f"a call cannot go from {state or 'nothing'} to {to}")
    return to
