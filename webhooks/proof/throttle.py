"""How often codes may be tried: by one client address, and by all together. In memory, for this process.

Each limit is a bucket of attempts that fills up again all the time, so a flood that has ended keeps nobody waiting.
Addresses that have tried wrong codes lately share one bucket, and all others another: who guesses takes nothing from
who has not.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil
from threading import Lock

PREFIX_OF_A_HOUSEHOLD = 64
"""bits of an IPv6 address: who has one has all that begin so"""


@dataclass(frozen=True, slots=True)
class Limit:
    """So many attempts at once, and one more each `seconds`."""

    attempts: int
    seconds: float


OF_AN_ADDRESS = Limit(10, 60.0)
OF_ALL = Limit(100, 0.5)
MOST_ADDRESSES = 10_000
"""in memory; then the one that tried the longest ago is forgotten, and the limit of all together holds"""


class Bucket:
    """Attempts that are left."""

    def __init__(self, limit: Limit, now: float) -> None:
        self._limit, self._left, self._at = limit, float(limit.attempts), now

    def seconds_until_next(self, now: float) -> float:
        """0: there is an attempt now."""
        return max(1 - self._filled(now), 0.0) * self._limit.seconds

    def is_full(self, now: float) -> bool:
        return self._filled(now) >= self._limit.attempts

    def take(self, now: float) -> None:
        self._left, self._at = self._filled(now) - 1, now

    def give_back(self, now: float) -> None:
        self._left, self._at = min(self._filled(now) + 1, self._limit.attempts), now

    def _filled(self, now: float) -> float:
        return min(self._left + (now - self._at) / self._limit.seconds, self._limit.attempts)


class CodeAttempt:
    """One attempt that was let through. A right code gives it back."""

    def __init__(self, buckets: tuple[Bucket, ...]) -> None:
        self.buckets = buckets


class TooManyCodes(Exception):
    """The code is not looked up. Another attempt may be made after so many whole seconds."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"another attempt may be made in {seconds} seconds")
        self.seconds = seconds


class Throttle:
    """Lets attempts through. `clock` is in seconds and never goes back."""

    def __init__(
        self, clock: Callable[[], float], of_an_address: Limit = OF_AN_ADDRESS, of_all: Limit = OF_ALL
    ) -> None:
        self._clock, self._of_an_address = clock, of_an_address
        self._newcomers, self._guessers = Bucket(of_all, clock()), Bucket(of_all, clock())
        self._addresses: OrderedDict[str, Bucket] = OrderedDict()
        self._lock = Lock()

    def let_through(self, address: str) -> CodeAttempt:
        """Count an attempt. Raises TooManyCodes."""
        with self._lock:
            now = self._clock()
            own = self._bucket(household(address), now)
            shared = self._newcomers if own.is_full(now) else self._guessers
            wait = max(own.seconds_until_next(now), shared.seconds_until_next(now))
            if wait > 0:
                raise TooManyCodes(ceil(wait))
            for bucket in (own, shared):
                bucket.take(now)
            return CodeAttempt((own, shared))

    def give_back(self, attempt: CodeAttempt) -> None:
        """The code was right: it counts for nothing."""
        with self._lock:
            for bucket in attempt.buckets:
                bucket.give_back(self._clock())

    def _bucket(self, address: str, now: float) -> Bucket:
        found = self._addresses.pop(address, None) or Bucket(self._of_an_address, now)
        self._addresses[address] = found
        if len(self._addresses) > MOST_ADDRESSES:
            self._addresses.popitem(last=False)
        return found


def household(address: str) -> str:
    """What is counted together: an IPv4 address, or the network of an IPv6 address."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return address
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ip_network((found, PREFIX_OF_A_HOUSEHOLD), strict=False))
