"""What keeps a partner's month from being closed: calls of which not all is known yet, and days not compared.

A call is explained when it is over and worked off, when the carrier's books have been compared and say the same of its
talk, and when no difference about it waits for a person. A call that only the carrier has may be anybody's, so it keeps
the months of all open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from callrouter.billing.account import charged_calls
from callrouter.billing.period import bounds
from callrouter.database import Session, sql
from callrouter.figures.model import NOBODY
from callrouter.invoices.compared import Days, days_of, not_compared
from callrouter.reconciliation.compare import MISSING_HERE

NO_END = "it has no end: wait for it, or for the reaper"
NOT_WORKED_OFF = "it is not worked off: callrouter drain, callrouter outbox list"
NOT_RECONCILED = "the carrier's books do not confirm it: callrouter reconcile --day {day}"
NOT_CONFIRMED = (
    "the carrier's books do not confirm its charge: callrouter reconcile --day {day}, or credit it:"
    " callrouter billing credit {call} --reason …"
)
NOT_COMPARED = (
    "{days}: not compared with the carrier's books, or not to the end (UTC): callrouter reconcile --day {day}"
)
DENIED = (
    "the carrier's books differ ({what}), so its charge cannot be confirmed:"
    " callrouter billing credit {call} --reason …"
)
FOR_STAFF = "the carrier's books differ ({what}): callrouter differences explain {call} --reason …"

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
    " AND entry.simulated = :simulated AND entry.entry IN ('charge', 'recharge') AND entry.amount > 0"
    " AND NOT EXISTS (SELECT 1 FROM confirmation WHERE confirmation.call = entry.call)"
    " ORDER BY entry.arrived_at, entry.call"
)
# As long as a month is open, what arrived in it is posted in it; so its charges are read as one run.
WITHOUT_CHARGE = (
    "NOT EXISTS (SELECT 1 FROM entry WHERE entry.partner = :partner AND entry.period = :month"
    " AND entry.call = talk.call AND entry.entry = 'charge')"
)
# A talk that cost nothing might have been longer than we were told. A person can say what became of it.
_NOT_RECONCILED = sql(
    "SELECT talk.call, talk.arrived_at FROM partner_call talk WHERE talk.partner = :partner"  # noqa: S608
    " AND talk.day >= :first AND talk.day < :next AND talk.simulated = :simulated AND (talk.answered OR talk.kept)"
    f" AND {WITHOUT_CHARGE}"
    " AND NOT EXISTS (SELECT 1 FROM confirmation WHERE confirmation.call = talk.call)"
    " AND NOT EXISTS (SELECT 1 FROM carrier_difference found WHERE found.call = talk.call"
    " AND (found.corrected OR found.explained_at IS NOT NULL))"
    " ORDER BY talk.arrived_at, talk.call"
)
_FOR_STAFF = sql(
    "SELECT found.call, found.what FROM carrier_difference found"
    " JOIN partner_call had ON had.call = found.call AND had.partner = :partner"
    " WHERE NOT found.corrected AND found.explained_at IS NULL AND had.day >= :first AND had.day < :next"
    " AND had.simulated = :simulated ORDER BY found.call, found.what"
)
_DENIED = sql(
    "SELECT call, MIN(what) FROM carrier_difference WHERE call = ANY(:calls) AND NOT corrected GROUP BY call"
)
_NOBODYS = sql(
    "SELECT found.sid, found.what FROM carrier_difference found"
    " WHERE found.day >= :first_day AND found.day <= :last_day AND found.what = :missing_here"
    " AND NOT found.corrected AND found.explained_at IS NULL AND NOT EXISTS"
    " (SELECT 1 FROM partner_call had WHERE had.call = found.call AND had.partner <> :nobody)"
    " ORDER BY found.day, found.sid"
)


@dataclass(frozen=True, slots=True)
class Unexplained:
    """A call of the month, or days of it, and what is to be done before the month can be closed."""

    call: str | None
    """None: it is about days"""
    why: str


@dataclass(frozen=True, slots=True)
class PartnersMonth:
    """A month of a partner, `2026-10`, in its zone; what was only simulated is a matter of its own."""

    partner: str
    month: str
    timezone: str
    simulated: bool

    @property
    def days(self) -> dict[str, str]:
        """From `first` on and before `next`: as text `2026-10-32` is later than every day of its month."""
        return {"first": f"{self.month}-01", "next": f"{self.month}-32"}


def unexplained(session: Session, month: PartnersMonth, now: datetime) -> list[Unexplained]:
    """The calls that are not explained, each once, with the first thing that is to be done about it; then days."""
    found: dict[str | None, Unexplained] = {}
    for one in _calls(session, month):
        found.setdefault(one.call, one)
    days = not_compared(session, month.month, month.timezone, now, simulated=month.simulated)
    return [*found.values(), *(_uncompared(run) for run in days)]


def _uncompared(run: Days) -> Unexplained:
    return Unexplained(None, NOT_COMPARED.format(days=run, day=run.first))


def _calls(session: Session, month: PartnersMonth) -> Iterator[Unexplained]:
    begin, end = bounds(month.month, month.timezone)
    when = {"begin": begin, "end": end, "simulated": month.simulated}
    of_partner = {"partner": month.partner, "simulated": month.simulated}
    days = {**of_partner, **month.days}
    no_end, waiting, unconfirmed, unread, for_staff, nobodys = session.ask_all(
        (_NO_END, when),
        (_NOT_WORKED_OFF, when),
        (_NOT_CONFIRMED, {**of_partner, "month": month.month}),
        (_NOT_RECONCILED, {**days, "month": month.month}),
        (_FOR_STAFF, days),
        (_NOBODYS, _theirs_alone(month)),
    )
    yield from (Unexplained(call, NO_END) for (call,) in no_end)
    yield from (Unexplained(call, NOT_WORKED_OFF) for (call,) in waiting)
    yield from _with_something_left(session, unconfirmed)
    yield from (Unexplained(call, NOT_RECONCILED.format(day=_day(at))) for call, at in unread)
    yield from (
        Unexplained(call, FOR_STAFF.format(call=call, what=what)) for call, what in (*for_staff, *nobodys)
    )


def _theirs_alone(month: PartnersMonth) -> dict[str, object]:
    days = days_of(month.month, month.timezone)
    return {
        "first_day": days.first.isoformat(),
        "last_day": days.last.isoformat(),
        "missing_here": MISSING_HERE,
        "nobody": NOBODY,
    }


def _with_something_left(session: Session, rows: Iterable[tuple[str, datetime]]) -> Iterator[Unexplained]:
    """What has been credited whole needs no confirmation, and needs one again where a credit is taken back."""
    arrived = dict(rows)
    if not arrived:
        return
    charged = charged_calls(session, list(arrived))
    denied: dict[str, str] = dict(session.ask(_DENIED, calls=list(arrived)))
    for call, at in arrived.items():
        if charged[call].left:
            why = DENIED if call in denied else NOT_CONFIRMED
            yield Unexplained(call, why.format(call=call, what=denied.get(call), day=_day(at)))


def _day(moment: datetime) -> str:
    """The carrier's day, which is in UTC, as our moments are."""
    return moment.date().isoformat()
