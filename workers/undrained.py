"""Whether nobody drains the outbox. *Pure.*"""

from __future__ import annotations

from datetime import datetime


class Undrained:
    """Tells when facts have waited for `seconds` and nobody settled any meanwhile.

    Whether somebody settled is seen by the stored moment changing; how long it did not is told by a clock that
    cannot be set. So it does not matter whose clock is wrong.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._settled_at: datetime | None = None
        self._since: float | None = None
        self._ours: datetime | None = None
        self.goes_on = False
        """whether we were the last to settle"""

    def is_over(self, waits: bool, settled_at: datetime | None, now: float) -> bool:
        """Whether it is time to drain it ourselves. `now` is a monotonic clock's, in seconds."""
        if not waits or self._since is None or settled_at != self._settled_at:
            self._since, self._settled_at = now, settled_at
        # Whoever was the last to settle goes on, until somebody else does.
        self.goes_on = settled_at is not None and settled_at == self._ours
        return waits and (self.goes_on or now - self._since >= self._seconds)

    def drained(self, settled_at: datetime | None) -> None:
        """We have, and left this moment."""
        self._ours = settled_at
