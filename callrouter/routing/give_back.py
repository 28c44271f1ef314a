"""Reverses a decision whose leg was not accepted, and keeps it after all if the acceptance is reported late.

Hold the lock of the rotation. Running it again changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from callrouter.database import Session
from callrouter.routing.memory import RoutingMemory
from callrouter.routing.model import DecisionResult, DecisionRow
from callrouter.routing.rotation import Pool, undo
from callrouter.routing.rotation_state import Rotation, count_late, save, uncount

_READ = sa.select(DecisionRow.__table__).where(
    DecisionRow.helpline == sa.bindparam("helpline"),
    DecisionRow.call == sa.bindparam("call"),
    DecisionRow.attempt == sa.bindparam("attempt"),
    DecisionRow.center.is_not(None),
    DecisionRow.undone_after.is_(None),
)
_ADD_RESULT = sa.insert(DecisionResult)
GIVEN_BACK, UNDONE, KEPT = "given back", "undone", "kept"
_UPDATE = sa.update(DecisionRow).where(
    DecisionRow.helpline == sa.bindparam("of_helpline"), DecisionRow.number == sa.bindparam("of_number")
)


def give_back(
    session: Session, memory: RoutingMemory, rotation: Rotation, call: str, attempt: int, *, exactly: bool
) -> None:
    """Give back a decision whose leg was not accepted: it counts for no cap. A busy or failed one is undone
    `exactly`.
    """
    for taken in _taken(session, rotation, call, attempt):
        if not taken.given_back:
            position_of = memory.positions(session, rotation.helpline, [taken.center])
            uncount(rotation, position_of[taken.center], taken.day)
            _give_back(session, memory, rotation, taken, exactly=exactly)


def undo_late(session: Session, memory: RoutingMemory, rotation: Rotation, call: str, attempt: int) -> None:
    """Undo a decision that was given back without a result: its leg turned out to be busy or failed."""
    for taken in _taken(session, rotation, call, attempt):
        if taken.given_back:
            _give_back(session, memory, rotation, taken, exactly=True)


def keep_after_all(
    session: Session, memory: RoutingMemory, rotation: Rotation, call: str, attempt: int
) -> None:
    """Keep a decision that was given back without a result: its leg turned out to be accepted."""
    for taken in _taken(session, rotation, call, attempt):
        if taken.given_back:
            position_of = memory.positions(session, rotation.helpline, [taken.center])
            count_late(rotation, position_of[taken.center], taken.day)
            session.execute(
                _UPDATE, {"of_helpline": rotation.helpline, "of_number": taken.number, "given_back": False}
            )
            _add_result(session, rotation, taken.number, KEPT)
            save(session, rotation)


def _taken(session: Session, rotation: Rotation, call: str, attempt: int) -> Sequence[Any]:
    """The decision of this attempt, if it rang a center and was not undone."""
    attempted = {"helpline": rotation.helpline, "call": call, "attempt": attempt}
    return session.execute(_READ, attempted).all()


def _give_back(
    session: Session, memory: RoutingMemory, rotation: Rotation, taken: Any, *, exactly: bool
) -> None:
    if exactly:
        _undo(session, memory, rotation, taken)
    latest = rotation.credits.number if exactly else None
    decision = {"of_helpline": rotation.helpline, "of_number": taken.number}
    session.execute(_UPDATE, {**decision, "given_back": True, "undone_after": latest})
    _add_result(session, rotation, taken.number, UNDONE if exactly else GIVEN_BACK)
    save(session, rotation)


def _add_result(session: Session, rotation: Rotation, number: int, what: str) -> None:
    """Keep what became of the decision, in a row that never changes."""
    values = {"helpline": rotation.helpline, "number": number, "what": what, "after": rotation.credits.number}
    session.execute(_ADD_RESULT, values)


def _undo(session: Session, memory: RoutingMemory, rotation: Rotation, taken: Any) -> None:
    lineup = memory.stored_lineup(session, taken.lineup)
    position_of = memory.positions(session, rotation.helpline, [c.center for c in lineup.candidates])
    passed_over = {center for center, _ in json.loads(taken.passed_over)}
    pool = Pool.of(lineup.pool(taken.language, passed_over), position_of)
    undo(rotation.credits, pool, taken.number, [c.center for c in pool.candidates].index(taken.center))
