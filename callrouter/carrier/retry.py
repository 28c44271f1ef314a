"""Retries read requests while the carrier is busy, broken or unreachable.

Otherwise one lost answer would restart a read of thousands of calls. A request that changes something is sent once;
its error says whether it may be sent again (see `callrouter/telephony.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from callrouter.carrier.http_transport import (
    CarrierResponse,
    CarrierTransport,
    NoAnswer,
    NotConnected,
    Request,
)

PAUSES = (1.0, 2.0, 4.0, 8.0)
"""seconds before each retry; after the last one the result stands"""
LONGEST_PAUSE = 30.0
"""if the carrier asks for a longer pause, the request fails"""


class RetryingTransport:
    """A transport that retries read requests after a pause. `wait` waits for some seconds."""

    def __init__(self, transport: CarrierTransport, wait: Callable[[float], object]) -> None:
        self._transport, self._wait = transport, wait

    def send(self, request: Request) -> CarrierResponse:
        for usual in PAUSES if request.method == "GET" else ():
            try:
                answer = self._transport.send(request)
            except (NotConnected, NoAnswer):
                self._wait(usual)
                continue
            pause = _pause_after(answer, usual)
            if pause is None:
                return answer
            self._wait(pause)
        return self._transport.send(request)


def _pause_after(answer: CarrierResponse, usual: float) -> float | None:
    """How long to wait before a retry. None if a retry is useless. *Pure.*"""
    if answer.status != HTTPStatus.TOO_MANY_REQUESTS and answer.status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return None
    pause = max(usual, _retry_after(answer))
    return pause if pause <= LONGEST_PAUSE else None


def _retry_after(answer: CarrierResponse) -> float:
    """The seconds that the carrier asks for. 0 for a date, or for anything that cannot be parsed."""
    seconds = next((value for name, value in answer.headers.items() if name.lower() == "retry-after"), "")
    return float(seconds) if seconds.isascii() and seconds.isdecimal() else 0.0
