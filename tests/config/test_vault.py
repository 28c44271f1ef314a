"""How the ring of vault keys is read again in a process that runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from config.vault import PAUSE_SECONDS, RingReader

RING = {"new": b"n" * 32}


@dataclass
class Source:
    """What reading returns, one after the other, at a time that the test sets."""

    rings: list[Mapping[str, bytes]]
    now: float = field(default=0.0)

    def read(self) -> Mapping[str, bytes]:
        return self.rings.pop(0)

    def clock(self) -> float:
        return self.now


def test_after_a_failure_callers_do_not_wait_for_a_ring_again_for_some_seconds() -> None:
    source = Source([{}, RING])
    reader = RingReader(source.read, source.clock)
    assert reader() == {}
    source.now = PAUSE_SECONDS - 0.1
    assert (reader(), len(source.rings)) == ({}, 1)
    source.now = PAUSE_SECONDS
    assert reader() == RING


def test_a_ring_that_can_be_read_is_read_whenever_it_is_asked_for() -> None:
    source = Source([RING, RING])
    reader = RingReader(source.read, source.clock)
    assert (reader(), reader()) == (RING, RING)
