"""What a pause of a center would do at this moment: on which helplines it has a seat, and who is left to be rung."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import sqlalchemy as sa

from callrouter.directory.directory import Center, Directory
from callrouter.routing.explain import ExplainedCall, explain, for_any_state
from callrouter.wordings.sentences import spoken_seconds
from callrouter.wordings.versions import WordingsCache


class PauseEffect(NamedTuple):
    """A helpline on which the center has a seat. `without` is how many seats may be rung now if it pauses."""

    helpline: str
    seats: int
    now: int
    without: int


def pause_effects(
    connection: sa.Connection, directory: Directory, center: Center, call: ExplainedCall
) -> Iterator[PauseEffect]:
    """Each helpline on which the center has a seat, for callers whose state every seat serves."""
    spoken = spoken_seconds(WordingsCache().in_force(connection))
    for key, helpline in sorted(directory.helplines.items()):
        if any(seat.center == center.key for seat in helpline.seats):
            seats = explain(connection, directory, for_any_state(helpline), call, spoken)
            may_be_rung = [seat.seat.center for seat in seats if seat.may_be_rung]
            without = len(may_be_rung) - (center.key in may_be_rung)
            yield PauseEffect(key, len(seats), len(may_be_rung), without)
