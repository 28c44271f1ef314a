"""The memory of web server and worker."""

from __future__ import annotations

from bench.directory import a_directory
from bench.figure import Figure, Result, at_most
from bench.processes import megabytes, with_descendants
from bench.proof import expect
from bench.servers import BenchServers
from bench.whole_calls import drive_whole_calls

LONG, SHORT = 1_000, 10
CALLS_A_SECOND = 100

MEANING = f"""\
The web server (one process) and the Celery worker (main process and child), after {LONG:,} whole calls. PSS counts a
page that several processes share once in all, RSS in each of them."""


def measure(servers: BenchServers, *, short: bool = False) -> Result:
    """Run it."""
    with servers.callrouter(a_directory(seats=10)) as web, web.worker() as worker:
        drive_whole_calls(web, SHORT if short else LONG, CALLS_A_SECOND)
        expect("processes", [len(with_descendants(pid)) for pid in (web.pid, worker)], [1, 2])
        figures = [
            *_figures("web server", [web.pid]),
            *_figures("worker", [worker]),
            *_figures("together", [web.pid, worker], most=400),
        ]
    return Result("memory", "Memory", MEANING, figures)


def _figures(what: str, pids: list[int], most: float | None = None) -> list[Figure]:
    target = at_most(most) if most else None
    return [
        Figure(f"{what}, {of.upper()}", [sum(megabytes(pid, of) for pid in pids)], target, "MB")
        for of in ("Pss", "Rss")
    ]
