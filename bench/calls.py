"""New helpline calls in short slices: b, the arrival, b, the request after the greeting; and again."""

from __future__ import annotations

from dataclasses import dataclass, field

from bench.bare import DOCUMENT
from bench.load import Measurement, drive
from bench.processes import cpu_seconds
from bench.proof import calls_proved
from bench.requests import Request, new_sids
from bench.servers import CallrouterServer, Server

BARE_ANSWER = DOCUMENT.encode()


@dataclass
class RequestTimes:
    """What one kind of request took in a round, in seconds."""

    wall: float = 0.0
    cpu: float = 0.0
    """of the web server's processes"""
    latencies: list[float] = field(default_factory=list)

    def drive(self, server: Server, requests: list[Request], connections: int) -> Measurement:
        """Drive the requests, and add what they took."""
        before = cpu_seconds(server.pid)
        measured = drive(server.port, requests, connections)
        self.cpu += cpu_seconds(server.pid) - before
        self.wall += measured.seconds
        self.latencies += measured.latencies
        return measured


@dataclass
class Round:
    """The same number of calls by b (a request for each of our two) and by ours."""

    bare: RequestTimes = field(default_factory=RequestTimes)
    arrival: RequestTimes = field(default_factory=RequestTimes)
    decision: RequestTimes = field(default_factory=RequestTimes)

    @property
    def arrival_ratio(self) -> float:
        return self.bare.wall / 2 / self.arrival.wall

    @property
    def decision_ratio(self) -> float:
        return self.bare.wall / 2 / self.decision.wall

    @property
    def call_ratio(self) -> float:
        return self.bare.wall / self.whole_call

    @property
    def cpu_ratio(self) -> float:
        return self.bare.cpu / (self.arrival.cpu + self.decision.cpu)

    @property
    def whole_call(self) -> float:
        """Wall time of both requests of all calls."""
        return self.arrival.wall + self.decision.wall


@dataclass(frozen=True)
class Slices:
    """How much is measured: `slices` of `calls` calls in each of the `rounds`."""

    rounds: int
    slices: int
    calls: int


def warm_up(web: CallrouterServer, bare: Server | None, calls: int) -> None:
    """Let every thread of the servers have met what comes; nobody counts this."""
    with calls_proved(web, calls):
        one_slice(Round(), web, bare, calls, connections=16)


def rounds(web: CallrouterServer, bare: Server, size: Slices, connections: int) -> list[Round]:
    """The rounds, each proved to have stored its calls, decisions, legs and facts."""
    return [_round(web, bare, size, connections) for _ in range(size.rounds)]


def _round(web: CallrouterServer, bare: Server, size: Slices, connections: int) -> Round:
    current = Round()
    with calls_proved(web, size.slices * size.calls):
        for _ in range(size.slices):
            one_slice(current, web, bare, size.calls, connections)
    return current


def one_slice(
    current: Round, web: CallrouterServer, bare: Server | None, calls: int, connections: int
) -> None:
    """One slice of each kind, with b before each of ours."""
    sids = new_sids(calls)
    for timed, requests in (
        (current.arrival, web.carrier.arrivals(sids)),
        (current.decision, web.carrier.greetings_heard(sids)),
    ):
        if bare:
            current.bare.drive(bare, bare.carrier.arrivals(sids, BARE_ANSWER), connections)
        timed.drive(web, requests, connections)
