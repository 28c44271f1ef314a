"""Reads and writes a helpline's rotation: its credits, and the calls of each seat today and this month."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from callrouter.database import Session
from callrouter.directory.directory import Helpline, Seat
from callrouter.routing.eligibility import DAILY_CAP, MONTHLY_CAP
from callrouter.routing.model import (
    POSSIBLY_UNAVAILABLE,
    Availability,
    DecisionRow,
    RotationRow,
    SeatPosition,
)
from callrouter.routing.rotation import Credits

_STATE = sa.select(RotationRow.__table__).where(RotationRow.helpline == sa.bindparam("helpline"))
_LOCK = _STATE.with_for_update()
_UNAVAILABLE = sa.select(
    Availability.center, Availability.calls_in_progress, Availability.paused_until
).where(POSSIBLY_UNAVAILABLE)
_START = insert(RotationRow).on_conflict_do_nothing(index_elements=["helpline"])
_SAVE = sa.update(RotationRow).where(RotationRow.helpline == sa.bindparam("of_helpline"))
_TAKEN_THIS_MONTH = (
    sa.select(SeatPosition.position, DecisionRow.day, sa.func.count().label("taken"))
    .join(
        SeatPosition,
        sa.and_(SeatPosition.helpline == DecisionRow.helpline, SeatPosition.center == DecisionRow.center),
    )
    .where(
        DecisionRow.helpline == sa.bindparam("helpline"),
        DecisionRow.day.like(sa.bindparam("month")),
        ~DecisionRow.given_back,
    )
    .group_by(SeatPosition.position, DecisionRow.day)
)


@dataclass(slots=True)
class Rotation:
    """A helpline's rotation. Calls are counted only if it has caps; otherwise `day` is empty."""

    helpline: str
    credits: Credits
    day: str
    taken_today: array[int]
    taken_this_month: array[int]


def lock_rotation(session: Session, helpline: str) -> None:
    """Lock a helpline's rotation until the transaction ends."""
    session.execute(_LOCK, {"helpline": helpline})


class LockedRotation:
    """A helpline's locked rotation, and the centers that may be unavailable now.

    Both are requested at once and read when needed, so they share a round trip with other queries.
    """

    def __init__(self, session: Session, helpline: str) -> None:
        self.helpline = helpline
        self._session = session
        self._row = session.execute(_LOCK, {"helpline": helpline})
        self._unavailable = session.execute(_UNAVAILABLE)

    @cached_property
    def rotation(self) -> Rotation:
        """The rotation. The first call of a helpline creates it."""
        row = self._row.one_or_none()
        if row is None:
            self._session.execute(_START, _start(self.helpline))
            row = self._session.execute(_LOCK, {"helpline": self.helpline}).one()
        return _from_row(row)

    @cached_property
    def possibly_unavailable(self) -> Sequence[Any]:
        """Rows of center, calls_in_progress and paused_until."""
        return self._unavailable.all()


def rotation_now(session: Session, helpline: str) -> Rotation:
    """The rotation as it is, without a lock."""
    row = session.execute(_STATE, {"helpline": helpline}).one_or_none()
    return _from_row(row) if row else Rotation(helpline, Credits.of(0, b"", b""), "", array("i"), array("i"))


def possibly_unavailable(session: Session) -> Sequence[Any]:
    """Rows of center, calls_in_progress and paused_until."""
    return session.execute(_UNAVAILABLE).all()


def _from_row(row: Any) -> Rotation:
    return Rotation(
        row.helpline,
        Credits.of(row.number, row.credits, row.last_rung),
        row.day,
        array("i", row.taken_today),
        array("i", row.taken_this_month),
    )


def _start(helpline: str) -> dict[str, Any]:
    arrays = dict.fromkeys(("credits", "last_rung", "taken_today", "taken_this_month"), b"")
    return {"helpline": helpline, "number": 0, "day": "", **arrays}


def save(session: Session, rotation: Rotation) -> None:
    """Store the rotation."""
    credits = {
        "number": rotation.credits.number,
        "credits": rotation.credits.credit.tobytes(),
        "last_rung": rotation.credits.last_rung.tobytes(),
    }
    counts = _counts(rotation) if rotation.day else {}
    session.execute(_SAVE, {"of_helpline": rotation.helpline, **credits, **counts})


def _save_counts(session: Session, rotation: Rotation) -> None:
    session.execute(_SAVE, {"of_helpline": rotation.helpline, **_counts(rotation)})


def _counts(rotation: Rotation) -> dict[str, str | bytes]:
    return {
        "day": rotation.day,
        "taken_today": rotation.taken_today.tobytes(),
        "taken_this_month": rotation.taken_this_month.tobytes(),
    }


def day_of(helpline: Helpline, at: datetime) -> str:
    """The day at a moment in the helpline's zone, `2026-11-23`."""
    return at.astimezone(ZoneInfo(helpline.timezone)).date().isoformat()


def roll_over_caps(
    session: Session, rotation: Rotation, helpline: Helpline, position_of: Mapping[str, int], today: str
) -> None:
    """Add new seats, and start new counts if the day or the month has changed."""
    rotation.credits.make_room(len(position_of))
    if not helpline.capped_seats:
        _stop_counting(session, rotation)
        return
    if not rotation.day:
        _count_again(session, rotation, today)
    _new_day(rotation, today)
    for counts in (rotation.taken_today, rotation.taken_this_month):
        counts.extend([0] * (len(rotation.credits.credit) - len(counts)))


def _stop_counting(session: Session, rotation: Rotation) -> None:
    """Stop counting when there are no caps any more: the counts would be stale if caps came back."""
    if rotation.day:
        rotation.day = ""
        _save_counts(session, rotation)


def _new_day(rotation: Rotation, today: str) -> None:
    """Start the counts of a new day.

    A call from just before midnight may get the lock after one of the new day. It then counts for the new day.
    """
    if rotation.day in {today, _day_after(today)}:
        return
    if rotation.day[:7] != today[:7]:
        rotation.taken_this_month = array("i")
    rotation.taken_today = array("i")
    rotation.day = today


def _day_after(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


def _count_again(session: Session, rotation: Rotation, today: str) -> None:
    """Count the decisions of this month, because caps are new here or have come back."""
    seats = len(rotation.credits.credit)
    rotation.day = today
    rotation.taken_today, rotation.taken_this_month = array("i", [0] * seats), array("i", [0] * seats)
    counted = {"helpline": rotation.helpline, "month": f"{today[:7]}-%"}
    for seat in session.execute(_TAKEN_THIS_MONTH, counted):
        rotation.taken_this_month[seat.position] += seat.taken
        if seat.day == today:
            rotation.taken_today[seat.position] += seat.taken


def cap_reached(rotation: Rotation, seat: Seat, position: int) -> str | None:
    """The cap that excludes this seat from another call. None: no cap does."""
    if seat.daily_cap is not None and rotation.taken_today[position] >= seat.daily_cap:
        return DAILY_CAP
    if seat.monthly_cap is not None and rotation.taken_this_month[position] >= seat.monthly_cap:
        return MONTHLY_CAP
    return None


def count(rotation: Rotation, position: int) -> None:
    """Count one more call that is being tried at this seat."""
    if rotation.day:
        rotation.taken_today[position] += 1
        rotation.taken_this_month[position] += 1


def uncount(rotation: Rotation, position: int, day: str) -> None:
    """Uncount a call of that day: it was not accepted."""
    _add(rotation, position, day, -1)


def count_late(rotation: Rotation, position: int, day: str) -> None:
    """Count a call of that day: its acceptance was reported late."""
    _add(rotation, position, day, 1)


def _add(rotation: Rotation, position: int, day: str, calls: int) -> None:
    if rotation.day[:7] == day[:7] and rotation.day:
        rotation.taken_this_month[position] += calls
        if rotation.day == day:
            rotation.taken_today[position] += calls
