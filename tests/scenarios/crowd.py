"""Many callers at the same time: each in a thread, with a carrier and a clock of its own, at one helpline."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Lock

from simulator import (
    Caller,
    CenterBehavior,
    CenterBehaviors,
    Fields,
    SimulatedCall,
    SimulatedCarrier,
    VirtualClock,
    WebhookResponse,
    Webhooks,
)
from tests.scenarios.world import ACCOUNT, ORIGIN, START, World
from tests.simulator.wsgi import WsgiTransport

Behaviors = Mapping[str, CenterBehavior]
LONGEST_WAIT = 60


class Together:
    """Requests for the end of a dialing wait until every call has come so far, or has ended before."""

    def __init__(self, calls: int) -> None:
        self._missing = calls
        self._lock = Lock()
        self.all_are_here = Event()
        self.go_on = Event()

    def one_more(self) -> None:
        with self._lock:
            self._missing -= 1
            if not self._missing:
                self.all_are_here.set()


class WaitingTransport:
    """Brings requests to the door; the first end of a dialing waits for the others."""

    def __init__(self, world: World, together: Together) -> None:
        self._transport = WsgiTransport(world.app)
        self._together = together
        self._has_waited = False

    def post(self, url: str, fields: Fields, headers: Mapping[str, str]) -> WebhookResponse:
        if "/dialled/" in url and not self._has_waited:
            self.waits()
        return self._transport.post(url, fields, headers)

    def waits(self) -> None:
        self._has_waited = True
        self._together.one_more()
        assert self._together.go_on.wait(LONGEST_WAIT)

    def ends(self) -> None:
        if not self._has_waited:
            self.waits()


def call_at_once(
    world: World,
    dialled: list[str],
    behaviors: Behaviors,
    at_the_peak: Callable[[], None] = lambda: None,
    first: int = 1,
) -> list[SimulatedCall]:
    """Each number is dialed by a caller of its own, all at once; when all are being tried, something is done.

    Callers and their calls are numbered from the `first` on.
    """
    together = Together(len(dialled))

    def call(order: int, number: str) -> SimulatedCall:
        transport = WaitingTransport(world, together)
        carrier = SimulatedCarrier(ACCOUNT, Webhooks.of(ORIGIN), transport, VirtualClock(START), seed=order)
        story = carrier.place_call(number, Caller(f"+1310555{order:04d}"), CenterBehaviors(behaviors))
        transport.ends()
        return story

    with ThreadPoolExecutor(len(dialled)) as crowd:
        calls = [crowd.submit(call, order, number) for order, number in enumerate(dialled, first)]
        try:
            assert together.all_are_here.wait(LONGEST_WAIT)
            at_the_peak()
        finally:
            together.go_on.set()
        return [each.result() for each in calls]


def at_the_same_moment(deed: Callable[[], WebhookResponse], times: int) -> list[WebhookResponse]:
    """The same thing done by so many threads that begin together."""
    barrier = Barrier(times)

    def one() -> WebhookResponse:
        barrier.wait(LONGEST_WAIT)
        return deed()

    with ThreadPoolExecutor(times) as threads:
        return [each.result() for each in [threads.submit(one) for _ in range(times)]]
