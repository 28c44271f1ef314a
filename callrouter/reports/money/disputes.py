"""Reads disputes: objections, decisions, and their sums by partner and reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import TypedDict

import sqlalchemy as sa

from callrouter.billing.disputes.model import ACCEPTED, IN_PART, REFUSED, Dispute
from callrouter.billing.model import LedgerEntry
from callrouter.billing.period import month_of
from callrouter.directory.model import StoredPartner
from callrouter.money import Money

OPEN = "open"


class DisputeRow(TypedDict):
    """An objection. `charged` is the original amount, in decimals.

    `decision` is `open` until there is one. `invoice` is the one that had the charge when it was raised; None: none.
    """

    number: int
    call: str
    partner: str
    invoice: str | None
    reason: str
    evidence: str
    charged: str
    currency: str
    raised_at: datetime
    raised_by: str
    decision: str
    credited: str | None
    note: str | None
    decided_at: datetime | None
    decided_by: str | None
    simulated: bool


class Figures(TypedDict):
    """A partner's objections for one reason: their number, and in decimals the disputed and the credited amount."""

    partner: str
    reason: str
    currency: str
    simulated: bool
    raised: int
    open: int
    accepted: int
    in_part: int
    refused: int
    disputed: str
    credited: str


def disputes(
    connection: sa.Connection,
    *,
    calls: Sequence[str] | None = None,
    of_partner: str | None = None,
    only_open: bool = False,
) -> Iterator[DisputeRow]:
    """The objections about these calls, of a partner, or all, in the order in which they were raised."""
    query = _all()
    if calls is not None:
        query = query.where(Dispute.call.in_(calls))
    if of_partner:
        query = query.where(Dispute.partner == of_partner)
    if only_open:
        query = query.where(Dispute.decision.is_(None))
    return map(_dispute, connection.execute(query).mappings())


def figures(connection: sa.Connection, month: str | None = None) -> Iterator[Figures]:
    """Sums by partner and reason. The month is that of the objection, in the partner's zone."""
    rows = connection.execute(_all()).mappings()
    chosen = [row for row in rows if month in (None, month_of(row["raised_at"], row["timezone"]))]
    for _, group in groupby(sorted(chosen, key=_kind), key=_kind):
        yield _figures(list(group))


def _all() -> sa.Select[tuple[object, ...]]:
    return (
        sa.select(
            Dispute.__table__,
            LedgerEntry.amount,
            LedgerEntry.currency,
            LedgerEntry.simulated,
            StoredPartner.timezone,
        )
        .join_from(Dispute, LedgerEntry, LedgerEntry.id == Dispute.charge)
        .join(StoredPartner, StoredPartner.key == Dispute.partner)
        .order_by(Dispute.id)
    )


def _kind(row: sa.RowMapping) -> tuple[str, str, str, bool]:
    return row["partner"], row["reason"], row["currency"], bool(row["simulated"])


def _figures(rows: Sequence[sa.RowMapping]) -> Figures:
    of_partner, reason, currency, simulated = _kind(rows[0])
    decisions = [row["decision"] for row in rows]
    return Figures(
        partner=of_partner,
        reason=reason,
        currency=currency,
        simulated=simulated,
        raised=len(rows),
        open=decisions.count(None),
        accepted=decisions.count(ACCEPTED),
        in_part=decisions.count(IN_PART),
        refused=decisions.count(REFUSED),
        disputed=_added(currency, (row["amount"] for row in rows)),
        credited=_added(currency, (row["credited"] or 0 for row in rows)),
    )


def _added(currency: str, amounts: Iterable[int]) -> str:
    return Money(sum(amounts), currency).decimal()


def _dispute(row: sa.RowMapping) -> DisputeRow:
    currency, credited = row["currency"], row["credited"]
    return DisputeRow(
        number=row["id"],
        call=row["call"],
        partner=row["partner"],
        invoice=row["invoice"],
        reason=row["reason"],
        evidence=row["evidence"],
        charged=Money(row["amount"], currency).decimal(),
        currency=currency,
        raised_at=row["raised_at"],
        raised_by=row["raised_by"],
        decision=row["decision"] or OPEN,
        credited=None if credited is None else Money(credited, currency).decimal(),
        note=row["note"],
        decided_at=row["decided_at"],
        decided_by=row["decided_by"],
        simulated=bool(row["simulated"]),
    )
