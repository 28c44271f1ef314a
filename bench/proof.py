"""Proof that the measured work was done: what stands in the database afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench.servers import CallrouterServer

_STORED = """
SELECT (SELECT count(*) FROM call), (SELECT count(*) FROM decision WHERE center IS NOT NULL),
    (SELECT count(*) FROM leg), (SELECT count(*) FROM inbox),
    (SELECT count(*) FROM outbox WHERE fact = 'disclosed' AND what IN ('greeting', 'connecting'))
"""


class NotDone(Exception):
    """What was measured was not the work that it is said to be."""


def expect(what: str, found: Any, wanted: Any) -> None:
    """Raises NotDone where the two differ."""
    if found != wanted:
        raise NotDone(f"{what}: {wanted} were to be there, and {found} are")


@contextmanager
def calls_proved(web: CallrouterServer, calls: int) -> Iterator[None]:
    """In the block so many calls are stored, each with its decision, leg, two callbacks and two told facts."""
    [before] = web.asked(_STORED)
    yield
    [after] = web.asked(_STORED)
    new = tuple(now - then for now, then in zip(after, before, strict=True))
    expect("calls, decisions, legs, callbacks, told facts", new, (calls, calls, calls, 2 * calls, 2 * calls))
