"""From the end of a call to its charge, with every process at work."""

from __future__ import annotations

import time
from dataclasses import dataclass

import redis

from bench.directory import a_directory
from bench.figure import Figure, Result, at_most
from bench.house import House, Ours
from bench.load import percentile
from bench.proof import expect
from bench.whole_calls import drive_whole_calls

CALLS_A_SECOND = 50
SECONDS_TO_SETTLE = 20

MEANING = f"""\
Web server, Celery worker, relay and Valkey as processes; {CALLS_A_SECOND} calls a second, each with all the requests
that the carrier sends: arrival, greeting heard, four of the leg, the end of the dial, the end of the call. The wait
is from the moment at which the end of the dial reached us to the commit of the call's charge. Messages are counted by
the broker (LPUSH to Celery's queue), from before the first call to after the last charge; beat, whose messages are
no call's, does not run."""



_WAITS = """
SELECT extract(epoch FROM pg_xact_commit_timestamp(entry.xmin) - call.ended_at)::float
FROM entry JOIN call ON call.sid = entry.call
"""


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    rounds: int
    calls: int


LONG = Size(3, 350)
SHORT = Size(3, 25)


@dataclass(frozen=True)
class Round:
    """Times in seconds."""

    waits: list[float]
    latencies: tuple[float, ...]
    messages: int

    @property
    def messages_for_50_calls(self) -> float:
        return self.messages * 50 / len(self.waits)


def measure(house: House, *, short: bool = False) -> Result:
    """Run it."""
    size = SHORT if short else LONG
    with (
        house.commit_times_kept(),
        house.ours(a_directory(seats=10)) as ours,
        ours.worker(),
        ours.relay(),
    ):
        _round(house, ours, 25)
        rounds = [_round(house, ours, size.calls) for _ in range(size.rounds)]
    return Result("behind", "From the end of a call to its charge", MEANING, _figures(rounds))


def _figures(rounds: list[Round]) -> list[Figure]:
    return [
        Figure("median wait", [percentile(each.waits, 0.5) * 1000 for each in rounds], unit="ms"),
        Figure(
            "99th percentile of the wait",
            [percentile(each.waits, 0.99) * 1000 for each in rounds],
            at_most(1000),
            "ms",
        ),
        Figure("Celery messages for 50 calls", [each.messages_for_50_calls for each in rounds], at_most(1)),
        Figure(
            "99th percentile of the answers meanwhile",
            [percentile(each.latencies, 0.99) * 1000 for each in rounds],
            at_most(50),
            "ms",
        ),
    ]


def _round(house: House, ours: Ours, calls: int) -> Round:
    before = _charges(ours)
    with redis.Redis.from_url(house.valkey.redis_url) as broker:
        sent = _messages(broker)
        measured = drive_whole_calls(ours, calls, CALLS_A_SECOND)
        _wait_for_charges(ours, before + calls)
        messages = _messages(broker) - sent
    expect("charges", _charges(ours), before + calls)
    return Round(_latest_waits(ours, calls), measured.latencies, messages)


def _messages(broker: redis.Redis) -> int:
    """How many messages were put into a queue so far; every task's message is one LPUSH."""
    return int(broker.info("commandstats").get("cmdstat_lpush", {"calls": 0})["calls"])


def _latest_waits(ours: Ours, calls: int) -> list[float]:
    return [seconds for (seconds,) in ours.asked(f"{_WAITS} ORDER BY entry.id DESC LIMIT {calls}")]


def _wait_for_charges(ours: Ours, wanted: int) -> None:
    deadline = time.monotonic() + SECONDS_TO_SETTLE
    while _charges(ours) < wanted and time.monotonic() < deadline:
        time.sleep(0.1)


def _charges(ours: Ours) -> int:
    return int(ours.asked("SELECT count(*) FROM entry")[0][0])
