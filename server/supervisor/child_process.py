"""One process of the supervisor: in a process group of its own, read line by line, ended with everything that it
started.
"""

import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

PROCESS_GROUP = Path(__file__).with_name("process_group.py")
LAST_LINES = 20
GRACE = 8.0
KILLED_WITHIN = 2.0
OnLine = Callable[[str, str], None]
# It needs no packages and no path.
PYTHON = [sys.executable, "-I", "-S"]


class ChildProcess:
    """A command with a name. `on_line` gets its name and each line; without `on_line` the lines are kept.

    `stop_signal` asks it to end. After `grace` seconds it is killed.
    """

    def __init__(
        self,
        name: str,
        command: str,
        on_line: OnLine | None,
        *,
        stop_signal: signal.Signals = signal.SIGTERM,
        grace: float = GRACE,
    ) -> None:
        self.name = name
        self.command = command
        self._stop_signal = stop_signal
        self._grace = grace
        self._process: subprocess.Popen[bytes] | None = None
        self.last_lines: deque[str] = deque(maxlen=LAST_LINES)
        self._on_line = on_line

    def start(self, pipe: int, environment: Mapping[str, str], inherited: Sequence[int] = ()) -> None:
        """Start it. It and everything that it starts inherit the descriptors."""
        self.last_lines.clear()
        self._process = subprocess.Popen(  # noqa: S603  (the Procfile is ours)
            [*PYTHON, str(PROCESS_GROUP), str(pipe), str(int(self._stop_signal)), self.command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment,
            pass_fds=[pipe, *inherited],
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, args=(self._process,), daemon=True)
        self._reader.start()

    def exit_status(self) -> int | None:
        """The exit status after the command has ended, with everything that it started."""
        process = self._process
        if process is None:
            return None
        if process.returncode is None and process.poll() is not None:
            self._clean_up(process)
        return process.returncode

    def stop(self) -> None:
        """Ask it to end. Kill it after its grace."""
        process = self._process
        if process is None or self.exit_status() is not None:
            return
        process.terminate()
        try:
            process.wait(self._grace)
        except subprocess.TimeoutExpired:
            self._report(f"did not end within {self._grace:g} seconds and is killed")
            self.kill()
        self._clean_up(process)

    def unreported_lines(self) -> list[str]:
        """Its last lines, if they were not printed."""
        return [] if self._on_line else list(self.last_lines)

    def kill(self) -> None:
        """Kill it, with everything that it started."""
        if self._process and self._process.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self._process.pid, signal.SIGQUIT)

    def _clean_up(self, process: subprocess.Popen[bytes]) -> None:
        with suppress(subprocess.TimeoutExpired):
            process.wait(KILLED_WITHIN)
        # macOS refuses if only a zombie is left.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self._reader.join(timeout=1)

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        for line in process.stdout or ():
            self._report(line.decode(errors="replace").rstrip())

    def _report(self, text: str) -> None:
        self.last_lines.append(text)
        if self._on_line:
            self._on_line(self.name, text)
