"""Closing a partner's month: its invoice is issued, with a number without gaps, and nothing is added to it any more.

One month of one partner is one transaction: it is closed, or nothing of it has happened. Closing again gives the
invoices that were issued. Months are closed in their order.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from callrouter.billing.agreed import UTC
from callrouter.billing.fee import enter_fee
from callrouter.billing.period import bounds
from callrouter.database import Session, sql
from callrouter.directory.directory import Partner
from callrouter.directory.versions import DirectoryShelf
from callrouter.errors import CallRouterError
from callrouter.events.settle import be_the_only_writer
from callrouter.invoices.issue import Issue, issue
from callrouter.invoices.send import ask_to_send
from callrouter.invoices.unexplained import PartnersMonth, Unexplained, unexplained

_CLOSED = sql(
    "SELECT 1 FROM closed_month WHERE partner = :partner AND simulated = :simulated AND period = :month"
)
_ISSUED = sql(
    "SELECT name FROM invoice WHERE partner = :partner AND simulated = :simulated AND period = :month ORDER BY name"
)
_OPEN_BEFORE = sql(
    "SELECT MIN(entry.period) FROM entry WHERE entry.partner = :partner AND entry.simulated = :simulated"
    " AND entry.period < :month AND entry.period > COALESCE((SELECT MAX(period) FROM closed_month"
    " WHERE partner = :partner AND simulated = :simulated), '')"
)
_CURRENCIES = sql(
    "SELECT DISTINCT currency FROM entry WHERE partner = :partner AND simulated = :simulated AND period = :month"
    " AND entry <> 'payment' ORDER BY currency"
)
_CLOSE = sql(
    "INSERT INTO closed_month (partner, simulated, period, closed_at, person)"
    " VALUES (:partner, :simulated, :month, :now, :person)"
)
_NAME = sql("SELECT name FROM partner WHERE key = :partner")


class CannotBeClosed(CallRouterError):
    """A month cannot be closed (yet); `calls` are those that are not explained."""

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
    be_the_only_writer(session)
    of_month = {"partner": closing.partner, "simulated": closing.simulated, "month": closing.month}
    if session.ask(_CLOSED, **of_month):
        return Closed(tuple(name for (name,) in session.ask(_ISSUED, **of_month)), just_now=False)
    partner = directories.in_force(session).partners.get(closing.partner)
    month = PartnersMonth(
        closing.partner, closing.month, partner.timezone if partner else UTC, closing.simulated
    )
    _refuse(session, closing, month, now)
    enter_fee(session, directories, closing.partner, closing.month, closing.simulated, now)
    name = partner.name if partner else session.ask(_NAME, partner=closing.partner)[0][0]
    invoices = [
        issue(
            session,
            directories,
            Issue(month, name, currency, closing.person, closing.issuer, with_free_calls=first),
            now,
        )
        for first, currency in _with_first(currency for (currency,) in session.ask(_CURRENCIES, **of_month))
    ]
    if not invoices and not _is_over(month, now):
        return Closed((), just_now=False, stays_open=True)
    session.tell(_CLOSE, **of_month, now=now, person=closing.person)
    _send(session, partner, invoices, closing, now)
    return Closed(tuple(invoices), just_now=True)


def _refuse(session: Session, closing: Closing, month: PartnersMonth, now: datetime) -> None:
    """Raise what speaks against it."""
    if not closing.early and not _is_over(month, now):
        _, end = bounds(month.month, month.timezone)
        raise CannotBeClosed(f"{month.month} is not over until {end:%Y-%m-%d %H:%M} in {month.timezone}")
    of_month = {"partner": closing.partner, "simulated": closing.simulated, "month": closing.month}
    [(before,)] = session.ask(_OPEN_BEFORE, **of_month)
    if before:
        raise CannotBeClosed(f"{before} is still open: close it first")
    calls = unexplained(session, month)
    if calls:
        raise CannotBeClosed(f"{len(calls)} calls are not explained", calls)


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
