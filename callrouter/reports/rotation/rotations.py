"""Verifies rotations: recomputes every decision, and measures the distance from the fair shares."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypedDict

import sqlalchemy as sa

from callrouter.directory.faults import closest
from callrouter.errors import NotKnown
from callrouter.routing.model import RotationRow
from callrouter.routing.replay import ReplayResult, replay_helpline
from callrouter.routing.rotation import UNITS


class VerifiedRotation(TypedDict):
    """The result for a helpline.

    `disagreements` counts the stored decisions that the replay does not confirm; `first_disagreement` is the number
    of the first. `credits_agree` says whether the replay leads to the stored credits. `largest_credit` is the
    greatest distance of any seat from its fair share, in calls.
    """

    helpline: str
    decisions: int
    disagreements: int
    first_disagreement: int | None
    credits_agree: bool
    largest_credit: str
    agrees: bool


def verified_rotations(connection: sa.Connection, helpline: str | None = None) -> Iterator[VerifiedRotation]:
    """Verify each helpline with decisions, or this one. Raises NotKnown if it has none."""
    query = sa.select(RotationRow.helpline).order_by(RotationRow.helpline)
    known = list(connection.execute(query).scalars())
    if helpline is not None and helpline not in known:
        meant = closest(helpline, tuple(known))
        hint = f"did you mean {meant}?" if meant else "`callrouter directory dump` shows the helplines"
        raise NotKnown(f"no decision was taken for a helpline {helpline!r}: {hint}")
    for key in known if helpline is None else [helpline]:
        yield _verified(key, replay_helpline(connection, key))


def _verified(helpline: str, replayed: ReplayResult) -> VerifiedRotation:
    first = next(iter(replayed.disagreements), None)
    return VerifiedRotation(
        helpline=helpline,
        decisions=replayed.decisions,
        disagreements=len(replayed.disagreements),
        first_disagreement=first.number if first else None,
        credits_agree=replayed.credits_agree,
        largest_credit=f"{replayed.largest_credit / UNITS:.3f}",
        agrees=replayed.agrees,
    )
