"""What the figures were measured on, without names of hosts or places."""

from __future__ import annotations

import os
import platform
import tempfile
import time
from pathlib import Path

from bench.load import percentile
from tests.servers.embedded_postgres import ON_DISK
from tests.servers.postgres_server import PostgresServer

WRITES = 200
A_PAGE = b"\0" * 8192


def machine(postgres: PostgresServer) -> list[str]:
    """A line for each thing that matters."""
    waits = disk_waits()
    usual, rare = percentile(waits, 0.5) * 1000, percentile(waits, 0.99) * 1000
    return [
        f"{_processor()}, {os.cpu_count()} cores, which the load shares with the servers",
        f"{platform.system()} {platform.release()}",
        f"{platform.python_implementation()} {platform.python_version()}",
        f"PostgreSQL {postgres.execute('SHOW server_version')[0][0]}, with fsync and synchronous commits",
        f"a disk that needs {usual:.1f} ms to keep a page, and {rare:.1f} ms in the 99th percentile (`fdatasync`)",
    ]


def disk_waits() -> list[float]:
    """Seconds that the disk of the databases takes for a page, before anything is measured."""
    with tempfile.TemporaryFile(dir=ON_DISK) as file:
        return [_write(file.fileno()) for _ in range(WRITES)]


def _write(file: int) -> float:
    began = time.perf_counter()
    os.write(file, A_PAGE)
    os.fdatasync(file)
    return time.perf_counter() - began


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.machine()
