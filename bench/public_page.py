"""`/who-answers` while calls come: how long its readers wait, and what they cost the callers."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from bench.directory import a_directory
from bench.figure import Figure, Result, at_most
from bench.load import percentile
from bench.servers import ROOT, BenchServers, CallrouterServer
from bench.whole_calls import drive_whole_calls

CALLS_A_SECOND, READERS_A_SECOND = 50, 50
PAGE_MILLISECONDS, WEBHOOK_MILLISECONDS = 20, 50
MEANING = f"""\
Web server and worker as processes. {CALLS_A_SECOND} calls a second come, are answered and end, in turns without readers
and with {READERS_A_SECOND} requests a second for the page and the JSON of who answers, by another process. It is read
from the database once a minute, so once in a round. All times count from the moment at which a request was due.
Readers, load and servers share the machine."""


@dataclass(frozen=True)
class Size:
    rounds: int
    seconds: int


LONG, SHORT = Size(3, 30), Size(1, 2)


@dataclass(frozen=True)
class Round:
    """Seconds of each answer: webhooks without readers and with, and readers."""

    alone: tuple[float, ...]
    webhooks: tuple[float, ...]
    readers: list[float]


def measure(servers: BenchServers, *, short: bool = False) -> Result:
    """Run it."""
    size = SHORT if short else LONG
    with servers.callrouter(a_directory(seats=10)) as web, web.worker():
        drive_whole_calls(web, CALLS_A_SECOND, CALLS_A_SECOND)
        rounds = [_round(web, size.seconds) for _ in range(size.rounds)]
    return Result("who answers", "Who answers, while calls come", MEANING, list(_figures(rounds)))


def _figures(rounds: list[Round]) -> Iterator[Figure]:
    def milliseconds(what: str, of_round: float) -> list[float]:
        return [percentile(getattr(one, what), of_round) * 1000 for one in rounds]

    yield Figure("the page or the JSON, p50", milliseconds("readers", 0.5), unit="ms")
    yield Figure("the page or the JSON, p99", milliseconds("readers", 0.99), at_most(PAGE_MILLISECONDS), "ms")
    yield Figure("webhooks without readers, p99", milliseconds("alone", 0.99), unit="ms")
    yield Figure(
        "webhooks with readers, p99", milliseconds("webhooks", 0.99), at_most(WEBHOOK_MILLISECONDS), "ms"
    )
    medians = [percentile(one.webhooks, 0.5) / percentile(one.alone, 0.5) for one in rounds]
    yield Figure("webhooks with readers, of those without, p50", medians)


def _round(web: CallrouterServer, seconds: int) -> Round:
    alone = drive_whole_calls(web, CALLS_A_SECOND * seconds, CALLS_A_SECOND)
    command = [sys.executable, "-m", "bench.readers", str(web.port), str(READERS_A_SECOND), str(seconds)]
    readers = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True)
    webhooks = drive_whole_calls(web, CALLS_A_SECOND * seconds, CALLS_A_SECOND)
    return Round(alone.latencies, webhooks.latencies, json.loads(readers.communicate()[0]))
