"""A carrier that is played: it performs our own TwiML by calling our webhooks as the real one does.

Calls take no real time, people behave as scripted, and callbacks may be doubled, shuffled, dropped, delayed.
"""

from simulator.account import Account, Webhooks
from simulator.behavior import (
    NOTHING,
    Caller,
    CenterBehaviour,
    Centers,
    During,
    Leaving,
    Message,
    Picks,
    Place,
)
from simulator.behavior_parser import center_behaviour, center_behaviours, keys_pressed
from simulator.carrier import SimulatedCarrier
from simulator.clock import VirtualClock
from simulator.document import check_document
from simulator.faults import Faults
from simulator.fields import Fields
from simulator.records import BookedCall, BookedRecording, Books
from simulator.rest.api_faults import Knobs
from simulator.rest.in_process import DirectWire
from simulator.trace import Kind, SimulatedCall
from simulator.transcript import tell
from simulator.transport import (
    NoReplyInTime,
    NotReached,
    Reply,
    SocketTransport,
    Transport,
)

__all__ = [
    "NOTHING",
    "Account",
    "BookedCall",
    "BookedRecording",
    "Books",
    "Caller",
    "CenterBehaviour",
    "Centers",
    "DirectWire",
    "During",
    "Faults",
    "Fields",
    "Kind",
    "Knobs",
    "Leaving",
    "Message",
    "NoReplyInTime",
    "NotReached",
    "Picks",
    "Place",
    "Reply",
    "SimulatedCall",
    "SimulatedCarrier",
    "SocketTransport",
    "Transport",
    "VirtualClock",
    "Webhooks",
    "center_behaviour",
    "center_behaviours",
    "check_document",
    "keys_pressed",
    "tell",
]
