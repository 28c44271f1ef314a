"""One process of the supervisor: started on its leash, heard line by line, ended with all it started."""

import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

LEASH = Path(__file__).with_name("leash.py")
LAST_LINES = 20
Tell = Callable[[str, str], None]
# The leash needs neither the packages nor the directory of its file on its path.
PYTHON = [sys.executable, "-I", "-S"]


class Child:
    """A command by its name. `tell` is given its name and each line that it writes; without it they are kept."""

    def __init__(self, name: str, command: str, tell: Tell | None) -> None:
        self.name = name
        self.command = command
        self.last_lines: deque[str] = deque(maxlen=LAST_LINES)
        self._tell = tell

    def start(self, rope: int, environment: Mapping[str, str]) -> None:
        self.last_lines.clear()
        self._process = subprocess.Popen(  # noqa: S603  (the Procfile is ours)
            [*PYTHON, str(LEASH), str(rope), self.command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment,
            pass_fds=[rope],
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def ended(self) -> int | None:
        """The exit status, when the command has ended; then nothing of its group is left."""
        if self._process.returncode is None and self._process.poll() is not None:
            self._sweep()
        return self._process.returncode

    def stop(self, grace: float) -> None:
        """Ask it to end; after that many seconds, end it."""
        if self.ended() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(grace)
        except subprocess.TimeoutExpired:
            self._tell_line(f"did not end within {grace:g} seconds and is killed")
        self._sweep()

    def untold(self) -> list[str]:
        """Its last lines, where nobody was told them when they came."""
        return [] if self._tell else list(self.last_lines)

    def kill(self) -> None:
        """End it at once, with all that it has started."""
        # macOS refuses where nobody is left but a zombie.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def _sweep(self) -> None:
        self.kill()
        self._process.wait()
        self._reader.join(timeout=1)

    def _read(self) -> None:
        for line in self._process.stdout or ():
            self._tell_line(line.decode(errors="replace").rstrip())

    def _tell_line(self, text: str) -> None:
        self.last_lines.append(text)
        if self._tell:
            self._tell(self.name, text)
