"""The live page: how soon it shows a call, and what its watchers cost the callers."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from bench.directory import a_directory
from bench.figure import Figure, Result, at_most
from bench.load import drive, percentile
from bench.proof import expect
from bench.requests import new_sids
from bench.servers import ROOT, BenchServers, CallrouterServer
from bench.whole_calls import drive_whole_calls
from callrouter.database import Database
from callrouter.staff.roles import Role
from tests.console.sign_in.staffed_console import SECRET_KEY, StaffedConsole

CALLS_A_SECOND, PEOPLE = 50, 20
HELD = 135
"""calls that go on all the time; those that come and go make them 200"""
SHOWN_WITHIN, WEBHOOK_MILLISECONDS = 3.0, 50
COOKIE = "callrouter_console"
_CONNECTIONS = 4
_SETTLING = 2 * 2.0

MEANING = f"""\
Web server, worker, outbox sweeper and console as processes. {HELD} calls ring all the time; {CALLS_A_SECOND} a second
come, are answered and end, so that some 200 are in progress. {PEOPLE} people have the live page open, through the web
server; each browser asks every 2 seconds. Each second one more call comes and stays: it is shown when it is in an
answer that a browser has received. Webhooks count from the moment at which each was due. Watchers, load and servers
share the machine."""


@dataclass(frozen=True)
class Size:
    rounds: int
    seconds: int
    held: int
    people: int


LONG, SHORT = Size(3, 12, HELD, PEOPLE), Size(1, 2, 5, 2)


@dataclass(frozen=True)
class Round:
    """Times in seconds: of webhooks, of answers to watchers, and until each watcher saw each new call."""

    webhooks: tuple[float, ...]
    answers: list[float]
    shown_after: list[float]


def measure(servers: BenchServers, *, short: bool = False) -> Result:
    """Run it."""
    size = SHORT if short else LONG
    with _everything(servers) as web:
        cookie = _sign_in(web)
        _hold(web, new_sids(size.held))
        drive_whole_calls(web, CALLS_A_SECOND, CALLS_A_SECOND)
        rounds = [_round(web, cookie, size) for _ in range(size.rounds)]
    return Result("live", "The live page", MEANING, list(_figures(rounds)))


def _figures(rounds: list[Round]) -> Iterator[Figure]:
    shown = [one.shown_after for one in rounds]
    yield Figure("a call is shown after, p50", [percentile(times, 0.5) for times in shown], unit="s")
    yield Figure(
        "a call is shown after, at the most", [max(times) for times in shown], at_most(SHOWN_WITHIN), "s"
    )
    for what, of_round in (("p50", 0.5), ("p95", 0.95)):
        answers = [percentile(one.answers, of_round) * 1000 for one in rounds]
        yield Figure(f"an answer to a watcher, {what}", answers, unit="ms")
    webhooks = [percentile(one.webhooks, 0.99) * 1000 for one in rounds]
    yield Figure(
        "webhooks meanwhile, p50", [percentile(one.webhooks, 0.5) * 1000 for one in rounds], unit="ms"
    )
    yield Figure("webhooks meanwhile, p99", webhooks, at_most(WEBHOOK_MILLISECONDS), "ms")


@contextmanager
def _everything(servers: BenchServers) -> Iterator[CallrouterServer]:
    with (
        servers.callrouter(a_directory(seats=10)) as web,
        web.worker(),
        web.outbox_sweeper(),
        web.console(SECRET_KEY),
    ):
        yield web


def _sign_in(web: CallrouterServer) -> str:
    """The cookie of somebody who may look."""
    with closing(Database(web.postgres.url(web.database), connections=2)) as database:
        browser = StaffedConsole(database).joins("ada", Role.VIEWER).browser
        cookie = browser.client.get_cookie(COOKIE, path="/console")
    return f"{COOKIE}={cookie.value}" if cookie else ""


def _hold(web: CallrouterServer, sids: list[str]) -> None:
    """These calls ring at a center, and go on."""
    for requests in (web.carrier.arrivals(sids), web.carrier.greetings_heard(sids)):
        drive(web.port, requests, _CONNECTIONS)


def _round(web: CallrouterServer, cookie: str, size: Size) -> Round:
    command = [sys.executable, "-m", "bench.watchers", str(web.port), cookie, str(size.people)]
    watchers = subprocess.Popen(
        [*command, str(size.seconds + _SETTLING)], stdout=subprocess.PIPE, cwd=ROOT, text=True
    )
    with ThreadPoolExecutor(1) as other:
        staying = other.submit(_arrivals_that_stay, web, size.seconds)
        calls = drive_whole_calls(web, CALLS_A_SECOND * size.seconds, CALLS_A_SECOND)
        arrived = staying.result()
    said = json.loads(watchers.communicate()[0])
    drive(web.port, web.carrier.calls_end(list(arrived)), 1)
    return Round(calls.latencies, said["latencies"], list(_shown_after(said["seen"], arrived)))


def _arrivals_that_stay(web: CallrouterServer, seconds: int) -> dict[str, float]:
    """A call each second; when each was answered."""
    arrived = {}
    for sid in new_sids(seconds):
        began = time.monotonic()
        drive(web.port, web.carrier.arrivals([sid]), 1)
        arrived[sid] = time.monotonic()
        time.sleep(max(began + 1 - time.monotonic(), 0))
    return arrived


def _shown_after(seen: list[dict[str, Any]], arrived: dict[str, float]) -> Iterator[float]:
    for of_watcher in seen:
        expect("calls that a watcher never saw", sorted(arrived.keys() - of_watcher.keys()), [])
        for sid, at in arrived.items():
            yield max(of_watcher[sid] - at, 0.0)
