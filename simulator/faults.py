"""The faults of the simulated carrier, and the callbacks that they affect."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random, SystemRandom
from typing import Literal

from simulator.clock import VirtualClock


def random_source(seed: int | None) -> Random:
    """A source of random numbers: the same again for the same seed, unforeseeable without one."""
    return SystemRandom() if seed is None else Random(seed)  # noqa: S311 - decides about faults, not about secrets


@dataclass(frozen=True)
class Faults:
    """The faults. None of them changes the order of the requests for documents, which wait for each other.

    duplicate      how often each status callback is sent in all
    shuffle        a callback may come after later ones, and after the end of the call
    drop           the probability with which a callback is lost
    delay          the most seconds by which a callback comes late
    repeat         how often each request for a document is sent in all
    replay         sends all requests for documents again when everything is over
    down           the requests for documents, counted from 1, that do not reach our server
    left_leg       what becomes of a leg whose caller leaves while it rings
    left_whisper   what becomes of a leg whose caller leaves while the center listens to the whisper
    tells_bridged  False for the older payload without `DialBridged`
    """

    seed: int = 0
    duplicate: int = 1
    shuffle: bool = False
    drop: float = 0.0
    delay: float = 0.0
    repeat: int = 1
    replay: bool = False
    down: frozenset[int] = frozenset()
    left_leg: Literal["canceled", "no-answer"] = "canceled"
    left_whisper: Literal["canceled", "no-answer", "completed"] = "canceled"
    tells_bridged: bool = True


NO_FAULTS = Faults()


@dataclass(frozen=True, eq=False)
class PendingCallback:
    """A status callback under way: not before `due`, and, where it is `loose`, at any later occasion."""

    due: datetime
    loose: bool
    send: Callable[[], None]


class CallbackQueue:
    """Status callbacks on their way to us; without faults each arrives at once."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._waiting: list[PendingCallback] = []

    def post(self, send: Callable[[], None], faults: Faults, random: Random) -> None:
        """Sends a callback on its way, once or several times or not at all, and delivers what is due."""
        if random.random() >= faults.drop:
            for _ in range(faults.duplicate):
                due = self._clock.now() + timedelta(seconds=random.uniform(0.0, faults.delay))
                self._waiting.append(PendingCallback(due, faults.shuffle, send))
        self.deliver_due(random)

    def deliver_due(self, random: Random) -> None:
        """Delivers what is due by now; of the loose ones some, in any order."""
        now = self._clock.now()
        for callback in self._in_order(random):
            if callback.due <= now and not (callback.loose and random.randrange(2)):
                self._deliver(callback)

    def deliver_all(self, random: Random) -> None:
        """Delivers everything; the clock moves on to the time at which the last one is due."""
        while self._waiting:
            for callback in self._in_order(random):
                self._clock.advance_to(callback.due)
                self._deliver(callback)

    def _in_order(self, random: Random) -> list[PendingCallback]:
        waiting = sorted(self._waiting, key=lambda callback: callback.due)
        if any(callback.loose for callback in waiting):
            random.shuffle(waiting)
        return waiting

    def _deliver(self, callback: PendingCallback) -> None:
        # Sending may place another call, whose own callbacks pass through here meanwhile.
        if callback in self._waiting:
            self._waiting.remove(callback)
            callback.send()
