"""Gathers the facts about a partner's month that closing depends on, with a few queries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from callrouter.billing.charged_call import charged_calls
from callrouter.billing.ledger import LAST_CLOSED
from callrouter.billing.model import CHARGE, CREDIT_REVERSAL, Confirmation, LedgerEntry
from callrouter.billing.monthly_fee import owed
from callrouter.billing.period import month_bounds, month_of, next_month
from callrouter.calls.model import Call
from callrouter.database import Session
from callrouter.directory.model import DirectoryVersion
from callrouter.directory.versions import DirectoryCache
from callrouter.events.model import OutboxFact
from callrouter.events.outbox import ENDED
from callrouter.figures.model import NOBODY, PartnerCall
from callrouter.invoices.month import InvoicedMonth, end_of
from callrouter.invoices.uncharged_calls import UNCHARGED_CALLS, UnchargedCall
from callrouter.reconciliation.compare import MISSING_HERE
from callrouter.reconciliation.model import UNEXPLAINED, CarrierDifference, ReconciledDay

BEFORE_ANYTHING = "1970-01"

_PARTNER = sa.bindparam("partner", type_=sa.Text)
_SIMULATED = sa.bindparam("simulated", type_=sa.Boolean)
_ARRIVED = (
    Call.arrived_at >= sa.bindparam("begin"),
    Call.arrived_at < sa.bindparam("end"),
    Call.simulated == _SIMULATED,
)
_WITHOUT_END = (
    sa.select(Call.sid).where(Call.ended_at.is_(None), *_ARRIVED).order_by(Call.arrived_at, Call.sid)
)
_NOT_PROCESSED = (
    sa.select(Call.sid)
    .distinct()
    .join_from(OutboxFact, Call, Call.sid == OutboxFact.call)
    .where(OutboxFact.fact == ENDED, *_ARRIVED)
    .order_by(Call.sid)
)
# It is not known yet which partner these calls belong to.
_UNFINISHED = sa.union(
    sa.select(Call.arrived_at, Call.directory_version).where(Call.ended_at.is_(None), *_ARRIVED),
    sa.select(Call.arrived_at, Call.directory_version)
    .join_from(OutboxFact, Call, Call.sid == OutboxFact.call)
    .where(OutboxFact.fact == ENDED, *_ARRIVED),
).order_by("arrived_at")
_FIRST_ENTERED = sa.select(sa.func.min(LedgerEntry.period)).where(
    LedgerEntry.partner == _PARTNER,
    LedgerEntry.simulated == _SIMULATED,
    LedgerEntry.period >= sa.bindparam("since"),
    LedgerEntry.period < sa.bindparam("until"),
)
_FIRST_CALLED = sa.select(sa.func.min(PartnerCall.day)).where(
    PartnerCall.partner == _PARTNER,
    PartnerCall.simulated == _SIMULATED,
    PartnerCall.day >= sa.bindparam("since"),
    PartnerCall.day < sa.bindparam("until"),
)
_VERSIONS = sa.select(DirectoryVersion.version, DirectoryVersion.loaded_at).order_by(DirectoryVersion.version)
_UNCONFIRMED = (
    sa.select(LedgerEntry.call, LedgerEntry.arrived_at)
    .where(
        LedgerEntry.partner == _PARTNER,
        LedgerEntry.period == sa.bindparam("period"),
        LedgerEntry.simulated == _SIMULATED,
        sa.or_(LedgerEntry.entry_type == CHARGE, LedgerEntry.entry_type == CREDIT_REVERSAL),
        LedgerEntry.amount > 0,
        sa.not_(sa.exists().where(Confirmation.call == LedgerEntry.call)),
    )
    .order_by(LedgerEntry.arrived_at, LedgerEntry.call)
)
_DENIED = (
    sa.select(CarrierDifference.call, sa.func.min(CarrierDifference.what).label("what"))
    .where(
        CarrierDifference.call == sa.any_(sa.bindparam("calls", type_=ARRAY(sa.Text))),
        sa.not_(CarrierDifference.corrected),
    )
    .group_by(CarrierDifference.call)
)
_DIFFERENCES = (
    sa.select(CarrierDifference.call, CarrierDifference.what)
    .join_from(CarrierDifference, PartnerCall, PartnerCall.call == CarrierDifference.call)
    .where(
        UNEXPLAINED,
        PartnerCall.partner == _PARTNER,
        PartnerCall.day >= sa.bindparam("first"),
        PartnerCall.day < sa.bindparam("next"),
        PartnerCall.simulated == _SIMULATED,
    )
    .order_by(CarrierDifference.call, CarrierDifference.what)
)
_ONLY_THE_CARRIER_S = (
    sa.select(CarrierDifference.sid, CarrierDifference.what)
    .where(
        UNEXPLAINED,
        CarrierDifference.day >= sa.bindparam("first"),
        CarrierDifference.day <= sa.bindparam("last"),
        CarrierDifference.what == MISSING_HERE,
        sa.not_(sa.exists().where(PartnerCall.call == CarrierDifference.call, PartnerCall.partner != NOBODY)),
    )
    .order_by(CarrierDifference.day, CarrierDifference.sid)
)
_COMPARED = sa.select(ReconciledDay.day, ReconciledDay.finished_at).where(
    ReconciledDay.day >= sa.bindparam("first"), ReconciledDay.day <= sa.bindparam("last")
)
_FIRST_CALL = sa.select(Call.arrived_at).order_by(Call.arrived_at).limit(1)
_DAY = sa.cast(sa.func.timezone("UTC", Call.arrived_at), sa.Date)
_LAST_ENDS = (
    sa.select(_DAY.label("day"), sa.func.max(Call.ended_at).label("ended_at"))
    .where(
        Call.arrived_at >= sa.bindparam("begin"),
        Call.arrived_at < sa.bindparam("end"),
        Call.ended_at.is_not(None),
    )
    .group_by(_DAY)
    .order_by(_DAY)
)


@dataclass(frozen=True, slots=True)
class UnconfirmedCharge:
    """A charge that is not fully credited and not confirmed by the carrier's CDRs."""

    call: str
    arrived_at: datetime
    denied_by: str | None
    """the difference; None: it was not compared"""


@dataclass(frozen=True, slots=True)
class CloseFacts:
    """The facts about a partner's month that closing depends on."""

    month: InvoicedMonth
    now: datetime
    early: bool
    """it is only tried"""
    last_closed: str | None
    """the partner's last closed month"""
    open_before: str | None
    """the first open month before this one with anything to bill"""
    without_end: Sequence[str]
    """calls in progress, of any partner"""
    not_processed: Sequence[str]
    """ended calls of the month that are not processed, of any partner"""
    unconfirmed_charges: Sequence[UnconfirmedCharge]
    uncharged_calls: Sequence[UnchargedCall]
    differences: Sequence[tuple[str, str]]
    """calls with unexplained differences, and what differs"""
    first_call_at: datetime | None
    """the first arrival of any call"""
    last_ends: Mapping[date, datetime]
    """by day (UTC): when its last call ended; only for simulated or unfinished months"""
    compared: Mapping[date, datetime]
    """by day (UTC): when it was compared with the carrier's CDRs"""


def gather(
    session: Session, directories: DirectoryCache, month: InvoicedMonth, now: datetime, *, early: bool
) -> CloseFacts:
    """Gather the facts. The caller of this function is the only writer."""
    arrived = {"begin": month.begin, "end": month.end, "simulated": month.simulated}
    days = month.carrier_days
    carrier_days = {"first": days.first.isoformat(), "last": days.last.isoformat()}
    of_partner = {"partner": month.partner, "simulated": month.simulated}
    last_closed = session.execute(LAST_CLOSED, of_partner)
    without_end = session.execute(_WITHOUT_END, arrived)
    not_processed = session.execute(_NOT_PROCESSED, arrived)
    unconfirmed = session.execute(_UNCONFIRMED, month.key)
    uncharged = session.execute(UNCHARGED_CALLS, {**month.key, **month.days})
    differences = session.execute(_DIFFERENCES, {**of_partner, **month.days})
    theirs_alone = session.execute(_ONLY_THE_CARRIER_S, carrier_days)
    compared = session.execute(_COMPARED, carrier_days)
    first_call = session.execute(_FIRST_CALL)
    last_closed_month = last_closed.scalar()
    return CloseFacts(
        month=month,
        now=now,
        early=early,
        last_closed=last_closed_month,
        open_before=_open_before(session, directories, month, last_closed_month),
        without_end=[row.sid for row in without_end],
        not_processed=[row.sid for row in not_processed],
        unconfirmed_charges=list(_with_something_left(session, unconfirmed)),
        uncharged_calls=[UnchargedCall(**row._asdict()) for row in uncharged],
        differences=[(row.call, row.what) for row in differences]
        + [(row.sid, row.what) for row in theirs_alone],
        first_call_at=first_call.scalar(),
        last_ends=_last_ends(session, month, now),
        compared={date.fromisoformat(row.day): row.finished_at for row in compared},
    )


def _with_something_left(session: Session, rows: Iterable[Any]) -> Iterator[UnconfirmedCharge]:
    """A fully credited charge needs no confirmation, until a credit is reversed."""
    arrived = {row.call: row.arrived_at for row in rows}
    if not arrived:
        return
    charged = charged_calls(session, list(arrived))
    denied = {row.call: row.what for row in session.execute(_DENIED, {"calls": list(arrived)})}
    for sid, at in arrived.items():
        if charged[sid].left:
            yield UnconfirmedCharge(sid, at, denied.get(sid))


def _last_ends(session: Session, month: InvoicedMonth, now: datetime) -> dict[date, datetime]:
    over = month.is_over(now)
    if over and not month.simulated:
        return {}
    days = month.carrier_days
    last = days.last if over else min(days.last, now.astimezone(UTC).date())
    begin = datetime.combine(days.first, datetime.min.time(), UTC)
    rows = session.execute(_LAST_ENDS, {"begin": begin, "end": end_of(last)})
    return {row.day: row.ended_at for row in rows}


def _open_before(
    session: Session, directories: DirectoryCache, month: InvoicedMonth, last_closed: str | None
) -> str | None:
    """The first open month before this one that has anything to bill or to report."""
    since = next_month(last_closed) if last_closed else BEFORE_ANYTHING
    if since >= month.month:
        return None
    between = {
        "partner": month.partner,
        "simulated": month.simulated,
        "since": since,
        "until": month.month,
    }
    arrived = {
        "begin": month_bounds(since, month.timezone)[0],
        "end": month.begin,
        "simulated": month.simulated,
    }
    entered = session.execute(_FIRST_ENTERED, between)
    called = session.execute(_FIRST_CALLED, between)
    unfinished = session.execute(_UNFINISHED, arrived)
    versions = session.execute(_VERSIONS)
    candidates = [
        entered.scalar(),
        called.scalar(),
        _first_unfinished(session, directories, month, unfinished),
        _first_fee(session, directories, month, since, versions.all()),
    ]
    return min((found[:7] for found in candidates if found), default=None)


def _first_unfinished(
    session: Session, directories: DirectoryCache, month: InvoicedMonth, calls: Iterable[Any]
) -> str | None:
    """The month of the first unfinished call, which may turn out to be the partner's."""
    for row in calls:
        if month.partner in directories.at(session, row.directory_version).partners:
            return month_of(row.arrived_at, month.timezone)
    return None


def _first_fee(
    session: Session, directories: DirectoryCache, month: InvoicedMonth, since: str, versions: Sequence[Any]
) -> str | None:
    """The first month with a fee. There was none before the first directory."""
    if not versions:
        return None
    one = max(since, month_of(versions[0].loaded_at, month.timezone))
    while one < month.month:
        _, end = month_bounds(one, month.timezone)
        version = max((row.version for row in versions if row.loaded_at < end), default=0)
        if owed(directories.at(session, version).partners.get(month.partner), one):
            return one
        one = next_month(one)
    return None
