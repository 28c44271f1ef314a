"""What staff did, from every table that keeps who acted, as rows of one shape."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from callrouter.billing.disputes.model import Dispute
from callrouter.billing.model import IS_NO_CHARGE, ClosedMonth, LedgerEntry
from callrouter.directory.model import DirectoryProposal, DirectoryVersion
from callrouter.invoices.model import InvoiceDelivery
from callrouter.privacy.model import AuditEntry, PrivacyAct
from callrouter.reconciliation.model import CarrierDifference
from callrouter.wordings.model import WordingProposal

Text = sa.SQLColumnExpression[str] | sa.SQLColumnExpression[str | None]
_NONE = sa.literal("", sa.Text)
_NO_TEXT = sa.cast(sa.null(), sa.Text)
_ALL = sa.true()
_NO_NUMBER = sa.cast(sa.null(), sa.BigInteger)
_NUMBER_WIDTH = 12


@dataclass(frozen=True)
class ActColumns:
    """Where a table has what was done. All tables are united by these names."""

    key: Text
    """begins with the table, so that each act has one of its own"""
    at: sa.SQLColumnExpression[datetime] | sa.SQLColumnExpression[datetime | None]
    person: Text
    action: Text
    subject: Text
    detail: Text = _NONE
    reason: Text = _NONE
    before: Text = _NO_TEXT
    after: Text = _NO_TEXT
    amount: sa.SQLColumnExpression[Any] = _NO_NUMBER
    """with `currency`, it stands in place of a detail"""
    currency: Text = _NO_TEXT
    version: sa.SQLColumnExpression[Any] = _NO_NUMBER
    """of the directory: what it changed is the difference to the version before"""
    proposal: sa.SQLColumnExpression[Any] = _NO_NUMBER
    """of the directory: what it would change is the difference to its version"""

    are_acts: sa.ColumnElement[bool] = _ALL
    """holds for the rows that are acts, where not all are that have a person"""

    def rows(self, *conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
        """The acts that have a person, with the columns of `NAMES` in this order."""
        columns = (getattr(self, name).label(name) for name in NAMES)
        return sa.select(*columns).where(*self.conditions, *conditions)

    @property
    def conditions(self) -> tuple[sa.ColumnElement[bool], ...]:
        return self.person.is_not(None), self.are_acts


NAMES = tuple(each.name for each in fields(ActColumns) if each.name != "are_acts")
"""of the columns of an act"""


def _key(table: str, *parts: Any) -> sa.ColumnElement[str]:
    return sa.func.concat_ws(" ", sa.literal(table, sa.Text), *map(_sortable, parts))


def _sortable(part: Any) -> Any:
    """Numbers stand in the order of their texts."""
    is_text = isinstance(part.type, sa.Text | sa.String)
    return part if is_text else sa.func.lpad(sa.cast(part, sa.Text), _NUMBER_WIDTH, "0")


def _words(words: str) -> sa.ColumnElement[str]:
    return sa.literal(words, sa.Text)


def _with(words: str, column: sa.SQLColumnExpression[Any]) -> sa.ColumnElement[str]:
    """Null where the column is."""
    return _words(words) + sa.cast(column, sa.Text)


_AUDIT = ActColumns(
    key=_key("audit", AuditEntry.id),
    at=AuditEntry.at,
    person=AuditEntry.person,
    action=AuditEntry.action,
    subject=AuditEntry.subject,
    reason=AuditEntry.reason,
    before=AuditEntry.before,
    after=AuditEntry.after,
)
_ENTRY = ActColumns(
    key=_key("entry", LedgerEntry.id),
    at=LedgerEntry.posted_at,
    person=LedgerEntry.person,
    action=sa.func.replace(LedgerEntry.entry_type, "_", " ") + _words(" entered"),
    subject=sa.func.coalesce(LedgerEntry.call, LedgerEntry.partner),
    reason=LedgerEntry.reason,
    amount=LedgerEntry.amount,
    currency=LedgerEntry.currency,
    are_acts=IS_NO_CHARGE,
)
_DISPUTE_RAISED = ActColumns(
    key=_key("dispute raised", Dispute.id),
    at=Dispute.raised_at,
    person=Dispute.raised_by,
    action=_words("dispute raised"),
    subject=Dispute.call,
    detail=Dispute.reason,
    reason=Dispute.evidence,
)
_DISPUTE_DECIDED = ActColumns(
    key=_key("dispute decided", Dispute.id),
    at=Dispute.decided_at,
    person=Dispute.decided_by,
    action=_words("dispute decided"),
    subject=Dispute.call,
    reason=Dispute.note,
    before=_words("open"),
    after=Dispute.decision,
)
_CLOSED = ActColumns(
    key=_key("closed", ClosedMonth.period, ClosedMonth.partner, sa.cast(ClosedMonth.simulated, sa.Text)),
    at=ClosedMonth.closed_at,
    person=ClosedMonth.person,
    action=_words("invoices issued"),
    subject=ClosedMonth.partner,
    detail=ClosedMonth.period,
)
_DELIVERY = ActColumns(
    key=_key("delivery", InvoiceDelivery.invoice, InvoiceDelivery.number),
    at=InvoiceDelivery.asked_at,
    person=InvoiceDelivery.asked_by,
    action=_words("invoice sent"),
    subject=InvoiceDelivery.invoice,
    detail=InvoiceDelivery.address,
)
_DIFFERENCE = ActColumns(
    key=_key("difference", CarrierDifference.day, CarrierDifference.sid, CarrierDifference.what),
    at=CarrierDifference.explained_at,
    person=CarrierDifference.explained_by,
    action=_words("difference explained"),
    subject=CarrierDifference.sid,
    detail=CarrierDifference.what,
    reason=CarrierDifference.explanation,
)
_VERSION = ActColumns(
    key=_key("loaded", DirectoryVersion.version),
    at=DirectoryVersion.loaded_at,
    person=DirectoryVersion.loaded_by,
    action=_words("directory changed"),
    subject=_with("version ", DirectoryVersion.version),
    detail=_with("approved by ", DirectoryVersion.approved_by),
    version=DirectoryVersion.version,
)
_PROPOSED = ActColumns(
    key=_key("proposed", DirectoryProposal.number),
    at=DirectoryProposal.proposed_at,
    person=DirectoryProposal.proposed_by,
    action=_words("directory change proposed"),
    subject=_with("proposal ", DirectoryProposal.number),
    detail=_with("of version ", DirectoryProposal.base_version),
    proposal=DirectoryProposal.number,
)
_PROPOSAL_DECIDED = ActColumns(
    key=_key("proposal decided", DirectoryProposal.number),
    at=DirectoryProposal.decided_at,
    person=DirectoryProposal.decided_by,
    action=_with("directory change ", DirectoryProposal.decision),
    subject=_with("proposal ", DirectoryProposal.number),
    detail=_with("in force as version ", DirectoryProposal.version),
    before=_words("waiting"),
    after=DirectoryProposal.decision,
)
_WORDINGS_PROPOSED = ActColumns(
    key=_key("wordings proposed", WordingProposal.number),
    at=WordingProposal.proposed_at,
    person=WordingProposal.proposed_by,
    action=_words("wordings change proposed"),
    subject=_with("proposal ", WordingProposal.number),
    detail=WordingProposal.changes,
    reason=WordingProposal.reason,
)
_WORDINGS_DECIDED = ActColumns(
    key=_key("wordings decided", WordingProposal.number),
    at=WordingProposal.decided_at,
    person=WordingProposal.decided_by,
    action=_with("wordings change ", WordingProposal.decision),
    subject=_with("proposal ", WordingProposal.number),
    detail=_with("in force as version ", WordingProposal.version),
    before=_words("waiting"),
    after=WordingProposal.decision,
)
_WORDINGS_WITHDRAWN = ActColumns(
    key=_key("wordings withdrawn", WordingProposal.number),
    at=WordingProposal.withdrawn_at,
    person=WordingProposal.withdrawn_by,
    action=_words("wordings change withdrawn"),
    subject=_with("proposal ", WordingProposal.number),
    before=_words("approved for a later time"),
    after=_words("withdrawn"),
)
_DESTROYED = ("keys", "numbers", "match_values", "messages", "salts", "promises")


def _count(name: str) -> sa.ColumnElement[Any]:
    column = PrivacyAct.__table__.c[name]
    return sa.case((column > 0, sa.func.concat(column, _words(f" {name.replace('_', ' ')}"))))


_PRIVACY = ActColumns(
    key=_key("privacy", PrivacyAct.id),
    at=PrivacyAct.at,
    person=PrivacyAct.person,
    action=PrivacyAct.act,
    subject=_with("privacy act ", PrivacyAct.id),
    detail=sa.func.concat_ws(", ", *map(_count, _DESTROYED)),
    reason=sa.func.coalesce(PrivacyAct.reason, _NONE),
)
ACT_SOURCES = (
    _AUDIT,
    _ENTRY,
    _DISPUTE_RAISED,
    _DISPUTE_DECIDED,
    _CLOSED,
    _DELIVERY,
    _DIFFERENCE,
    _VERSION,
    _PROPOSED,
    _PROPOSAL_DECIDED,
    _WORDINGS_PROPOSED,
    _WORDINGS_DECIDED,
    _WORDINGS_WITHDRAWN,
    _PRIVACY,
)
"""every table that keeps who acted"""
