"""A process that is restarted whenever it ends, each time later, for as long as the supervisor runs."""

import time
from collections.abc import Callable

from server.supervisor.child_process import ChildProcess

FIRST = 0.2
LONGEST = 60.0
LIVED_WELL = 60.0
"""seconds; after such a life the backoff begins anew"""


class Backoff:
    """The waits before restarts of one process, in seconds. None is longer than `longest`."""

    def __init__(self, longest: float = LONGEST) -> None:
        self._longest = longest
        self._next = FIRST

    def wait_after(self, lived: float) -> float:
        """The wait after a life of this many seconds."""
        wait = FIRST if lived >= LIVED_WELL else self._next
        self._next = min(2 * wait, self._longest)
        return wait


class RestartedProcess:
    """A child, its start, and the time of its next start. `report` gets one line for each end."""

    def __init__(
        self, child: ChildProcess, start: Callable[[], None], backoff: Backoff, report: Callable[[str], None]
    ) -> None:
        self.child = child
        self._start = start
        self._backoff = backoff
        self._report = report
        self._began = 0.0
        self._due: float | None = None

    def start(self) -> None:
        """Start it now, or later if the system refuses."""
        self._began, self._due = time.monotonic(), None
        try:
            self._start()
        except OSError as error:
            self._starts_later(f"cannot be started ({error.strerror})")

    def check(self) -> None:
        """Notice its end, or restart it when that is due. Call it all the time."""
        if self._due is None:
            if (status := self.child.exit_status()) is not None:
                self._starts_later(f"ended with status {status}")
        elif time.monotonic() >= self._due:
            self.start()

    def _starts_later(self, why: str) -> None:
        now = time.monotonic()
        wait = self._backoff.wait_after(now - self._began)
        self._due = now + wait
        last_lines = "".join(f"\n  {line}" for line in self.child.unreported_lines())
        self._report(f"{self.child.name} {why} and is started again in {wait:g} seconds{last_lines}")
