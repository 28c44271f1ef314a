"""Percentiles of waits that were counted in steps: between which seconds they are. *Pure.*"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import NamedTuple

from callrouter.figures.model import WAIT_BOUNDS


class WaitRange(NamedTuple):
    """A percentile is more than `above` seconds and at most `most`; `most` None: longer than is told apart.

    In the first step `above` is 0, and a wait of 0 seconds is in it.
    """

    above: int
    most: int | None


def wait_percentile(waits: Sequence[int], share: float) -> WaitRange | None:
    """The range of the smallest wait that at least this share of the calls did not exceed. None: nobody waited.

    `waits` are numbers of calls in the steps of `WAIT_BOUNDS`, and then of longer waits.
    """
    rank = max(ceil(sum(waits) * share), 1)
    counted = 0
    for step, calls in enumerate(waits):
        counted += calls
        if counted >= rank:
            return WaitRange((0, *WAIT_BOUNDS)[step], (*WAIT_BOUNDS, None)[step])
    return None
