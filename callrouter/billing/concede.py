"""Conceding: the free calls and the ceiling of a partner's month are worked out anew, and the account says so.

A call that counts is charged; what is conceded of it is a credit by its rule, and is taken back where it turns out that
another call was to have it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from callrouter.billing.account import Charged, Entry, posting, with_credits
from callrouter.billing.agreed import agreed, may_concede, zone_now
from callrouter.billing.concessions import Counted, concessions
from callrouter.billing.period import bounds, month_of
from callrouter.billing.stand import Desk, counts
from callrouter.billing.talk import Talk
from callrouter.database import Session, selecting
from callrouter.directory.versions import DirectoryShelf
from callrouter.routing import ceiling

_COLUMNS = tuple(f"entry.{name}" for name in Entry.__slots__)
# What arrived in the month may have been posted later, never before.
_OF_MONTH = (
    "FROM entry JOIN call ON call.sid = entry.call WHERE entry.partner = :partner AND entry.period >= :month"
    " AND entry.arrived_at >= :begin AND entry.arrived_at < :end AND entry.simulated = :simulated"
)
_CHARGES = selecting(
    (*_COLUMNS, "entry.arrived_at", "call.directory_version"), f"{_OF_MONTH} AND entry.entry = 'charge'"
)
_OTHERS = selecting(_COLUMNS, f"{_OF_MONTH} AND entry.entry <> 'charge'")


class Month(NamedTuple):
    """A partner's month of its own zone, by the arrival of calls."""

    partner: str
    timezone: str
    month: str
    simulated: bool


class _Arrived(NamedTuple):
    """A charged call, as far as what was agreed on depends on it."""

    partner: str
    kind: str
    arrived_at: datetime
    directory_version: int


def concede(session: Session, directories: DirectoryShelf, talks: Iterable[Talk], now: datetime) -> None:
    """Work out what is conceded in the months of these talks, where anything is. Again it enters nothing."""
    for month in sorted(set(_months(session, directories, talks))):
        _concede(session, directories, month, now)


def _months(session: Session, directories: DirectoryShelf, talks: Iterable[Talk]) -> Iterator[Month]:
    for talk in talks:
        if may_concede(session, directories, talk):
            timezone = agreed(session, directories, talk).timezone
            month = month_of(talk.arrived_at, timezone)
            yield Month(talk.partner, timezone, month, bool(talk.simulated))


def _concede(session: Session, directories: DirectoryShelf, month: Month, now: datetime) -> None:
    charged, counted = _counted(session, directories, month)
    found = concessions(counted)
    desk = Desk(
        session, posting(session, [month.partner], now), zone_now(session, directories, month.partner)
    )
    for one in counted:
        desk.lets_stand(charged[one.call], found.free.get(one.call))
    ceiling.spend(session, month.partner, month.month, found.spent, simulated=month.simulated)


def _counted(
    session: Session, directories: DirectoryShelf, month: Month
) -> tuple[dict[str, Charged], list[Counted]]:
    begin, end = bounds(month.month, month.timezone)
    values = {"partner": month.partner, "month": month.month, "begin": begin, "end": end}
    values["simulated"] = month.simulated
    charges, others = session.ask_all((_CHARGES, values), (_OTHERS, values))
    by_call = {row[3]: row for row in charges}
    entries = (Entry(*row[: len(_COLUMNS)]) for row in charges)
    charged = with_credits(entries, (Entry(*row) for row in others))
    counted = [
        _as_counted(session, directories, one, *by_call[call][len(_COLUMNS) :])
        for call, one in charged.items()
        if counts(one)
    ]
    return charged, counted


def _as_counted(
    session: Session, directories: DirectoryShelf, charged: Charged, arrived_at: datetime, version: int
) -> Counted:
    charge = charged.charge
    found = agreed(session, directories, _Arrived(charge.partner, charge.kind, arrived_at, version))
    return Counted(
        call=charge.call,
        kind=charge.kind,
        arrived_at=arrived_at,
        price=charge.amount,
        taken_back=charged.by_hand,
        free_calls=found.rate.free_calls if found.rate else 0,
        ceiling=found.ceiling,
    )
