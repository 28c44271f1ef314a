"""A process that is started again whenever it ends, later each time, for as long as the supervisor runs."""

import time
from collections.abc import Callable

from server.supervisor.backoff import Backoff
from server.supervisor.child_process import ChildProcess


class RestartedProcess:
    """A child, its start, and when the next one is due. `say` is given one line for each end."""

    def __init__(
        self, child: ChildProcess, start: Callable[[], None], backoff: Backoff, say: Callable[[str], None]
    ) -> None:
        self.child = child
        self._start = start
        self._backoff = backoff
        self._say = say
        self._began = 0.0
        self._due: float | None = None

    def start(self) -> None:
        """Start it now; where the system refuses that, later."""
        self._began, self._due = time.monotonic(), None
        try:
            self._start()
        except OSError as error:
            self._starts_later(f"cannot be started ({error.strerror})")

    def tend(self) -> None:
        """Note that it has ended, or start it again once that is due. Called every moment."""
        if self._due is None:
            if (status := self.child.ended()) is not None:
                self._starts_later(f"ended with status {status}")
        elif time.monotonic() >= self._due:
            self.start()

    def _starts_later(self, why: str) -> None:
        now = time.monotonic()
        wait = self._backoff.wait_after(now - self._began)
        self._due = now + wait
        untold = "".join(f"\n  {line}" for line in self.child.untold())
        self._say(f"{self.child.name} {why} and is started again in {wait:g} seconds{untold}")
