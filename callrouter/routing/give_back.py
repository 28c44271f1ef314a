"""Taking a decision back: its leg was not accepted, or never rang; and keeping it after all, when that is told late.

Whoever does it holds the lock of the helpline's rotation row. Doing it again changes nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from callrouter.database import Session, sql
from callrouter.routing.memory import RoutingMemory
from callrouter.routing.rotation import Pool, undo
from callrouter.routing.row import Rotation, count_back, count_late, save

_READ = sql(
    "SELECT number, day, lineup, language, passed_over, center, given_back FROM decision"
    " WHERE helpline = :helpline AND call = :call AND attempt = :attempt AND center IS NOT NULL"
    " AND undone_after IS NULL"
)
_GIVE_BACK = sql(
    "UPDATE decision SET given_back = true, undone_after = :undone_after"
    " WHERE helpline = :helpline AND number = :number"
)
_KEEP = sql("UPDATE decision SET given_back = false WHERE helpline = :helpline AND number = :number")


@dataclass(frozen=True, slots=True)
class _Taken:
    """A decision that rang somebody, as it is stored."""

    number: int
    day: str
    lineup: str
    language: str
    passed_over: str
    center: str
    given_back: bool


def give_back(
    session: Session, memory: RoutingMemory, rotation: Rotation, call: str, attempt: int, *, exactly: bool
) -> None:
    """A decision whose leg was not accepted counts for no cap; a busy or failed one is undone `exactly`.

    Doing it again changes nothing. Whoever does it holds the rotation's lock.
    """
    for taken in _taken(session, rotation, call, attempt):
        if not taken.given_back:
            position_of = memory.positions(session, rotation.helpline, [taken.center])
            count_back(rotation, position_of[taken.center], taken.day)
            _give_back(session, memory, rotation, taken, exactly=exactly)


def undo_late(session: Session, memory: RoutingMemory, rotation: Rotation, call: str, attempt: int) -> None:
    """A decision that was given back, because nothing was heard of its leg, is undone: it was busy or failed."""
    for taken in _taken(session, rotation, call, attempt):
        if taken.given_back:
            _give_back(session, memory, rotation, taken, exactly=True)


def keep_after_all(
    session: Session, memory: RoutingMemory, rotation: Rotation, call: str, attempt: int
) -> None:
    """A decision that was given back, because nothing was heard of its leg, counts: it was accepted."""
    for taken in _taken(session, rotation, call, attempt):
        if taken.given_back:
            position_of = memory.positions(session, rotation.helpline, [taken.center])
            count_late(rotation, position_of[taken.center], taken.day)
            session.tell(_KEEP, helpline=rotation.helpline, number=taken.number)
            save(session, rotation)


def _taken(session: Session, rotation: Rotation, call: str, attempt: int) -> list[_Taken]:
    """The decision of this attempt, if it rang somebody and has not been undone."""
    rows = session.ask(_READ, helpline=rotation.helpline, call=call, attempt=attempt)
    return [_Taken(*row) for row in rows]


def _give_back(
    session: Session, memory: RoutingMemory, rotation: Rotation, taken: _Taken, *, exactly: bool
) -> None:
    if exactly:
        _undo(session, memory, rotation, taken)
    latest = rotation.credits.number if exactly else None
    session.tell(_GIVE_BACK, helpline=rotation.helpline, number=taken.number, undone_after=latest)
    save(session, rotation)


def _undo(session: Session, memory: RoutingMemory, rotation: Rotation, taken: _Taken) -> None:
    lineup = memory.stored_lineup(session, taken.lineup)
    position_of = memory.positions(session, rotation.helpline, [c.center for c in lineup.candidates])
    passed_over = {center for center, _ in json.loads(taken.passed_over)}
    pool = Pool.of(lineup.pool(taken.language, passed_over), position_of)
    undo(rotation.credits, pool, taken.number, [c.center for c in pool.candidates].index(taken.center))
