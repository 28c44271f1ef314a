"""An answer that everybody who asks within a moment shares: twenty people who watch cost as much as one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class SharedAnswer(Generic[Answer]):
    """Asks again once its answer is old. Those who ask meanwhile wait for the one who asks."""

    def __init__(self, ask: Callable[[datetime], Answer], lasts: timedelta) -> None:
        self._ask = ask
        self._lasts = lasts
        self._lock = threading.Lock()
        self._known: tuple[datetime, Answer] | None = None

    def at(self, now: datetime) -> Answer:
        """The answer of now, or of a moment ago."""
        with self._lock:
            if self._known is None or not self._known[0] <= now < self._known[0] + self._lasts:
                self._known = now, self._ask(now)
            return self._known[1]
