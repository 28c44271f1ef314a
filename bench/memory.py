"""The memory of web server and worker."""

from __future__ import annotations

from bench.directory import a_directory
from bench.figure import Figure, Result, at_most
from bench.house import BenchServers
from bench.processes import megabytes, with_descendants
from bench.proof import expect
from bench.whole_calls import drive_whole_calls

LONG, SHORT = 1_000, 10
CALLS_A_SECOND = 100

MEANING = f"""\
The web server (one process) and the Celery worker (main process and child), after {LONG:,} whole calls. PSS counts a
page that several processes share once in all, RSS in each of them."""


def measure(house: BenchServers, *, short: bool = False) -> Result:
    """Run it."""
    with house.ours(a_directory(seats=10)) as ours, ours.worker() as worker:
        drive_whole_calls(ours, SHORT if short else LONG, CALLS_A_SECOND)
        expect("processes", [len(with_descendants(pid)) for pid in (ours.pid, worker)], [1, 2])
        figures = [
            *_figures("web server", [ours.pid]),
            *_figures("worker", [worker]),
            *_figures("together", [ours.pid, worker], most=400),
        ]
    return Result("memory", "Memory", MEANING, figures)


def _figures(what: str, pids: list[int], most: float | None = None) -> list[Figure]:
    target = at_most(most) if most else None
    return [
        Figure(f"{what}, {of.upper()}", [sum(megabytes(pid, of) for pid in pids)], target, "MB")
        for of in ("Pss", "Rss")
    ]
