"""What keeps a partner's month from being closed: calls of which not all is known yet.

A call is explained when it is over and worked off, when the carrier's books have been compared and say the same of its
talk, and when no difference about it waits for a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from callrouter.billing.account import charged_calls
from callrouter.billing.period import bounds
from callrouter.database import Session, sql

NO_END = "it has no end: wait for it, or for the reaper"
NOT_WORKED_OFF = "it is not worked off: callrouter drain, callrouter outbox list"
NOT_RECONCILED = "the carrier's books do not confirm it: callrouter reconcile --day {day}"
NOT_CONFIRMED = (
    "the carrier's books do not confirm its charge: callrouter reconcile --day {day}, or credit it:"
    " callrouter billing credit"
)
FOR_STAFF = "the carrier's books differ ({what}): callrouter differences explain"

_NO_END = sql(
    "SELECT sid FROM call WHERE ended_at IS NULL AND arrived_at >= :begin AND arrived_at < :end"
    " AND simulated = :simulated ORDER BY arrived_at, sid"
)
_NOT_WORKED_OFF = sql(
    "SELECT DISTINCT call.sid FROM outbox JOIN call ON call.sid = outbox.call WHERE outbox.fact = 'ended'"
    " AND call.arrived_at >= :begin AND call.arrived_at < :end AND call.simulated = :simulated ORDER BY call.sid"
)
_NOT_CONFIRMED = sql(
    "SELECT entry.call, entry.arrived_at FROM entry WHERE entry.partner = :partner AND entry.period = :month"
    " AND entry.simulated = :simulated AND entry.entry = 'charge' AND entry.amount > 0"
    " AND NOT EXISTS (SELECT 1 FROM confirmation WHERE confirmation.call = entry.call)"
    " ORDER BY entry.arrived_at, entry.call"
)
# A talk that cost nothing might have been longer than we were told. A person can say what became of it.
_NOT_RECONCILED = sql(
    "SELECT talk.call, talk.arrived_at FROM partner_call talk WHERE talk.partner = :partner"
    " AND talk.day >= :first AND talk.day < :next AND talk.simulated = :simulated AND (talk.answered OR talk.kept)"
    " AND NOT EXISTS (SELECT 1 FROM confirmation WHERE confirmation.call = talk.call)"
    " AND NOT EXISTS (SELECT 1 FROM entry WHERE entry.call = talk.call AND entry.entry = 'charge')"
    " AND NOT EXISTS (SELECT 1 FROM carrier_difference found WHERE found.call = talk.call"
    " AND (found.mended OR found.explained_at IS NOT NULL))"
    " ORDER BY talk.arrived_at, talk.call"
)
_FOR_STAFF = sql(
    "SELECT found.call, found.what FROM carrier_difference found"
    " JOIN partner_call had ON had.call = found.call AND had.partner = :partner"
    " WHERE NOT found.mended AND found.explained_at IS NULL AND had.day >= :first AND had.day < :next"
    " AND had.simulated = :simulated ORDER BY found.call, found.what"
)


@dataclass(frozen=True, slots=True)
class Unexplained:
    """A call of the month, and what is to be done before the month can be closed."""

    call: str
    why: str


@dataclass(frozen=True, slots=True)
class PartnersMonth:
    """A month of a partner, `2026-10`, in its zone; what was only simulated is a matter of its own."""

    partner: str
    month: str
    timezone: str
    simulated: bool


def unexplained(session: Session, month: PartnersMonth) -> list[Unexplained]:
    """The calls that are not explained, each once, with the first thing that is to be done about it."""
    found: dict[str, Unexplained] = {}
    for one in _all(session, month):
        found.setdefault(one.call, one)
    return list(found.values())


def _all(session: Session, month: PartnersMonth) -> Iterator[Unexplained]:
    begin, end = bounds(month.month, month.timezone)
    when = {"begin": begin, "end": end, "simulated": month.simulated}
    of_partner = {"partner": month.partner, "simulated": month.simulated}
    # As text `2026-10-32` is later than every day of the month, and earlier than the next.
    days = {**of_partner, "first": f"{month.month}-01", "next": f"{month.month}-32"}
    no_end, waiting, unconfirmed, unread, for_staff = session.ask_all(
        (_NO_END, when),
        (_NOT_WORKED_OFF, when),
        (_NOT_CONFIRMED, {**of_partner, "month": month.month}),
        (_NOT_RECONCILED, days),
        (_FOR_STAFF, days),
    )
    yield from (Unexplained(call, NO_END) for (call,) in no_end)
    yield from (Unexplained(call, NOT_WORKED_OFF) for (call,) in waiting)
    yield from _with_something_left(session, unconfirmed)
    yield from (Unexplained(call, NOT_RECONCILED.format(day=_day(at))) for call, at in unread)
    yield from (Unexplained(call, FOR_STAFF.format(what=what)) for call, what in for_staff)


def _with_something_left(session: Session, rows: Iterable[tuple[str, datetime]]) -> Iterator[Unexplained]:
    """A charge that has been credited whole needs no confirmation."""
    arrived = dict(rows)
    charged = charged_calls(session, list(arrived)) if arrived else {}
    for call, at in arrived.items():
        if charged[call].left:
            yield Unexplained(call, NOT_CONFIRMED.format(day=_day(at)))


def _day(moment: datetime) -> str:
    """The carrier's day, which is in UTC, as our moments are."""
    return moment.date().isoformat()
