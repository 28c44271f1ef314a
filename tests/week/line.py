"""What lies between the carrier and us in the week: requests take their time, and now and then something is lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from random import Random

from callrouter.carrier.http_transport import CarrierResponse, CarrierTransport, Request
from simulator import ConnectionFailed, Fields, Transport, WebhookResponse
from simulator.rest.api_faults import ApiFaults
from tests.week.timeline import Timeline

_PROMPT = re.compile(rb'<Gather action="[^"]*/twilio/([a-z]+)/')

ANSWERS_LOST = 0.002
DEATHS = 0.01
SLOW = 0.01


class Killed(BaseException):
    """The worker was killed while it asked the carrier."""


class Line:
    """Brings the requests of one call to our server, and remembers what the caller was last asked."""

    def __init__(self, transport: Transport, timeline: Timeline, luck: Random) -> None:
        self._transport = transport
        self._timeline = timeline
        self._luck = luck
        self._lost_before = False
        self.prompt = ""
        """the path that the keys of the latest prompt are told to"""

    def post(self, url: str, fields: Fields, headers: Mapping[str, str]) -> WebhookResponse:
        self._timeline.advance(self._luck.uniform(0.05, 0.4))
        reply = self._transport.post(url, fields, headers)
        # Never twice in a row: the carrier asks once more, and that answer has to be the same.
        self._lost_before = not self._lost_before and self._luck.random() < ANSWERS_LOST
        if self._lost_before:
            raise ConnectionFailed("the answer was lost")
        prompt = _PROMPT.search(reply.body)
        if prompt:
            self.prompt = prompt[1].decode()
        return reply


class SlowWire:
    """The way of our workers to the carrier: it takes time, and they may be killed before and after."""

    def __init__(
        self, transport: CarrierTransport, timeline: Timeline, luck: Random, placed: Callable[[], None]
    ) -> None:
        self._transport = transport
        self._timeline = timeline
        self._luck = luck
        self._placed = placed

    def send(self, request: Request) -> CarrierResponse:
        self._takes_time()
        try:
            answered = self._transport.send(request)
        finally:
            self._placed()
        self._takes_time()
        return answered

    def _takes_time(self) -> None:
        if self._luck.random() < DEATHS:
            raise Killed
        slow = self._luck.random() < SLOW
        self._timeline.advance(self._luck.uniform(3.0, 4.5) if slow else self._luck.uniform(0.05, 0.5))


def worse(knobs: ApiFaults, luck: Random) -> None:
    """The carrier's REST side gets into another mood, mostly a good one."""
    knobs.calls_a_second, knobs.down, knobs.behind = 1, False, luck.uniform(0.0, 5.0)
    mood = luck.choices(("well", "broken", "losing", "down", "behind", "full"), (60, 10, 10, 6, 8, 6))[0]
    if mood == "broken":
        knobs.errors = luck.randint(1, 6)
    elif mood == "losing":
        knobs.lost = luck.randint(1, 4)
    elif mood == "behind":
        knobs.behind = luck.uniform(20.0, 60.0)
    elif mood == "full":
        knobs.calls_a_second = 0
    knobs.down = mood == "down"
