"""The states of a call, as a table. A transition does nothing but change the state. *Pure.*"""

from __future__ import annotations

GREETING = "greeting"
"""the helpline's greeting is spoken, a key may be pressed"""
RECALLING = "recalling"
"""the caller was promised a call before, and may ask for the center that owes it"""
RINGING = "ringing"
"""a leg is tried, or its people are talking"""
CHOOSING = "choosing"
"""the listing's center did not answer; the caller may choose what now"""
OFFERING = "offering"
"""nobody took the helpline call; to be called back or to leave a message is offered"""
ARRANGING = "arranging"
"""a return call was promised; the caller may say how"""
ENTERING = "entering"
"""the caller enters another number to be called back at"""
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
    # Nothing leads back from the end; what is told late can only correct the outcome.
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
"""the caller left while it rang"""

LEG_ENDS = ("completed", "busy", "failed", "no-answer", "canceled")
"""what a leg's own callbacks call its end"""

MISSED = frozenset({NO_ANSWER, SCREENED_OUT})
"""outcomes of a leg that count as a missed call of the center"""
UNDONE = frozenset({BUSY, FAILED})
"""outcomes of a leg that undo its decision: it never rang"""


class NotAllowed(Exception):
    """A step of the program wanted a transition that the table does not have."""


def moved(state: str, to: str) -> str:
    """The new state. Raises NotAllowed where the table has no such transition."""
    if to not in TRANSITIONS[state]:
        raise NotAllowed(f"a call cannot go from {state or 'nothing'} to {to}")
    return to
