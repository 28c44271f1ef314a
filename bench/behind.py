"""From the end of a call to its charge, with every process at work."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import redis

from bench.directory import a_directory
from bench.figure import Figure, Result, at_most
from bench.load import percentile
from bench.proof import expect
from bench.servers import BenchServers, CallrouterServer
from bench.whole_calls import drive_whole_calls
from workers.wakeup import AWAKE

CALLS_A_SECOND = 50
SECONDS_TO_SETTLE = 20

MEANING = f"""\
Web server, Celery worker, outbox sweeper and Valkey as processes; {CALLS_A_SECOND} calls a second, each with all the
requests that the carrier sends: arrival, greeting heard, four of the leg, the end of the dial and of the call. The wait
is from the moment at which the end of the dial reached us to the commit of the call's charge. Messages are counted by
the broker (LPUSH to Celery's queue), from before the first call of the rounds to after the last charge, and each round
begins with a worker that sleeps; beat, whose messages are no call's, does not run."""

_WAITS = """
SELECT extract(epoch FROM pg_xact_commit_timestamp(ledger_entry.xmin) - call.ended_at)::float
FROM ledger_entry JOIN call ON call.sid = ledger_entry.call
"""


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    warm: int
    rounds: int
    calls: int


LONG = Size(20, 3, 350)
SHORT = Size(0, 1, 10)


@dataclass(frozen=True)
class Round:
    """Times in seconds."""

    waits: list[float]
    latencies: tuple[float, ...]


def measure(servers: BenchServers, *, short: bool = False) -> Result:
    """Run it."""
    size = SHORT if short else LONG
    with (
        servers.commit_times_kept(),
        servers.callrouter(a_directory(seats=10)) as web,
        web.worker(),
        web.outbox_sweeper(),
        redis.Redis.from_url(servers.valkey.redis_url) as broker,
    ):
        drive_whole_calls(web, size.warm, CALLS_A_SECOND)
        before = _messages(broker)
        rounds = [_round(broker, web, size.calls) for _ in range(size.rounds)]
        sent = _messages(broker) - before
    for_50_calls = sent * 50 / (size.rounds * size.calls)
    return Result("behind", "From the end of a call to its charge", MEANING, _figures(rounds, for_50_calls))


def _figures(rounds: list[Round], messages_for_50_calls: float) -> list[Figure]:
    waits, latencies = [each.waits for each in rounds], [each.latencies for each in rounds]
    return [
        Figure("median wait", _milliseconds(waits, 0.5), unit="ms"),
        Figure("99th percentile of the wait", _milliseconds(waits, 0.99), at_most(1000), "ms"),
        Figure("Celery messages for 50 calls, over all rounds", [messages_for_50_calls], at_most(1)),
        Figure("99th percentile of the answers meanwhile", _milliseconds(latencies, 0.99), at_most(25), "ms"),
    ]


def _milliseconds(seconds: Sequence[Sequence[float]], share: float) -> list[float]:
    return [percentile(each, share) * 1000 for each in seconds]


def _round(broker: redis.Redis, web: CallrouterServer, calls: int) -> Round:
    # A worker that is still awake from what was before would need no message at all.
    _wait_until(lambda: not broker.exists(AWAKE))
    before = _charges(web)
    measured = drive_whole_calls(web, calls, CALLS_A_SECOND)
    _wait_until(lambda: _charges(web) >= before + calls)
    expect("charges", _charges(web), before + calls)
    return Round(_latest_waits(web, calls), measured.latencies)


def _messages(broker: redis.Redis) -> int:
    """How many messages were put into a queue so far; every task's message is one LPUSH."""
    return int(broker.info("commandstats").get("cmdstat_lpush", {"calls": 0})["calls"])


def _latest_waits(web: CallrouterServer, calls: int) -> list[float]:
    return [seconds for (seconds,) in web.asked(f"{_WAITS} ORDER BY ledger_entry.id DESC LIMIT {calls}")]


def _wait_until(it_is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS_TO_SETTLE
    while not it_is_so() and time.monotonic() < deadline:
        time.sleep(0.1)


def _charges(web: CallrouterServer) -> int:
    return int(web.asked("SELECT count(*) FROM ledger_entry")[0][0])
