"""A clock that many live by: each goes on when its moment has come, one at a time, in an order that is always the same.

Whoever advances the clock waits, and everybody whose moment comes earlier goes on first. So calls overlap as they do
in reality, and a run can be repeated.
"""

from __future__ import annotations

import heapq
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count

from simulator import VirtualClock

Deed = Callable[[], None]


class _Over(BaseException):
    """Nobody waits for this one any more."""


class _Participant:
    """Somebody who lives by the clock, in a thread that runs only when it is their turn."""

    def __init__(self, deed: Deed) -> None:
        self.deed = deed
        self.thread: threading.Thread | None = None
        self._turn = threading.Lock()
        self._turn.acquire()

    def goes_on(self) -> None:
        self._turn.release()

    def waits(self) -> None:
        self._turn.acquire()


class Timeline(VirtualClock):
    """The time, and everybody who waits for it."""

    def __init__(self, start: datetime) -> None:
        super().__init__(start)
        self._waiting: list[tuple[datetime, int, _Participant | Deed]] = []
        self._numbers = count()
        self._main = _Participant(lambda: None)
        self._now_on = self._main
        self._until = start
        self._at_once = False
        self._failure: BaseException | None = None
        self._over = False

    def joins(self, deed: Deed, after: float = 0.0) -> None:
        """Do this, beside everything else, so many seconds from now."""
        self._waits(_Participant(deed), self._now + timedelta(seconds=after))

    def does(self, deed: Deed, after: float) -> None:
        """Do this so many seconds from now. It takes no time, and so costs no thread of its own."""
        self._waits(deed, self._now + timedelta(seconds=after))

    def advance(self, seconds: float) -> None:
        self.advance_to(self._now + timedelta(seconds=max(seconds, 0.0)))

    def advance_to(self, moment: datetime) -> None:
        if moment <= self._now:
            return
        if self._at_once:
            raise RuntimeError("what is done at once takes no time")
        me = self._now_on
        if me is self._main:
            self.runs(moment)
            return
        self._waits(me, moment)
        self._lets_the_next(me)
        if self._over:
            raise _Over

    def runs(self, until: datetime) -> None:
        """Let everybody go on until this moment. What one of them fails with is raised here."""
        self._until = until
        self._lets_the_next(self._main)
        if self._failure:
            raise self._failure
        self._now = max(self._now, until)

    def ends(self) -> None:
        """Nobody goes on any more."""
        self._over = True
        while self._waiting:
            _, _, left = heapq.heappop(self._waiting)
            if isinstance(left, _Participant) and left.thread:
                self._now_on = left
                left.goes_on()
                left.thread.join()

    def _waits(self, who: _Participant | Deed, moment: datetime) -> None:
        heapq.heappush(self._waiting, (moment, next(self._numbers), who))

    def _lets_the_next(self, me: _Participant) -> None:
        """Whoever is next goes on, and `me` waits, unless that is the same."""
        self._now_on = self._next()
        if self._now_on is me:
            return
        self._wakes(self._now_on)
        me.waits()

    def _next(self) -> _Participant:
        """Whoever is next, after everything that is done at once before."""
        while not self._failure and self._waiting and self._waiting[0][0] <= self._until:
            self._now, _, following = heapq.heappop(self._waiting)
            if isinstance(following, _Participant):
                return following
            self._does_at_once(following)
        return self._main

    def _does_at_once(self, deed: Deed) -> None:
        self._at_once = True
        try:
            deed()
        except BaseException as failure:  # raised where the timeline is run
            self._failure = failure
        self._at_once = False

    def _wakes(self, who: _Participant) -> None:
        if who.thread is None and who is not self._main:
            who.thread = threading.Thread(target=self._lives, args=(who,), daemon=True)
            who.thread.start()
        else:
            who.goes_on()

    def _lives(self, who: _Participant) -> None:
        try:
            who.deed()
        except _Over:
            return
        except BaseException as failure:  # raised where the timeline is run
            self._failure = failure
        self._now_on = self._next()
        self._wakes(self._now_on)
