"""A carrier that is played: it performs our own TwiML by calling our webhooks as the real one does.

Calls take no real time, people behave as scripted, and callbacks may be doubled, shuffled, dropped, delayed.
"""

from callrouter.carrier.simulated.account import Account, Webhooks
from callrouter.carrier.simulated.books import BookedCall, BookedRecording, Books
from callrouter.carrier.simulated.carrier import SimulatedCarrier
from callrouter.carrier.simulated.clock import VirtualClock
from callrouter.carrier.simulated.document import check_document
from callrouter.carrier.simulated.faults import Faults
from callrouter.carrier.simulated.fields import Fields
from callrouter.carrier.simulated.people import (
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
from callrouter.carrier.simulated.rest.direct import DirectWire
from callrouter.carrier.simulated.rest.knobs import Knobs
from callrouter.carrier.simulated.script import center_behaviour, center_behaviours, keys_pressed
from callrouter.carrier.simulated.story import Kind, SimulatedCall
from callrouter.carrier.simulated.telling import tell
from callrouter.carrier.simulated.transport import (
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
