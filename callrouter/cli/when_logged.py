"""Waits until records are in the evidence log, which takes a second or two."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from callrouter.evidence.prove import NotLoggedYet

SECONDS_TO_BE_LOGGED = 10.0
LOOK_AGAIN_SECONDS = 0.2
T = TypeVar("T")


def when_logged(ask: Callable[[], T]) -> T:
    """What `ask` returns, as soon as it is logged. Raises NotLoggedYet if that takes too long."""
    until = time.monotonic() + SECONDS_TO_BE_LOGGED
    while True:
        try:
            return ask()
        except NotLoggedYet:
            if time.monotonic() > until:
                raise
        time.sleep(LOOK_AGAIN_SECONDS)
