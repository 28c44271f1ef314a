"""What the supervisor prints: the lines of all processes, each with the name of who wrote it."""

import errno
import os
import sys
import threading
from typing import TextIO

DISK_FULL = (errno.ENOSPC, errno.EDQUOT)
COLORS = (36, 33, 32, 35, 34, 31)


class Terminal:
    """One line at a time, from any thread; colored where somebody looks at it."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._colored = out.isatty() and "NO_COLOR" not in os.environ
        self._names: list[str] = []
        self._lock = threading.Lock()

    def print_line(self, text: str) -> None:
        with self._lock:
            try:
                print(text, file=self._out, flush=True)
            except OSError as error:
                self._cannot_print(error)

    def print_output(self, name: str, line: str) -> None:
        self.print_line(f"{self._label(name)} {line}")

    def _label(self, name: str) -> str:
        if name not in self._names:
            self._names.append(name)
        color = COLORS[self._names.index(name) % len(COLORS)]
        label = f"{name:<8}|"
        return f"\033[{color}m{label}\033[0m" if self._colored else label

    def _cannot_print(self, error: OSError) -> None:
        """The processes must still be read from, or they would stand still; so the line is left out.

        A disk that is full has room again one day. A reader who has gone never comes back.
        """
        if error.errno not in DISK_FULL:
            self._out = sys.stdout = open(os.devnull, "w")  # noqa: SIM115
