"""Prints the output of all processes, each line with the name of its process."""

import errno
import os
import sys
import threading
from typing import TextIO

DISK_FULL = (errno.ENOSPC, errno.EDQUOT)
COLORS = (36, 33, 32, 35, 34, 31)


class Terminal:
    """Prints one line at a time, from any thread, colored on a terminal."""

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
        """Drop the line, because the processes must still be read or they would block.

        A full disk will have room again. A reader who has gone never comes back.
        """
        if error.errno not in DISK_FULL:
            self._out = sys.stdout = open(os.devnull, "w")  # noqa: SIM115
