"""Closing a partner's month: its invoice is issued, with a number without gaps, and nothing is added to it any more.

One month of one partner is one transaction: it is closed, or nothing of it has happened. Closing again gives the
invoices that were issued. Months are closed in their order.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from callrouter.billing.ledger import lock_ledger
from callrouter.billing.monthly_fee import enter_fee
from callrouter.billing.period import bounds
from callrouter.database import Session, sql
from callrouter.directory.directory import Partner
from callrouter.directory.last_known import LastKnown, last_known
from callrouter.directory.versions import DirectoryShelf
from callrouter.errors import CallRouterError, NotKnown
from callrouter.invoices.issue import Issue, issue
from callrouter.invoices.order import out_of_order
from callrouter.invoices.send import ask_to_send
from callrouter.invoices.unexplained import PartnersMonth, Unexplained, unexplained

_CLOSED = sql(
    "SELECT 1 FROM closed_month WHERE partner = :partner AND simulated = :simulated AND period = :month"
)
_ISSUED = sql(
    "SELECT name FROM invoice WHERE partner = :partner AND simulated = :simulated AND period = :month ORDER BY name"
)
_CURRENCIES = sql(
    "SELECT DISTINCT currency FROM ledger_entry WHERE partner = :partner AND simulated = :simulated AND period = :month"
    " AND entry_type <> 'payment' ORDER BY currency"
)
_CLOSE = sql(
    "INSERT INTO closed_month (partner, simulated, period, closed_at, person)"
    " VALUES (:partner, :simulated, :month, :now, :person)"
)


class CannotBeClosed(CallRouterError):
    """A month cannot be closed (yet); `calls` are those that are not explained, and days that are not compared."""

    def __init__(self, what: str, calls: Iterable[Unexplained] = ()) -> None:
        super().__init__(what)
        self.calls = tuple(calls)


@dataclass(frozen=True, slots=True)
class Closing:
    """What is to be closed, and by whom."""

    partner: str
    month: str
    simulated: bool
    person: str
    issuer: str = ""
    """who bills: a name and an address, line by line"""
    early: bool = False
    """also where the month is not over; for trying"""


@dataclass(frozen=True, slots=True)
class Closed:
    """A month that is closed: the names of its invoices (none where nothing was entered), and whether just now."""

    invoices: tuple[str, ...]
    just_now: bool
    stays_open: bool = False
    """it is not over, and there is nothing yet to try with"""


def close_month(session: Session, directories: DirectoryShelf, closing: Closing, now: datetime) -> Closed:
    """Close a partner's month. Raises CannotBeClosed with a list of what is to be done before."""
    lock_ledger(session)
    of_month = {"partner": closing.partner, "simulated": closing.simulated, "month": closing.month}
    if session.ask(_CLOSED, **of_month):
        return Closed(tuple(name for (name,) in session.ask(_ISSUED, **of_month)), just_now=False)
    known = _known(session, closing.partner)
    month = PartnersMonth(closing.partner, closing.month, known.timezone, closing.simulated)
    _refuse(session, directories, closing, month, now)
    enter_fee(session, directories, closing.partner, closing.month, closing.simulated, now)
    invoices = [
        issue(
            session,
            directories,
            Issue(month, known.name, currency, closing.person, closing.issuer, with_free_calls=first),
            now,
        )
        for first, currency in _with_first(currency for (currency,) in session.ask(_CURRENCIES, **of_month))
    ]
    if not invoices and not _is_over(month, now):
        return Closed((), just_now=False, stays_open=True)
    session.tell(_CLOSE, **of_month, now=now, person=closing.person)
    _send(session, directories.in_force(session).partners.get(closing.partner), invoices, closing, now)
    return Closed(tuple(invoices), just_now=True)


def _known(session: Session, partner: str) -> LastKnown:
    known = last_known(session, partner)
    if known is None:
        raise NotKnown(f"there is no partner {partner}")
    return known


def _refuse(
    session: Session, directories: DirectoryShelf, closing: Closing, month: PartnersMonth, now: datetime
) -> None:
    """Raise what speaks against it."""
    against = _too_early(closing, month, now) or out_of_order(session, directories, month)
    if against:
        raise CannotBeClosed(against)
    calls = unexplained(session, month, now)
    if calls:
        raise CannotBeClosed(f"{len(calls)} calls or days are not explained", calls)


def _too_early(closing: Closing, month: PartnersMonth, now: datetime) -> str | None:
    """A month that has not begun cannot be tried either: it would keep those before it from being closed."""
    begin, end = bounds(month.month, month.timezone)
    if now < begin:
        return f"{month.month} has not begun in {month.timezone}"
    if now < end and not closing.early:
        return f"{month.month} is not over until {end:%Y-%m-%d %H:%M} in {month.timezone}"
    return None


def _is_over(month: PartnersMonth, now: datetime) -> bool:
    return now >= bounds(month.month, month.timezone)[1]


def _send(
    session: Session, partner: Partner | None, invoices: Iterable[str], closing: Closing, now: datetime
) -> None:
    if partner and partner.billing_email:
        for name in invoices:
            ask_to_send(session, name, partner.billing_email, closing.person, now)


def _with_first(values: Iterable[str]) -> Iterable[tuple[bool, str]]:
    return ((place == 0, value) for place, value in enumerate(values))
