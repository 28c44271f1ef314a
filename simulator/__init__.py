"""The simulated carrier: performs our TwiML and calls our webhooks as the real carrier does.

Calls take no real time and people behave as scripted. Callbacks may be repeated, reordered, dropped or delayed.
"""

from simulator.account import SimulatedAccount, Webhooks
from simulator.behavior import (
    NOTHING,
    Caller,
    CallerHangup,
    CallPhase,
    CenterBehavior,
    CenterBehaviors,
    Location,
    RingOutcome,
    VoiceMessage,
)
from simulator.behavior_parser import center_behavior, center_behaviors, keys_pressed
from simulator.carrier import SimulatedCarrier
from simulator.clock import PacedClock, VirtualClock
from simulator.document import check_document
from simulator.faults import Faults
from simulator.fields import Fields
from simulator.records import SimulatedCdr, SimulatedRecording, SimulatedRecords
from simulator.rest.api_faults import ApiFaults
from simulator.rest.in_process import InProcessTransport
from simulator.trace import RequestKind, SimulatedCall
from simulator.transcript import transcript
from simulator.transport import ConnectionFailed, ResponseTimeout, SocketTransport, Transport, WebhookResponse

__all__ = [
    "NOTHING",
    "ApiFaults",
    "CallPhase",
    "Caller",
    "CallerHangup",
    "CenterBehavior",
    "CenterBehaviors",
    "ConnectionFailed",
    "Faults",
    "Fields",
    "InProcessTransport",
    "Location",
    "PacedClock",
    "RequestKind",
    "ResponseTimeout",
    "RingOutcome",
    "SimulatedAccount",
    "SimulatedCall",
    "SimulatedCarrier",
    "SimulatedCdr",
    "SimulatedRecording",
    "SimulatedRecords",
    "SocketTransport",
    "Transport",
    "VirtualClock",
    "VoiceMessage",
    "WebhookResponse",
    "Webhooks",
    "center_behavior",
    "center_behaviors",
    "check_document",
    "keys_pressed",
    "transcript",
]
