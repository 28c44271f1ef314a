"""Closes a partner's month: issues its invoice, after which no entry is added to the month.

Facts are gathered (`close_facts.py`) and checked (`close_checks.py`), then the invoices are issued (`issue.py`). A
partner's month is one transaction: it is closed completely or not at all. Closing again returns the issued invoices.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import sqlalchemy as sa

from callrouter.billing.ledger import close_period, is_closed, lock_ledger
from callrouter.billing.monthly_fee import enter_fee
from callrouter.database import Session
from callrouter.directory.last_known import LastKnown, last_known
from callrouter.directory.versions import DirectoryCache
from callrouter.errors import CallRouterError, NotKnown
from callrouter.invoices.close_checks import Blocker, blockers
from callrouter.invoices.close_facts import gather
from callrouter.invoices.issue import NewInvoice, issue, totals
from callrouter.invoices.model import InvoiceHead
from callrouter.invoices.month import InvoicedMonth
from callrouter.invoices.send import ask_to_send

T = TypeVar("T")

_ISSUED = (
    sa.select(InvoiceHead.name)
    .where(
        InvoiceHead.partner == sa.bindparam("partner"),
        InvoiceHead.simulated == sa.bindparam("simulated"),
        InvoiceHead.period == sa.bindparam("period"),
    )
    .order_by(InvoiceHead.name)
)


class CannotBeClosed(CallRouterError):
    """A month cannot be closed yet. It lists the blockers."""

    def __init__(self, found: Sequence[Blocker]) -> None:
        super().__init__(found[0].why if len(found) == 1 else f"{len(found)} calls or days are not explained")
        self.blockers = tuple(found)


@dataclass(frozen=True, slots=True)
class CloseRequest:
    """The month to close, and who closes it."""

    partner: str
    month: str
    simulated: bool
    person: str
    issuer: str = ""
    """the name and address of the biller, line by line"""
    early: bool = False
    """before the month is over, to try it out"""


@dataclass(frozen=True, slots=True)
class CloseResult:
    """A closed month: the names of its invoices (none if nothing was entered), and whether it was closed now."""

    invoices: tuple[str, ...]
    just_now: bool
    stays_open: bool = False
    """the month is not over, and has nothing to bill yet"""


def close_month(
    session: Session, directories: DirectoryCache, request: CloseRequest, now: datetime
) -> CloseResult:
    """Close a partner's month. Raises CannotBeClosed with the blockers."""
    lock_ledger(session)
    known = _known(session, request.partner)
    month = InvoicedMonth(request.partner, request.month, known.timezone, request.simulated)
    if is_closed(session, month.partner, month.month, simulated=month.simulated):
        return CloseResult(tuple(session.execute(_ISSUED, month.key).scalars()), just_now=False)
    facts = gather(session, directories, month, now, early=request.early)
    found = blockers(facts)
    if found:
        raise CannotBeClosed(found)
    enter_fee(session, directories, month.partner, month.month, month.simulated, now)
    invoices = [
        issue(
            session,
            directories,
            NewInvoice(month, known.name, total, request.person, request.issuer),
            facts.uncharged_calls if first else (),
            now,
        )
        for first, total in _with_first(totals(session, month))
    ]
    if not invoices and not month.is_over(now):
        return CloseResult((), just_now=False, stays_open=True)
    close_period(session, month.partner, month.month, request.person, now, simulated=month.simulated)
    _send(session, directories, invoices, request, now)
    return CloseResult(tuple(invoices), just_now=True)


def _known(session: Session, partner: str) -> LastKnown:
    known = last_known(session, partner)
    if known is None:
        raise NotKnown(f"there is no partner {partner}")
    return known


def _send(
    session: Session,
    directories: DirectoryCache,
    invoices: Iterable[str],
    request: CloseRequest,
    now: datetime,
) -> None:
    partner = directories.in_force(session).partners.get(request.partner)
    if partner and partner.billing_email:
        for name in invoices:
            ask_to_send(session, name, partner.billing_email, request.person, now)


def _with_first(values: Iterable[T]) -> Iterable[tuple[bool, T]]:
    return ((place == 0, value) for place, value in enumerate(values))
