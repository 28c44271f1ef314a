"""One process of the supervisor: runs in a process group of its own, is read line by line, ends with all it started."""

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
# It needs neither the packages nor the directory of its file on its path.
PYTHON = [sys.executable, "-I", "-S"]


class ChildProcess:
    """A command by its name. `on_line` is given its name and each line that it writes; without it they are kept.

    `stop_signal` asks it to end, and after `grace` seconds it is ended.
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
        """Start it; it and all that it starts have the inherited descriptors."""
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
        """The exit status, when the command has ended; then nothing that it has started is left."""
        process = self._process
        if process is None:
            return None
        if process.returncode is None and process.poll() is not None:
            self._clean_up(process)
        return process.returncode

    def stop(self) -> None:
        """Ask it to end; when it does not within its grace, end it."""
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
        """Its last lines, where they were not printed when they came."""
        return [] if self._on_line else list(self.last_lines)

    def kill(self) -> None:
        """End it at once, with all that it has started."""
        if self._process and self._process.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self._process.pid, signal.SIGQUIT)

    def _clean_up(self, process: subprocess.Popen[bytes]) -> None:
        with suppress(subprocess.TimeoutExpired):
            process.wait(KILLED_WITHIN)
        # macOS refuses where nobody is left but a zombie.
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
