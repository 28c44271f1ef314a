"""Everything that staff did: the audit log, and the acts that other tables keep with their person. The newest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypedDict

import sqlalchemy as sa

from callrouter.billing.disputes.model import Dispute
from callrouter.billing.model import IS_NO_CHARGE, ClosedMonth, LedgerEntry
from callrouter.directory.model import DirectoryProposal, DirectoryVersion
from callrouter.invoices.model import InvoiceDelivery
from callrouter.money import Money
from callrouter.privacy.model import AuditEntry
from callrouter.reconciliation.model import CarrierDifference
from callrouter.reports.listed_calls import ALWAYS
from callrouter.reports.period import Period
from callrouter.wordings.model import WordingProposal

BATCH = 500
_NONE = sa.literal("", sa.Text)
_NO_MONEY = {"amount": sa.cast(sa.null(), sa.BigInteger), "currency": sa.cast(sa.null(), sa.Text)}


class AuditedAct(TypedDict):
    """One thing that a person did. `subject` is what it was done to: a CallSid, a partner, an invoice, a masked number.

    `detail` is what it changed, as far as it is kept; `reason` is what the person wrote.
    """

    at: datetime
    person: str
    action: str
    subject: str
    detail: str
    reason: str


class ActCursor(NamedTuple):
    """A place in the list: just after this act."""

    at: datetime
    key: str


@dataclass(frozen=True, slots=True)
class WantedActs:
    """Which acts; None: whatever it is."""

    period: Period = ALWAYS
    person: str | None = None
    action: str | None = None
    subject: str | None = None
    """any part of it"""


@dataclass(frozen=True, slots=True)
class AuditedActPage:
    """Some acts, how many there are, and the place after them; None: there are no more."""

    acts: list[AuditedAct]
    total: int
    older: ActCursor | None


def _acts(key: tuple[Any, ...], at: Any, person: Any, **columns: Any) -> sa.Select[Any]:
    """The acts that a table keeps: `action`, `subject`, `detail` and `reason` are columns, or a text for all.

    `amount` and `currency` stand in place of a detail.

    `key` begins with the table, so that each act has one of its own.
    """
    table, *parts = key
    known = {**dict.fromkeys(("action", "subject", "detail", "reason"), _NONE), **_NO_MONEY, **columns}
    values = {
        "key": sa.func.concat_ws(" ", sa.literal(table), *map(_sortable, parts)),
        "at": at,
        "person": person,
    }
    return sa.select(
        *(
            (sa.literal(value, sa.Text) if isinstance(value, str) else value).label(name)
            for name, value in (values | known).items()
        )
    ).where(person.is_not(None))


def _sortable(part: Any) -> Any:
    """Numbers stand in the order of their texts."""
    return (
        part if isinstance(part.type, sa.Text | sa.String) else sa.func.lpad(sa.cast(part, sa.Text), 12, "0")
    )


def _with(word: str, column: Any) -> Any:
    """Null where the column is."""
    return sa.literal(word, sa.Text) + sa.cast(column, sa.Text)


_ALL = sa.union_all(
    _acts(
        ("audit", AuditEntry.id),
        AuditEntry.at,
        AuditEntry.person,
        action=AuditEntry.action,
        subject=AuditEntry.subject,
        reason=AuditEntry.reason,
    ),
    _acts(
        ("entry", LedgerEntry.id),
        LedgerEntry.posted_at,
        LedgerEntry.person,
        action=sa.func.replace(LedgerEntry.entry_type, "_", " ") + sa.literal(" entered", sa.Text),
        subject=sa.func.coalesce(LedgerEntry.call, LedgerEntry.partner),
        reason=LedgerEntry.reason,
        amount=LedgerEntry.amount,
        currency=LedgerEntry.currency,
    ).where(IS_NO_CHARGE),
    _acts(
        ("dispute raised", Dispute.id),
        Dispute.raised_at,
        Dispute.raised_by,
        action="dispute raised",
        subject=Dispute.call,
        detail=Dispute.reason,
        reason=Dispute.evidence,
    ),
    _acts(
        ("dispute decided", Dispute.id),
        Dispute.decided_at,
        Dispute.decided_by,
        action="dispute decided",
        subject=Dispute.call,
        detail=Dispute.decision,
        reason=Dispute.note,
    ),
    _acts(
        ("closed", ClosedMonth.period, ClosedMonth.partner, sa.cast(ClosedMonth.simulated, sa.Text)),
        ClosedMonth.closed_at,
        ClosedMonth.person,
        action="invoices issued",
        subject=ClosedMonth.partner,
        detail=ClosedMonth.period,
    ),
    _acts(
        ("delivery", InvoiceDelivery.invoice, InvoiceDelivery.number),
        InvoiceDelivery.asked_at,
        InvoiceDelivery.asked_by,
        action="invoice sent",
        subject=InvoiceDelivery.invoice,
        detail=InvoiceDelivery.address,
    ),
    _acts(
        ("difference", CarrierDifference.day, CarrierDifference.sid, CarrierDifference.what),
        CarrierDifference.explained_at,
        CarrierDifference.explained_by,
        action="difference explained",
        subject=CarrierDifference.sid,
        detail=CarrierDifference.what,
        reason=CarrierDifference.explanation,
    ),
    _acts(
        ("loaded", DirectoryVersion.version),
        DirectoryVersion.loaded_at,
        DirectoryVersion.loaded_by,
        action="directory changed",
        subject=_with("version ", DirectoryVersion.version),
        detail=_with("approved by ", DirectoryVersion.approved_by),
    ),
    _acts(
        ("proposed", DirectoryProposal.number),
        DirectoryProposal.proposed_at,
        DirectoryProposal.proposed_by,
        action="directory change proposed",
        subject=_with("proposal ", DirectoryProposal.number),
        detail=_with("of version ", DirectoryProposal.base_version),
    ),
    _acts(
        ("proposal decided", DirectoryProposal.number),
        DirectoryProposal.decided_at,
        DirectoryProposal.decided_by,
        action=_with("directory change ", DirectoryProposal.decision),
        subject=_with("proposal ", DirectoryProposal.number),
        detail=_with("in force as version ", DirectoryProposal.version),
    ),
    _acts(
        ("wordings proposed", WordingProposal.number),
        WordingProposal.proposed_at,
        WordingProposal.proposed_by,
        action="wordings change proposed",
        subject=_with("proposal ", WordingProposal.number),
        detail=WordingProposal.changes,
        reason=WordingProposal.reason,
    ),
    _acts(
        ("wordings decided", WordingProposal.number),
        WordingProposal.decided_at,
        WordingProposal.decided_by,
        action=_with("wordings change ", WordingProposal.decision),
        subject=_with("proposal ", WordingProposal.number),
        detail=_with("in force as version ", WordingProposal.version),
    ),
).subquery("act")
_PLACE = sa.tuple_(_ALL.c.at, _ALL.c.key)


def act_page(
    connection: sa.Connection, wanted: WantedActs, size: int, after: ActCursor | None = None
) -> AuditedActPage:
    """Up to `size` acts: those after a place (older), or the newest of all."""
    found = list(connection.execute(_query(wanted, after).limit(size + 1)).mappings())
    last = found[size - 1] if len(found) > size else None
    count = sa.select(sa.func.count()).select_from(_ALL).where(*_conditions(wanted))
    total = connection.execute(count).scalar_one()
    return AuditedActPage(
        [_act(row) for row in found[:size]],
        int(total),
        ActCursor(last["at"], last["key"]) if last else None,
    )


def all_acts(connection: sa.Connection, wanted: WantedActs) -> Iterator[AuditedAct]:
    """Every act of the list. They stream."""
    rows = connection.execute(_query(wanted, None).execution_options(yield_per=BATCH))
    yield from map(_act, rows.mappings())


def act_choices(connection: sa.Connection) -> tuple[list[str], list[str]]:
    """The persons who did anything, and the actions that there were."""
    people, actions = (
        list(connection.execute(sa.select(column).distinct().order_by(column)).scalars())
        for column in (_ALL.c.person, _ALL.c.action)
    )
    return people, actions


def _query(wanted: WantedActs, after: ActCursor | None) -> sa.Select[Any]:
    query = sa.select(_ALL).where(*_conditions(wanted)).order_by(_ALL.c.at.desc(), _ALL.c.key.desc())
    if after:
        query = query.where(sa.tuple_(sa.literal(after.at), sa.literal(after.key)) > _PLACE)
    return query


def _conditions(wanted: WantedActs) -> Iterator[sa.ColumnElement[bool]]:
    yield from wanted.period.holds(_ALL.c.at)
    if wanted.person:
        yield _ALL.c.person == wanted.person
    if wanted.action:
        yield _ALL.c.action == wanted.action
    if wanted.subject:
        yield _ALL.c.subject.contains(wanted.subject, autoescape=True)


def _act(row: sa.RowMapping) -> AuditedAct:
    return AuditedAct(
        at=row["at"],
        person=row["person"],
        action=row["action"],
        subject=row["subject"],
        detail=str(Money(row["amount"], row["currency"])) if row["currency"] else row["detail"] or "",
        reason=row["reason"] or "",
    )
