"""Has the simulated carrier place a call, for somebody who watches it. There is no such thing at a real carrier.

The simulated carrier is a process of its own; it is asked over HTTP, signed in as for everything else.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlencode

from callrouter.carrier.http_transport import CarrierTransport, HttpTransport, NoAnswer, NotConnected, Request
from callrouter.errors import CallRouterError

TRIAL_CALLS = "/simulated/calls"
FORM = "application/x-www-form-urlencoded"
AT_ONCE = 0
"""written for a speed: the call takes no time"""


class TrialNotPlaced(CallRouterError):
    """The simulated carrier did not place the call. The text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class TrialCall:
    """A call to try. `keys` are pressed at one prompt after another, as in `callrouter call --press`.

    `behaviors` says what a telephone does that is rung, as in `callrouter call --center`: `answer:60`, `busy`, …
    The call passes `speed` times as fast as real ones; `AT_ONCE`: it takes no time.
    """

    number: str
    caller: str = field(repr=False)
    keys: str = ""
    behaviors: Mapping[str, str] = field(default_factory=dict)
    speed: int = AT_ONCE


class TrialCalls:
    """The simulated carrier at an origin."""

    def __init__(
        self, account: str, token: str, origin: str, transport: CarrierTransport | None = None
    ) -> None:
        self._origin = origin
        self._transport = transport or HttpTransport()
        words = b64encode(f"{account}:{token}".encode()).decode()
        self._headers = {"Authorization": f"Basic {words}", "Content-Type": FORM}

    def place(self, call: TrialCall) -> str:
        """Begin a call, and return its CallSid at once. Raises TrialNotPlaced."""
        fields = [("To", call.number), ("From", call.caller), ("Keys", call.keys), ("Speed", str(call.speed))]
        fields += [("Behavior", f"{phone}={behavior}") for phone, behavior in call.behaviors.items()]
        request = Request("POST", self._origin + TRIAL_CALLS, self._headers, urlencode(fields).encode())
        try:
            answer = self._transport.send(request)
        except (NotConnected, NoAnswer):
            raise TrialNotPlaced(
                f"no simulated carrier answers at {self._origin}: start everything with `make run`"
            ) from None
        told = json.loads(answer.body or b"{}")
        if answer.status != HTTPStatus.CREATED:
            raise TrialNotPlaced(f"the simulated carrier did not place the call: {told.get('message')}")
        return str(told["sid"])
