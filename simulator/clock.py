"""Time that passes only when something takes time: a call of five minutes is over at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class VirtualClock:
    """A time that the simulated carrier moves on, and that the application under test may read too."""

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("a clock starts at a time with a zone, for example datetime.now(UTC)")
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def advance(self, seconds: float) -> None:
        """Moves on by this many seconds; never back."""
        self._now += timedelta(seconds=max(seconds, 0.0))

    def advance_to(self, moment: datetime) -> None:
        """Moves on to this moment, or stays where it is already past."""
        self._now = max(self._now, moment)


class PacedClock(VirtualClock):
    """A virtual clock for people who watch: its time passes `speed` times as fast as theirs."""

    def __init__(self, start: datetime, speed: float, wait: Callable[[float], object] = time.sleep) -> None:
        super().__init__(start)
        self._speed, self._wait = speed, wait

    def advance(self, seconds: float) -> None:
        self._wait(max(seconds, 0.0) / self._speed)
        super().advance(seconds)

    def advance_to(self, moment: datetime) -> None:
        self.advance((moment - self.now()).total_seconds())
