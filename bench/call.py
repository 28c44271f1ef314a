"""A new helpline call on PostgreSQL, against b."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.calls import Round, Slices, rounds, warm_up
from bench.directory import a_directory
from bench.figure import Figure, Result, Target, at_least, at_most
from bench.load import drive, percentile, timetable
from bench.proof import calls_proved
from bench.requests import new_sids
from bench.servers import BenchServers, CallrouterServer, Server

CALLS_A_SECOND = 50
DELAY_MICROSECONDS = 2_000

MEANING = """\
A call is two requests: its arrival (signature, call stored, greeting) and the one after the greeting (signature,
decision under the lock of the rotation, leg stored, `<Dial>`). Each is one durable commit with its callback and its
fact in the outbox. The helpline has 10 seats of all kinds (caps, states, limits, two tiers); web server and logs are
as `make run` has them, with 8 threads. b is asked twice for a call. The delay of 2 ms is PostgreSQL's `commit_delay`
with `commit_siblings` 0, as on a slow disk. With 1 connection nothing waits for anything else. At 50 calls a second
latencies count from the moment at which a request was due."""


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    slices: Slices
    unloaded: Slices
    warm: int
    seconds: int
    """of the calls that come at 50 a second, in each round"""


LONG = Size(Slices(3, 8, 300), Slices(3, 2, 150), warm=600, seconds=6)
SHORT = Size(Slices(1, 1, 10), Slices(1, 1, 10), warm=10, seconds=1)


def measure(servers: BenchServers, *, short: bool = False) -> Result:
    """Run it."""
    size = SHORT if short else LONG
    with servers.bare() as bare, servers.callrouter(a_directory(seats=10)) as web:
        warm_up(web, bare, size.warm)
        figures = [
            *_throughput(web, bare, size),
            *_delayed(servers, web, bare, size),
            *_unloaded(web, bare, size),
            *_at_a_steady_rate(web, size),
        ]
    return Result("call", "A new helpline call", MEANING, figures)


def _throughput(web: CallrouterServer, bare: Server, size: Size) -> list[Figure]:
    with_8 = rounds(web, bare, size.slices, connections=8)
    with_2 = rounds(web, bare, size.slices, connections=2)
    return [
        _figure("the whole call, of b, 8 connections", with_8, lambda r: r.call_ratio, at_least(0.33)),
        _figure("– its arrival", with_8, lambda r: r.arrival_ratio),
        _figure("– the request after the greeting", with_8, lambda r: r.decision_ratio),
        _figure("– by CPU time of the web server alone", with_8, lambda r: r.cpu_ratio),
        _figure("the whole call, of b, 2 connections", with_2, lambda r: r.call_ratio, at_least(0.30)),
        _figure("– its arrival, 2 connections", with_2, lambda r: r.arrival_ratio),
        _figure("– the request after the greeting, 2 connections", with_2, lambda r: r.decision_ratio),
    ]


def _delayed(servers: BenchServers, web: CallrouterServer, bare: Server, size: Size) -> list[Figure]:
    with servers.commits_delayed(DELAY_MICROSECONDS):
        found = rounds(web, bare, size.slices, connections=8)
    return [
        _figure(
            "the whole call, of b, commits of 2 ms, 8 connections",
            found,
            lambda r: r.call_ratio,
        ),
        _figure("– the request after the greeting, commits of 2 ms", found, lambda r: r.decision_ratio),
    ]


def _unloaded(web: CallrouterServer, bare: Server, size: Size) -> list[Figure]:
    found = rounds(web, bare, size.unloaded, connections=1)
    return [
        _figure(
            "median latency of an arrival, times b's, 1 connection",
            found,
            lambda r: percentile(r.arrival.latencies, 0.5) / percentile(r.bare.latencies, 0.5),
        ),
        _figure(
            "median latency of the request after the greeting, times b's, 1 connection",
            found,
            lambda r: percentile(r.decision.latencies, 0.5) / percentile(r.bare.latencies, 0.5),
        ),
    ]


def _figure(
    what: str, found: Sequence[Round], value: Callable[[Round], float], target: Target | None = None
) -> Figure:
    return Figure(what, [value(each) for each in found], target)


def _at_a_steady_rate(web: CallrouterServer, size: Size) -> list[Figure]:
    found = [_steady(web, size.seconds * CALLS_A_SECOND) for _ in range(size.slices.rounds)]
    return [
        Figure(
            f"{share * 100:.0f}th percentile at 50 calls a second, both requests",
            [percentile(latencies, share) * 1000 for latencies in found],
            at_most(25) if share == 0.99 else None,
            "ms",
        )
        for share in (0.5, 0.99)
    ]


def _steady(web: CallrouterServer, calls: int) -> Sequence[float]:
    """Calls that arrive at a steady rate, each of whose greetings is heard a second later; all latencies."""
    sids = new_sids(calls)
    requests, due = timetable(
        [(0, web.carrier.arrivals(sids)), (1.01, web.carrier.greetings_heard(sids))], CALLS_A_SECOND
    )
    with calls_proved(web, calls):
        return drive(web.port, requests, 16, due=due).latencies
