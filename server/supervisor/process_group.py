"""Runs one command of the supervisor in a process group that never outlives it: `process_group.py PIPE SIGNAL COMMAND`.

PIPE is the reading end of a pipe that the supervisor alone can write to. The system closes it when the supervisor is
gone, even after kill -9, and then this process kills the command and all that it has started. SIGNAL is the number of
what asks the command to end; this process is asked by SIGTERM, and by SIGQUIT to end it at once. It is run as a
file and imports little, because each process of the Procfile gets one.
"""

import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from types import FrameType

# Python ignores these signals. A command expects the defaults.
RESTORED = [signal.SIGPIPE, signal.SIGXFSZ, signal.SIGINT]
PR_SET_CHILD_SUBREAPER = 36
PAUSE = 0.005


def main(pipe: int, stop: int, command: str) -> int:
    """Run the command, and end as it did, after everything that it started has ended."""
    os.set_inheritable(pipe, False)
    adopt_orphans()
    threading.Thread(target=kill_all_when_closed, args=(pipe,), daemon=True).start()
    shell = ["/bin/sh", "-c", f"exec {command}"]
    child = os.posix_spawn(shell[0], shell, os.environ, setsigdef=RESTORED)

    def pass_on(_: int, __: FrameType | None) -> None:
        os.kill(child, stop)

    signal.signal(signal.SIGTERM, pass_on)
    signal.signal(signal.SIGQUIT, lambda *_: kill_children())
    code = os.waitstatus_to_exitcode(status_of(child))
    kill_children()
    return code if code >= 0 else 128 - code


def adopt_orphans() -> None:
    """Make orphans of the command our children: servers start processes in groups of their own."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def status_of(child: int) -> int:
    """How the command ended, if it has. Other orphans that have ended are reaped."""
    while True:
        ended, status = os.wait()
        if ended == child:
            return status


def kill_all_when_closed(pipe: int) -> None:
    os.read(pipe, 1)
    kill_children()
    os.killpg(0, signal.SIGKILL)


def kill_children() -> None:
    """Kill all children until there is none. The children of a killed process become ours."""
    while found := list(children()):
        for child in found:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        time.sleep(PAUSE)


def children() -> Iterator[int]:
    """Our living children, if the system lists them."""
    ours = str(os.getpid())
    for name in os.listdir("/proc") if sys.platform == "linux" else ():
        with suppress(OSError):
            if name.isdigit() and parent_of(name) == ours:
                yield int(name)


def parent_of(process: str) -> str | None:
    """The parent of a process. None for a zombie."""
    with open(f"/proc/{process}/stat", "rb") as file:
        state, parent = file.read().rpartition(b")")[2].split()[:2]
    return None if state == b"Z" else parent.decode()


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
