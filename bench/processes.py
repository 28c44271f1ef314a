"""What processes cost, as Linux counts it: CPU time and memory of one with all that it started."""

from __future__ import annotations

from pathlib import Path

_NANOSECONDS_A_SECOND = 1_000_000_000
_KILOBYTES_A_MEGABYTE = 1024


def with_descendants(pid: int) -> list[int]:
    """The process, its children, and theirs."""
    return [pid, *(found for child in _children(pid) for found in with_descendants(child))]


def cpu_seconds(pid: int) -> float:
    """CPU time that the process and its descendants have used so far."""
    return sum(_cpu_seconds(each) for each in with_descendants(pid))


def megabytes(pid: int, of: str) -> float:
    """Memory of the process and its descendants: `Rss`, or `Pss`, which counts a shared page once in all."""
    return sum(_kilobytes(each, of) for each in with_descendants(pid)) / _KILOBYTES_A_MEGABYTE


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def _cpu_seconds(pid: int) -> float:
    """Of all threads, to the nanosecond; `stat` counts in hundredths of a second."""
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(thread.read_text().split()[0]) for thread in threads) / _NANOSECONDS_A_SECOND


def _kilobytes(pid: int, of: str) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{of}:"))
