"""A helpline's rotation row, while locked: its credits, and how often each seat was taken today and this month."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from callrouter.database import Row, Session, Statement, sql
from callrouter.directory.directory import Helpline, Seat
from callrouter.routing.eligibility import DAILY_CAP, MONTHLY_CAP
from callrouter.routing.rotation import Credits

LOCKED = sql(
    "SELECT number, credits, last_rung, day, taken_today, taken_this_month"
    " FROM rotation WHERE helpline = :helpline FOR UPDATE"
)
AS_IT_IS = sql(
    "SELECT number, credits, last_rung, day, taken_today, taken_this_month FROM rotation WHERE helpline = :helpline"
)
_FIRST = sql(
    "INSERT INTO rotation (helpline, number, credits, last_rung, day, taken_today, taken_this_month)"
    " VALUES (:helpline, 0, :none, :none, '', :none, :none) ON CONFLICT (helpline) DO NOTHING"
)
_SAVE = sql(
    "UPDATE rotation SET number = :number, credits = :credits, last_rung = :last_rung WHERE helpline = :helpline"
)
_SAVE_ALL = sql(
    "UPDATE rotation SET number = :number, credits = :credits, last_rung = :last_rung, day = :day,"
    " taken_today = :taken_today, taken_this_month = :taken_this_month WHERE helpline = :helpline"
)
_SAVE_COUNTS = sql(
    "UPDATE rotation SET day = :day, taken_today = :taken_today, taken_this_month = :taken_this_month"
    " WHERE helpline = :helpline"
)
_TAKEN_THIS_MONTH = sql(
    "SELECT seat.position, decision.day, count(*) FROM decision"
    " JOIN seat ON seat.helpline = decision.helpline AND seat.center = decision.center"
    " WHERE decision.helpline = :helpline AND decision.day LIKE :month AND NOT decision.given_back"
    " GROUP BY seat.position, decision.day"
)


@dataclass(slots=True)
class Rotation:
    """The row. Counts are kept only where the helpline has caps; `day` is empty where they are not."""

    helpline: str
    credits: Credits
    day: str
    taken_today: array[int]
    taken_this_month: array[int]


def locking(helpline: str) -> tuple[Statement, dict[str, Any]]:
    """The question that locks the row, to be asked along with others."""
    return LOCKED, {"helpline": helpline}


def locked(session: Session, helpline: str, rows: list[Row]) -> Rotation:
    """The row from what `locking` brought; a helpline's first call makes it."""
    if not rows:
        session.tell(_FIRST, helpline=helpline, none=b"")
        rows = session.ask(LOCKED, helpline=helpline)
    return from_row(helpline, rows[0])


def from_row(helpline: str, row: Row) -> Rotation:
    number, credit, last_rung, day, today, month = row
    return Rotation(
        helpline, Credits.of(number, credit, last_rung), day, array("i", today), array("i", month)
    )


def nothing_yet(helpline: str) -> Rotation:
    """The rotation of a helpline that nobody has called."""
    return from_row(helpline, (0, b"", b"", "", b"", b""))


def save(session: Session, rotation: Rotation) -> None:
    """Store the row with the next commit; in one change, so that it can be carried out along with others."""
    credits = {
        "number": rotation.credits.number,
        "credits": rotation.credits.credit.tobytes(),
        "last_rung": rotation.credits.last_rung.tobytes(),
    }
    if rotation.day:
        session.tell(_SAVE_ALL, helpline=rotation.helpline, **credits, **_counts(rotation))
    else:
        session.tell(_SAVE, helpline=rotation.helpline, **credits)


def _save_counts(session: Session, rotation: Rotation) -> None:
    session.tell(_SAVE_COUNTS, helpline=rotation.helpline, **_counts(rotation))


def _counts(rotation: Rotation) -> dict[str, str | bytes]:
    return {
        "day": rotation.day,
        "taken_today": rotation.taken_today.tobytes(),
        "taken_this_month": rotation.taken_this_month.tobytes(),
    }


def day_of(helpline: Helpline, at: datetime) -> str:
    """The helpline's own day, `2026-11-23`."""
    return at.astimezone(ZoneInfo(helpline.timezone)).date().isoformat()


def turn_the_page(
    session: Session, rotation: Rotation, helpline: Helpline, position_of: Mapping[str, int], today: str
) -> None:
    """Make room for new seats, and let the counts be those of today and of this month."""
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
    """There are no caps (any more); should they come back, the counts of today would be old."""
    if rotation.day:
        rotation.day = ""
        _save_counts(session, rotation)


def _new_day(rotation: Rotation, today: str) -> None:
    """A call whose moment was just before midnight may get the lock after one of the new day; it counts for that."""
    if rotation.day in {today, _day_after(today)}:
        return
    if rotation.day[:7] != today[:7]:
        rotation.taken_this_month = array("i")
    rotation.taken_today = array("i")
    rotation.day = today


def _day_after(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


def _count_again(session: Session, rotation: Rotation, today: str) -> None:
    """Caps are new here (or back), so what was taken before them is counted from the decisions."""
    seats = len(rotation.credits.credit)
    rotation.day = today
    rotation.taken_today, rotation.taken_this_month = array("i", [0] * seats), array("i", [0] * seats)
    for position, day, taken in session.ask(
        _TAKEN_THIS_MONTH, helpline=rotation.helpline, month=f"{today[:7]}-%"
    ):
        rotation.taken_this_month[position] += taken
        if day == today:
            rotation.taken_today[position] += taken


def cap_reached(rotation: Rotation, seat: Seat, position: int) -> str | None:
    """The cap that keeps this seat from another call."""
    if seat.daily_cap is not None and rotation.taken_today[position] >= seat.daily_cap:
        return DAILY_CAP
    if seat.monthly_cap is not None and rotation.taken_this_month[position] >= seat.monthly_cap:
        return MONTHLY_CAP
    return None


def count(rotation: Rotation, position: int) -> None:
    """One more call is being tried at this seat."""
    if rotation.day:
        rotation.taken_today[position] += 1
        rotation.taken_this_month[position] += 1


def count_back(rotation: Rotation, position: int, day: str) -> None:
    """A call of that day was not accepted after all."""
    _add(rotation, position, day, -1)


def count_late(rotation: Rotation, position: int, day: str) -> None:
    """A call of that day was accepted, as is told late."""
    _add(rotation, position, day, 1)


def _add(rotation: Rotation, position: int, day: str, calls: int) -> None:
    if rotation.day[:7] == day[:7] and rotation.day:
        rotation.taken_this_month[position] += calls
        if rotation.day == day:
            rotation.taken_today[position] += calls
