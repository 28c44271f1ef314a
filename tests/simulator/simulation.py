"""One simulated call against a scripted server: what most tests of the simulated carrier begin with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from simulator import (
    Caller,
    CenterBehavior,
    CenterBehaviors,
    Faults,
    SimulatedAccount,
    SimulatedCall,
    SimulatedCarrier,
    VirtualClock,
    Webhooks,
)
from simulator.wsgi_transport import WsgiTransport
from tests.simulator.scripted_server import ORIGIN, TOKEN, Answer, ScriptedServer, response

ACCOUNT = SimulatedAccount("AC" + "5" * 32, TOKEN)
START = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
HELPLINE = "+18445610606"
CALLER = "+13105550188"
SUNRISE = "+13105550101"

Answers = Mapping[str, Answer | Sequence[Answer]]
Behaviors = Mapping[str, CenterBehavior | Sequence[CenterBehavior]]

ANYBODY = Caller()
NO_CENTERS: Behaviors = {}
NO_FAULTS = Faults()


@dataclass(frozen=True)
class Played:
    """A call that is over, and what the server saw of it."""

    call: SimulatedCall
    server: ScriptedServer
    clock: VirtualClock


def stage(answers: Answers, faults: Faults = NO_FAULTS) -> tuple[SimulatedCarrier, ScriptedServer]:
    """A carrier, and the server that it will ask."""
    server = ScriptedServer(answers)
    carrier = SimulatedCarrier(
        ACCOUNT, Webhooks.of(ORIGIN), WsgiTransport(server), VirtualClock(START), faults=faults, seed=1
    )
    return carrier, server


def play(
    answers: Answers,
    caller: Caller = ANYBODY,
    centers: Behaviors = NO_CENTERS,
    faults: Faults = NO_FAULTS,
) -> Played:
    """One call to the helpline."""
    carrier, server = stage(answers, faults)
    call = carrier.place_call(HELPLINE, caller, CenterBehaviors(centers))
    return Played(call, server, carrier.clock)


def says(verbs: str, caller: Caller = ANYBODY) -> Played:
    """A call whose first document holds these verbs, and whose other documents are empty."""
    return play({"/twilio/voice": response(verbs), "/twilio/next": response()}, caller)


def seconds(played: Played) -> float:
    """How long the call took by its own clock."""
    return (played.clock.now() - START).total_seconds()
