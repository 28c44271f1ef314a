"""A supervisor on a Procfile of stand-ins, watched from outside."""

import os
import re
import secrets
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).parents[2]
STAND_IN = Path(__file__).with_name("stand_in.py")
PATIENCE = 20.0
FIRST_PORT, PORTS = 10_000, 20_000


class Supervised:
    """The supervisor as a process, what it has printed, and whether any process of it is alive.

    Every stand-in, and all that it starts, holds the same pipe open; when the last has gone, the pipe ends.
    """

    def __init__(
        self, place: Path, commands: Mapping[str, str], environment: Mapping[str, str], under: Sequence[str]
    ) -> None:
        lines = [f"{name}: {sys.executable} {STAND_IN} {command}" for name, command in commands.items()]
        (place / "Procfile").write_text("\n".join(lines) + "\n")
        alive = place / f"alive-{len(list(place.iterdir()))}"
        os.mkfifo(alive)
        alive.chmod(0o666)  # Also for a supervisor that runs as somebody else.
        self.alive = os.open(alive, os.O_RDONLY | os.O_NONBLOCK)
        own = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "ALIVE": str(alive),
            "CALLROUTER_HOME": "var",
        }
        self.process = subprocess.Popen(
            [*under, sys.executable, "-m", "server.supervisor"],
            cwd=place,
            env=own | dict(environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self.said = ""

    def says(self, text: str) -> str:
        """Everything printed up to and with this text."""
        while text not in self.said:
            assert self._reads_more(), f"{text!r} did not come; it said:\n{self.said}"
        return self.said

    def tells(self, pattern: str, times: int) -> list[str]:
        """What matches the pattern, once it has come that many times."""
        while len(found := re.findall(pattern, self.said)) < times:
            assert self._reads_more(), f"{pattern!r} did not come; it said:\n{self.said}"
        return found

    def ends_with(self) -> int:
        """The exit status, when it has ended and its output is complete."""
        while self._reads_more():
            pass
        return self.process.wait(PATIENCE)

    def receives(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def leaves_nothing_behind(self) -> bool:
        try:
            while os.read(self.alive, 4096):
                pass
            return True
        except BlockingIOError:
            return bool(select.select([self.alive], [], [], PATIENCE)[0]) and self.leaves_nothing_behind()

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        assert self.leaves_nothing_behind()
        os.close(self.alive)

    def _reads_more(self) -> bool:
        assert self.process.stdout
        ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
        assert ready, f"it says nothing more; it said:\n{self.said}"
        more = os.read(self.process.stdout.fileno(), 65536).decode()
        self.said += more
        return bool(more)


@contextmanager
def supervised(
    place: Path, commands: Mapping[str, str], under: Sequence[str] = (), **environment: str
) -> Iterator[Supervised]:
    """Run it; `under` is a command that runs it in turn."""
    running = Supervised(place, commands, environment, under)
    try:
        yield running
    finally:
        running.close()


def soon(holds: Callable[[], object], within: float = PATIENCE) -> bool:
    """Whether this comes to hold within a time that is long for a machine."""
    ends, pause = time.monotonic() + within, threading.Event()
    while not holds():
        if time.monotonic() > ends:
            return False
        pause.wait(0.05)
    return True


def free_port() -> int:
    """A port that is free, as the next one is, where the simulated carrier listens.

    It lies below those that the system gives to outgoing connections, of which other tests have many.
    """
    while True:
        port = FIRST_PORT + 2 * secrets.randbelow(PORTS // 2)
        with suppress(OSError), _listening(port), _listening(port + 1):
            return port


def _listening(port: int) -> socket.socket:
    return socket.create_server(("127.0.0.1", port))
