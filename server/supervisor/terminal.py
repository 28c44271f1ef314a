"""What the supervisor prints: the lines of all processes, each with the name of who wrote it."""

import errno
import os
import sys
import threading
from typing import TextIO

NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
COLOURS = (36, 33, 32, 35, 34, 31)


class Terminal:
    """One line at a time, from any thread; coloured where somebody looks at it."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._coloured = out.isatty() and "NO_COLOR" not in os.environ
        self._names: list[str] = []
        self._lock = threading.Lock()

    def say(self, text: str) -> None:
        with self._lock:
            try:
                print(text, file=self._out, flush=True)
            except OSError as error:
                self._cannot_say(error)

    def tell(self, name: str, line: str) -> None:
        self.say(f"{self._label(name)} {line}")

    def _label(self, name: str) -> str:
        if name not in self._names:
            self._names.append(name)
        colour = COLOURS[self._names.index(name) % len(COLOURS)]
        label = f"{name:<8}|"
        return f"\033[{colour}m{label}\033[0m" if self._coloured else label

    def _cannot_say(self, error: OSError) -> None:
        """The processes must still be read from, or they would stand still; so the line is left out.

        A disk that is full has room again one day. A reader who has gone never comes back.
        """
        if error.errno not in NO_ROOM:
            self._out = sys.stdout = open(os.devnull, "w")  # noqa: SIM115
