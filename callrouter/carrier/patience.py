"""Asking again where only reading is asked for: a carrier that is busy, broken or out of reach gets some time.

Whoever reads thousands of calls page by page would else begin anew for one lost answer. What changes something at the
carrier is asked once: whether it may be asked again, the error decides (see `callrouter/telephony.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from callrouter.carrier.wire import Answered, NoAnswer, NotConnected, Request, Wire

PAUSES = (1.0, 2.0, 4.0, 8.0)
"""seconds before a request is made again; after the last of them, what it comes to is so"""
LONGEST_PAUSE = 30.0
"""a carrier that wants to be left alone for longer is asked another day"""


class Patient:
    """A wire that makes a request to read again, after a pause; `wait` lets so many seconds pass."""

    def __init__(self, wire: Wire, wait: Callable[[float], object]) -> None:
        self._wire, self._wait = wire, wait

    def send(self, request: Request) -> Answered:
        for usual in PAUSES if request.method == "GET" else ():
            try:
                answer = self._wire.send(request)
            except (NotConnected, NoAnswer):
                self._wait(usual)
                continue
            pause = _pause_after(answer, usual)
            if pause is None:
                return answer
            self._wait(pause)
        return self._wire.send(request)


def _pause_after(answer: Answered, usual: float) -> float | None:
    """How long to wait before the same is asked again; None where that would be no use. *Pure.*"""
    if answer.status != HTTPStatus.TOO_MANY_REQUESTS and answer.status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return None
    pause = max(usual, _retry_after(answer))
    return pause if pause <= LONGEST_PAUSE else None


def _retry_after(answer: Answered) -> float:
    """The seconds that the carrier asks for; a date, or nothing that is understood, asks for none."""
    told = next((value for name, value in answer.headers.items() if name.lower() == "retry-after"), "")
    return float(told) if told.isascii() and told.isdecimal() else 0.0
