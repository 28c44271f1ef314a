"""A process that is started again whenever it ends, later each time, for as long as the supervisor runs."""

import time
from collections.abc import Callable

from server.supervisor.child_process import ChildProcess

FIRST = 0.2
LONGEST = 60.0
LIVED_WELL = 60.0
"""seconds; a process that lived as long as that begins anew"""


class Backoff:
    """The waits of one process, in seconds. None is longer than `longest`."""

    def __init__(self, longest: float = LONGEST) -> None:
        self._longest = longest
        self._next = FIRST

    def wait_after(self, lived: float) -> float:
        """The wait after a life of that many seconds."""
        wait = FIRST if lived >= LIVED_WELL else self._next
        self._next = min(2 * wait, self._longest)
        return wait


class RestartedProcess:
    """A child, its start, and when the next one is due. `report` is given one line for each end."""

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
        """Start it now; where the system refuses that, later."""
        self._began, self._due = time.monotonic(), None
        try:
            self._start()
        except OSError as error:
            self._starts_later(f"cannot be started ({error.strerror})")

    def check(self) -> None:
        """Note that it has ended, or start it again once that is due. Called every moment."""
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
