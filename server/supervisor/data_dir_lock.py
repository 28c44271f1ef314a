"""Locks a data directory for one supervisor."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from config.data_dir import make_private


class DataDirInUse(Exception):
    """Another supervisor uses this data directory."""


@contextmanager
def lock_data_dir(data_dir: Path) -> Iterator[None]:
    """Lock the data directory for this process. The system unlocks it when the process ends."""
    with (make_private(data_dir) / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise DataDirInUse(lock.read().strip()) from None
        lock.truncate(0)
        # The process id is only for the message. The lock holds even if the disk is full.
        with suppress(OSError):
            os.write(lock.fileno(), f"{os.getpid()}\n".encode())
        yield
