"""Conceding: the free calls and the ceiling of a partner's month are worked out anew, and the account says so.

A call that counts is charged; what is conceded of it is a credit by its rule, and is taken back where it turns out that
another call was to have it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from callrouter.billing import spend_cap
from callrouter.billing.account import Charged, Entry, posting, with_credits
from callrouter.billing.agreed import UTC, agreed, may_concede, partner_now, zone_now, zone_then
from callrouter.billing.concessions import Counted, concessions
from callrouter.billing.period import bounds, month_of
from callrouter.billing.stand import Desk, counts
from callrouter.billing.talk import Talk
from callrouter.database import Session, selecting
from callrouter.directory.versions import DirectoryShelf
from callrouter.events.settle import be_the_only_writer

_COLUMNS = tuple(f"ledger_entry.{name}" for name in Entry.__slots__)
_CALL = Entry.__slots__.index("call")
# What arrived in the month may have been posted later, never before.
_OF_MONTH = (
    "FROM ledger_entry JOIN call ON call.sid = ledger_entry.call WHERE ledger_entry.partner = :partner AND"
    " ledger_entry.period >= :month"
    " AND ledger_entry.arrived_at >= :begin AND ledger_entry.arrived_at < :end AND ledger_entry.simulated = :simulated"
)
_CHARGES = selecting(
    (*_COLUMNS, "ledger_entry.arrived_at", "call.directory_version"),
    f"{_OF_MONTH} AND ledger_entry.entry_type = 'charge'",
)
_OTHERS = selecting(_COLUMNS, f"{_OF_MONTH} AND ledger_entry.entry_type <> 'charge'")


# Nowhere is a month further from UTC's than this, whatever zone the partner had when a call of it arrived.
_FURTHEST = timedelta(hours=26)


class Month(NamedTuple):
    """A partner's month, by the arrival of its calls where the partner was then."""

    partner: str
    month: str
    simulated: bool


class _Arrived(NamedTuple):
    """A charged call, as far as what was agreed on depends on it."""

    partner: str
    kind: str
    arrived_at: datetime
    directory_version: int


def concede(session: Session, directories: DirectoryShelf, talks: Sequence[Talk], now: datetime) -> None:
    """Work out what is conceded in the months of these talks, where anything is. Again it enters nothing."""
    partners = sorted({talk.partner for talk in talks})
    known = {Month(*spent) for spent in spend_cap.months_with_spend(session, partners)}
    months = {_month(session, directories, talk) for talk in talks}
    conceding = {
        _month(session, directories, talk) for talk in talks if may_concede(session, directories, talk)
    }
    # A call without concessions may come before one that has some.
    for month in sorted(conceding | (months & known)):
        _concede(session, directories, month, now)


def take_stock(session: Session, directories: DirectoryShelf, now: datetime) -> None:
    """Work out the month of now of each partner with concessions: a ceiling that is new knows what was spent before."""
    be_the_only_writer(session)
    for partner in directories.in_force(session).partners.values():
        for simulated in (False, True) if partner.has_allowances else ():
            month = Month(partner.key, month_of(now, partner.timezone), simulated)
            _concede(session, directories, month, now)


def _month(session: Session, directories: DirectoryShelf, call: Talk) -> Month:
    timezone = zone_then(session, directories, call)
    return Month(call.partner, month_of(call.arrived_at, timezone), bool(call.simulated))


def _concede(session: Session, directories: DirectoryShelf, month: Month, now: datetime) -> None:
    charged, counted = _counted(session, directories, month)
    found = concessions(counted)
    desk = Desk(
        session, posting(session, [month.partner], now), zone_now(session, directories, month.partner)
    )
    for one in counted:
        desk.lets_stand(charged[one.call], found.free.get(one.call))
    partner = partner_now(session, directories, month.partner)
    spent = found.spent.get((partner and partner.currency) or "", 0)
    spend_cap.set_spend(session, month.partner, month.month, spent, simulated=month.simulated)


def _counted(
    session: Session, directories: DirectoryShelf, month: Month
) -> tuple[dict[str, Charged], list[Counted]]:
    begin, end = bounds(month.month, UTC)
    values = {**month._asdict(), "begin": begin - _FURTHEST, "end": end + _FURTHEST}
    charges, others = session.ask_all((_CHARGES, values), (_OTHERS, values))
    arrived = {row[_CALL]: row[len(_COLUMNS) :] for row in charges}
    entries = (Entry(*row[: len(_COLUMNS)]) for row in charges)
    charged = with_credits(entries, (Entry(*row) for row in others))
    counted = [
        _as_counted(session, directories, one, *arrived[call])
        for call, one in charged.items()
        if counts(one) and _is_of(session, directories, month, one, *arrived[call])
    ]
    return charged, counted


def _is_of(
    session: Session,
    directories: DirectoryShelf,
    month: Month,
    charged: Charged,
    arrived_at: datetime,
    version: int,
) -> bool:
    """Whether the call arrived in this month where its partner was then: each is of one month."""
    call = _Arrived(charged.charge.partner, charged.charge.kind, arrived_at, version)
    return month_of(arrived_at, zone_then(session, directories, call)) == month.month


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
        currency=charge.currency,
        taken_back=charged.by_hand,
        free_calls=found.rate.free_calls if found.rate else 0,
        ceiling=found.ceiling,
    )
