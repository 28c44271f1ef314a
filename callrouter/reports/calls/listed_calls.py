"""Lists the latest calls, including those in progress, with filters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple, TypedDict, cast

import sqlalchemy as sa

from callrouter.billing.model import CHARGE, LedgerEntry
from callrouter.calls.model import Call, Leg
from callrouter.directory.faults import closest
from callrouter.directory.model import StoredCenter, StoredHelpline, StoredPartner
from callrouter.errors import NotKnown
from callrouter.promises.model import ReturnCall
from callrouter.reports.calls.totals import ANY_OUTCOME, CallScope, HourOfDay, count_in_totals
from callrouter.reports.money.report_figure import ReportFigure, calls_of, count_of
from callrouter.reports.partner.call_counts import count_of_partner, partner_of
from callrouter.reports.period import ALWAYS, Period

CHARGED, NOT_CHARGED = CHARGE_STATES = ("charged", "not charged")
_KEYS = {"center": StoredCenter.key, "partner": StoredPartner.key, "helpline": StoredHelpline.key}
_RINGING = (
    sa.select(Leg.center)
    .where(Leg.call == Call.sid, Leg.outcome.is_(None))
    .order_by(Leg.number.desc())
    .limit(1)
    .correlate(Call)
    .scalar_subquery()
    .label("ringing")
)


CALL_COLUMNS = (
    Call.sid,
    Call.arrived_at,
    Call.ended_at,
    Call.status,
    Call.outcome,
    Call.dialled,
    Call.route,
    Call.listing,
    Call.helpline,
    _RINGING,
    Call.answered_by,
    Call.caller,
    Call.state,
    Call.language,
    Call.simulated,
)
"""those of a `ListedCall`"""


class ListedCall(TypedDict):
    """A call. `caller` is masked; `route` is its present or final route.

    A call in progress has no `outcome` and no `ended_at`. `status` is its state (calls/states.py), and `ringing` the
    center that is rung or talks with the caller.
    """

    sid: str
    arrived_at: datetime
    ended_at: datetime | None
    status: str
    outcome: str | None
    dialled: str
    route: str | None
    listing: str | None
    helpline: str | None
    ringing: str | None
    answered_by: str | None
    caller: str
    state: str
    language: str
    simulated: bool


@dataclass(frozen=True, slots=True)
class CallFilter:
    """Which calls to list. None: no filter.

    A center has the calls for which it was rung or which it returned; a partner has those of its centers.
    """

    period: Period = ALWAYS
    outcome: str | None = None
    center: str | None = None
    partner: str | None = None
    helpline: str | None = None
    caller_pseudonym: str | None = None
    in_progress: bool = False
    line: str | None = None
    """our number that the caller dialed"""
    sid_part: str | None = None
    """any part of the CallSid"""
    charge: str | None = None
    """one of `CHARGE_STATES`"""
    figure: ReportFigure | None = None
    """of the billing report: the calls that it counts"""
    hour: HourOfDay | None = None


class LatestCalls(NamedTuple):
    """The latest calls, newest first, and how many more there are."""

    calls: list[ListedCall]
    more: int


def latest_calls(connection: sa.Connection, wanted: CallFilter, most: int) -> LatestCalls:
    """Up to so many of the calls that are wanted. Raises NotKnown for a key that there never was."""
    refuse_unknown(connection, wanted)
    query = (
        sa.select(*CALL_COLUMNS)
        .where(*conditions(wanted))
        .order_by(Call.arrived_at.desc(), Call.sid.desc())
        .limit(most)
    )
    found = [cast(ListedCall, dict(row)) for row in connection.execute(query).mappings()]
    return LatestCalls(found, count_calls(connection, wanted) - most if len(found) == most else 0)


def count_calls(connection: sa.Connection, wanted: CallFilter) -> int:
    """How many calls are wanted, to the last one."""
    if _is_in_totals(wanted):
        return _count_in_totals(connection, wanted)
    if wanted.figure and wanted == CallFilter(figure=wanted.figure):
        counted = count_of(connection, wanted.figure)
        if counted is not None:
            return counted
    partner = wanted.partner or (partner_of(connection, wanted.center) if wanted.center else None)
    if partner and not wanted.charge and _is_in_totals(replace(wanted, partner=None, center=None)):
        scope = CallScope(wanted.period, wanted.helpline, wanted.hour)
        return count_of_partner(connection, scope, partner, wanted.outcome, wanted.center, conditions(wanted))
    query = sa.select(sa.func.count()).select_from(Call).where(*conditions(wanted))
    return int(connection.execute(query).scalar_one())


def _is_in_totals(wanted: CallFilter) -> bool:
    """Whether the totals of quarters tell these calls apart."""
    kept = CallFilter(
        wanted.period,
        wanted.outcome,
        helpline=wanted.helpline,
        charge=None if wanted.outcome else wanted.charge,
        hour=wanted.hour,
    )
    return wanted == kept


def _count_in_totals(connection: sa.Connection, wanted: CallFilter) -> int:
    scope = CallScope(wanted.period, wanted.helpline, wanted.hour)
    if wanted.outcome:
        return count_in_totals(connection, scope, [wanted.outcome])
    charged = count_in_totals(connection, scope, ["charged"]) if wanted.charge else 0
    if wanted.charge == CHARGED:
        return charged
    return count_in_totals(connection, scope, ANY_OUTCOME) - charged


def conditions(wanted: CallFilter) -> list[sa.ColumnElement[bool]]:
    """What holds for the calls that are wanted."""
    return list(_conditions(wanted))


def _conditions(wanted: CallFilter) -> Iterator[sa.ColumnElement[bool]]:
    yield from wanted.period.holds(Call.arrived_at)
    of_call = (
        (Call.outcome, wanted.outcome),
        (Call.helpline, wanted.helpline),
        (Call.caller_pseudonym, wanted.caller_pseudonym),
        (Call.dialled, wanted.line),
    )
    yield from (column == value for column, value in of_call if value)
    if wanted.center:
        yield _had_a_part(Leg.center, ReturnCall.center, wanted.center)
    if wanted.partner:
        yield _had_a_part(Leg.partner, ReturnCall.partner, wanted.partner)
    if wanted.hour:
        yield wanted.hour.holds(Call.arrived_at)
    if wanted.in_progress:
        yield Call.ended_at.is_(None)
    if wanted.sid_part:
        yield Call.sid.contains(wanted.sid_part, autoescape=True)
    if wanted.figure:
        yield calls_of(wanted.figure)
    if wanted.charge:
        charged = sa.exists().where(LedgerEntry.call == Call.sid, LedgerEntry.entry_type == CHARGE)
        yield charged.correlate(Call) if wanted.charge == CHARGED else ~charged.correlate(Call)


def _had_a_part(
    of_leg: sa.SQLColumnExpression[str], of_return: sa.SQLColumnExpression[str], key: str
) -> sa.ColumnElement[bool]:
    rung = sa.exists().where(Leg.call == Call.sid, of_leg == key).correlate(Call)
    returned = sa.exists().where(ReturnCall.call == Call.sid, of_return == key).correlate(Call)
    return sa.or_(rung, returned)


def refuse_unknown(connection: sa.Connection, wanted: CallFilter) -> None:
    """Raise NotKnown for a key that there never was."""
    for what, column in _KEYS.items():
        key = getattr(wanted, what)
        known = tuple(connection.execute(sa.select(column)).scalars()) if key else ()
        if key and key not in known:
            meant = closest(key, known)
            hint = f"did you mean {meant}?" if meant else "`callrouter directory dump` shows those in force"
            raise NotKnown(f"there is no {what} {key!r}: {hint}")
