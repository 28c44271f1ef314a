"""Reads and writes calls and their legs, under the lock of the call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from callrouter.calls.model import Call, Leg
from callrouter.database import Result, Session
from callrouter.directory.model import DirectoryHead
from callrouter.events.inbox import ANSWER_OF
from callrouter.privacy.pseudonyms import PSEUDONYM_OF_VALUE
from callrouter.wordings.model import WordingsHead

_COLUMNS = tuple(column.name for column in Call.__table__.c)
_LEG_COLUMNS = tuple(column.name for column in Leg.__table__.c)
_FIXED = frozenset(
    {
        "sid",
        "arrived_at",
        "dialled",
        "listing",
        "caller",
        "caller_pseudonym",
        "caller_erased_at",
        "state",
        "simulated",
        "directory_version",
        "wordings_version",
    }
)
_FIXED_OF_LEG = frozenset(
    {
        "call",
        "number",
        "only_center",
        "center",
        "partner",
        "kind",
        "name",
        "phone",
        "ring_seconds",
        "screens",
        "began_at",
    }
)
_MAY_CHANGE = tuple(name for name in _COLUMNS if name not in _FIXED)
_MAY_CHANGE_OF_LEG = tuple(name for name in _LEG_COLUMNS if name not in _FIXED_OF_LEG)

LOCK_CALL = sa.select(Call.__table__).where(Call.sid == sa.bindparam("sid")).with_for_update()
READ_LEGS = sa.select(Leg.__table__).where(Leg.call == sa.bindparam("sid")).order_by(Leg.number)
_ADD_CALL = sa.insert(Call).values(
    caller_pseudonym=PSEUDONYM_OF_VALUE,
    # Null, and so refused, unless the call was decided under the directory and the wordings in force.
    directory_version=sa.select(DirectoryHead.version)
    .where(DirectoryHead.version == sa.bindparam("decided_by"))
    .scalar_subquery(),
    wordings_version=sa.select(WordingsHead.version)
    .where(WordingsHead.version == sa.bindparam("spoken_by"))
    .scalar_subquery(),
)
_SAVE_CALL = sa.update(Call).where(Call.sid == sa.bindparam("of_sid"))
_ADD_LEG = sa.insert(Leg)
_SAVE_LEG = sa.update(Leg).where(Leg.call == sa.bindparam("of_call"), Leg.number == sa.bindparam("of_number"))


def lock_call(session: Session, sid: str) -> Call | None:
    """Return a call with its legs and lock it until the transaction ends. None if there is none."""
    call = session.execute(LOCK_CALL, {"sid": sid})
    return _from_results(call, session.execute(READ_LEGS, {"sid": sid}))


def lock_call_for(session: Session, sid: str, key: str) -> tuple[Call | None, Any]:
    """Lock a call, and return the stored answer (a row of the inbox) if this callback came before."""
    call, legs = session.execute(LOCK_CALL, {"sid": sid}), session.execute(READ_LEGS, {"sid": sid})
    seen = session.execute(ANSWER_OF, {"call": sid, "key": key})
    return _from_results(call, legs), seen.one_or_none()


def _from_results(call: Result, legs: Result) -> Call | None:
    row = call.one_or_none()
    return call_of(row._asdict(), legs_of(legs)) if row else None


def call_of(values: Mapping[str, Any], legs: list[Leg]) -> Call:
    """The call, from the values of all of its columns."""
    call: Call = _loaded(Call, values)
    call.legs = legs
    return call


def legs_of(rows: Iterable[Any]) -> list[Leg]:
    """Convert the rows of READ_LEGS."""
    return [_loaded(Leg, row._asdict()) for row in rows]


def _loaded(table: type[Any], values: Mapping[str, Any]) -> Any:
    """An object of a row, made as SQLAlchemy makes those that it loads: its constructor takes 50 µs for a call."""
    made = sa.inspect(table).class_manager.new_instance()
    vars(made).update(values)
    return made


def add(session: Session, call: Call, match_value: bytes | None) -> None:
    """Store a new call, with the pseudonym that the caller's match value leads to; None: the number is withheld.

    The commit raises StaleVersion if a newer directory, or newer wordings, are in force.
    """
    values = {name: getattr(call, name) for name in _COLUMNS if name != "caller_pseudonym"}
    decided_by, spoken_by = values.pop("directory_version"), values.pop("wordings_version")
    parameters = {"decided_by": decided_by, "spoken_by": spoken_by, "match_value": match_value}
    session.execute(_ADD_CALL, {**parameters, **values})


def save(session: Session, call: Call) -> None:
    """Store the columns of a call that may change."""
    session.execute(_SAVE_CALL, {"of_sid": call.sid, **{name: getattr(call, name) for name in _MAY_CHANGE}})


def add_leg(session: Session, leg: Leg) -> None:
    """Store a new leg. The database refuses a leg to another center than the listing's."""
    session.execute(_ADD_LEG, {name: getattr(leg, name) for name in _LEG_COLUMNS})


def save_leg(session: Session, leg: Leg) -> None:
    """Store the columns of a leg that may change."""
    values = {name: getattr(leg, name) for name in _MAY_CHANGE_OF_LEG}
    session.execute(_SAVE_LEG, {"of_call": leg.call, "of_number": leg.number, **values})


def correct_carrier_seconds(session: Session, sid: str, seconds: int) -> None:
    """Store the length of the call that the carrier's records show."""
    session.execute(_SAVE_CALL, {"of_sid": sid, "carrier_seconds": seconds})


def correct_leg_seconds(session: Session, sid: str, number: int, seconds: int) -> None:
    """Store the talk time of a leg that the carrier's records show."""
    session.execute(_SAVE_LEG, {"of_call": sid, "of_number": number, "talk_seconds": seconds})
