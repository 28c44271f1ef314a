"""Exact counts of calls by outcome, with waits and talk, over any period, in any time zone.

They are read from the totals of each quarter of an hour, whatever the number of calls. Two things are not in these
totals, and are counted from the calls themselves: what begins or ends within a quarter of an hour, and calls that are
in progress or not processed yet. So a count is that of the list of calls at the same moment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from callrouter.billing.model import IS_CHARGE, LedgerEntry
from callrouter.calls.model import Call
from callrouter.events.model import OutboxFact
from callrouter.events.outbox import ENDED
from callrouter.figures.model import (
    ALL_CALLS,
    QUARTER_FIGURES,
    QUARTER_HOUR,
    WAITS,
    PartnerCall,
    QuarterHourTotal,
)
from callrouter.figures.recount_quarters import OF_CALL, OUTCOMES, quarter_of
from callrouter.reports.period import ALWAYS, Period

NO_OUTCOME = "no_outcome"
ANY_OUTCOME = (NO_OUTCOME, *OUTCOMES)
"""the figures whose sum is all calls"""
UNPROCESSED = sa.union(
    sa.select(Call.sid).where(Call.ended_at.is_(None)),
    sa.select(OutboxFact.call).where(OutboxFact.fact == ENDED),
)
"""the calls of which `partner_call` has nothing yet, or not the last"""
_FIGURES = (NO_OUTCOME, *QUARTER_FIGURES)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_Figures = Mapping[str, sa.ColumnElement[int]]
_Rows = sa.Select[*tuple[Any, ...]]
Grouping = Callable[[sa.ColumnElement[datetime]], sa.ColumnElement[Any]]


@dataclass(frozen=True, slots=True)
class HourOfDay:
    """An hour of the day, 0 to 23, in a time zone."""

    hour: int
    zone: str

    def holds(self, column: sa.SQLColumnExpression[datetime]) -> sa.ColumnElement[bool]:
        return sa.extract("hour", sa.func.timezone(self.zone, column)) == self.hour


@dataclass(frozen=True, slots=True)
class CallScope:
    """The calls that are counted: those that arrived in a period. `helpline` and `hour` None: any."""

    period: Period = ALWAYS
    helpline: str | None = None
    hour: HourOfDay | None = None


@dataclass(frozen=True, slots=True)
class CallSums:
    """Numbers of calls by outcome, each call once, and sums over them.

    `no_outcome`: calls in progress that have none yet. `waits`: numbers of answered calls by the length of their
    wait, in the steps of `WAIT_BOUNDS`. Waits, talk and charges are those of processed calls.
    """

    no_outcome: int
    answered: int
    promised: int
    voicemail: int
    abandoned: int
    crisis: int
    unserved: int
    refused: int
    charged: int
    talks: int
    talk_seconds: int
    waits: tuple[int, ...]

    @property
    def calls(self) -> int:
        return self.no_outcome + self.ended

    @property
    def ended(self) -> int:
        """Calls with an outcome."""
        return sum(self.of(outcome) for outcome in OUTCOMES)

    def of(self, outcome: str) -> int:
        """Calls with this outcome."""
        number: int = getattr(self, outcome)
        return number

    def __add__(self, other: CallSums) -> CallSums:
        numbers = {
            field.name: getattr(self, field.name) + getattr(other, field.name)
            for field in fields(self)
            if field.name != "waits"
        }
        waits = tuple(map(sum, zip(self.waits, other.waits, strict=True)))
        return CallSums(**numbers, waits=waits)


NOTHING = CallSums(**{name: 0 for name in _FIGURES if name not in WAITS}, waits=(0,) * len(WAITS))


def call_sums(connection: sa.Connection, scope: CallScope) -> CallSums:
    """The sums of all calls of the scope."""
    rows = _counted(scope).subquery("counted")
    return _sums(connection.execute(sa.select(*_added(rows))).mappings().one())


def count_in_totals(connection: sa.Connection, scope: CallScope, figures: Sequence[str]) -> int:
    """The sum of these figures (`NO_OUTCOME`, outcomes, `charged`) over the scope."""
    rows = _counted(scope, figures).subquery("counted")
    total = sa.func.sum(sum((rows.c[name] for name in figures), sa.literal_column("0", sa.Integer)))
    return int(connection.execute(sa.select(sa.func.coalesce(total, 0))).scalar_one())


def call_sums_by(connection: sa.Connection, scope: CallScope, group: Grouping) -> dict[Any, CallSums]:
    """The sums by a value of a quarter's beginning. Values without calls are left out."""
    rows = _counted(scope).subquery("counted")
    key = group(rows.c.begins_at).label("key")
    query = sa.select(key, *_added(rows)).group_by(sa.literal_column("key"))
    return {row["key"]: _sums(row) for row in connection.execute(query).mappings()}


def _added(rows: sa.FromClause) -> Iterator[sa.ColumnElement[int]]:
    for name in _FIGURES:
        yield sa.cast(sa.func.coalesce(sa.func.sum(rows.c[name]), 0), sa.BigInteger).label(name)


def _sums(row: sa.RowMapping) -> CallSums:
    numbers = {name: row[name] for name in _FIGURES if name not in WAITS}
    return CallSums(**numbers, waits=tuple(row[name] for name in WAITS))


def _counted(scope: CallScope, figures: Sequence[str] = _FIGURES) -> sa.CompoundSelect[*tuple[Any, ...]]:
    """Rows of a quarter's beginning and figures, whose sums are those of the scope."""
    whole, edges = _split(scope.period)
    parts = (
        _totals(scope, whole),
        *_not_in_totals(scope, whole),
        *(_calls_of_edge(scope, edge) for edge in edges),
    )
    return sa.union_all(*(part.with_only_columns(*_columns(part, figures)) for part in parts))


def _columns(part: _Rows, figures: Sequence[str]) -> Iterator[sa.ColumnElement[Any]]:
    columns = part.exported_columns
    return (columns[name] for name in ("begins_at", *figures))


def _split(period: Period) -> tuple[Period, list[Period]]:
    """The whole quarters of a period, and what is left at its ends."""
    since, until = (moment and moment.astimezone(UTC) for moment in (period.since, period.until))
    first = _quarter_at(since, up=True) if since else None
    last = _quarter_at(until, up=False) if until else None
    if first and last and first > last:
        return Period(_EPOCH, _EPOCH), [period]
    edges = [Period(since, first), Period(last, until)]
    return Period(first, last), [edge for edge in edges if edge.since != edge.until]


def _quarter_at(moment: datetime, *, up: bool) -> datetime:
    beyond = (moment - _EPOCH) % QUARTER_HOUR
    return moment - beyond + (QUARTER_HOUR if up and beyond else QUARTER_HOUR * 0)


def _select(begins: sa.SQLColumnExpression[datetime], figures: _Figures, sign: int = 1) -> _Rows:
    zero = sa.literal_column("0", sa.Integer)
    numbers = {name: -number if sign < 0 else number for name, number in figures.items()}
    return sa.select(begins.label("begins_at"), *(numbers.get(name, zero).label(name) for name in _FIGURES))


def _totals(scope: CallScope, whole: Period) -> _Rows:
    total = QuarterHourTotal
    figures = {name: total.__table__.c[name] for name in QUARTER_FIGURES}
    query = _select(total.begins_at, figures).where(total.scope == (scope.helpline or ALL_CALLS))
    query = query.where(*whole.holds(total.begins_at))
    return query.where(scope.hour.holds(total.begins_at)) if scope.hour else query


def _not_in_totals(scope: CallScope, whole: Period) -> Iterator[_Rows]:
    """Calls whose outcome may differ from the one in the totals: as they are, less as they were counted."""
    yield (
        _select(quarter_of(Call.arrived_at), _OUTCOME_OF_CALL)
        .where(Call.sid.in_(UNPROCESSED), *whole.holds(Call.arrived_at))
        .where(*_of_scope(scope, Call.arrived_at, Call.helpline))
    )
    counted = {name: OF_CALL[name] for name in OUTCOMES}
    yield (
        _select(quarter_of(PartnerCall.arrived_at), counted, -1)
        .where(PartnerCall.call.in_(UNPROCESSED), PartnerCall.is_primary.is_(True))
        .where(*whole.holds(PartnerCall.arrived_at))
        .where(*_of_scope(scope, PartnerCall.arrived_at, PartnerCall.helpline))
    )


def _calls_of_edge(scope: CallScope, edge: Period) -> _Rows:
    processed = {name: figure for name, figure in OF_CALL.items() if name not in OUTCOMES}
    charged = sa.exists().where(LedgerEntry.call == Call.sid, IS_CHARGE).correlate(Call)
    figures = {
        **_OUTCOME_OF_CALL,
        **{name: sa.func.coalesce(figure, 0) for name, figure in processed.items()},
        "charged": sa.cast(charged, sa.Integer),
    }
    same = sa.and_(PartnerCall.call == Call.sid, PartnerCall.is_primary.is_(True))
    return (
        _select(quarter_of(Call.arrived_at), figures)
        .select_from(sa.outerjoin(Call.__table__, PartnerCall.__table__, same))
        .where(*edge.holds(Call.arrived_at), *_of_scope(scope, Call.arrived_at, Call.helpline))
    )


def _of_scope(
    scope: CallScope, arrived_at: sa.SQLColumnExpression[datetime], helpline: sa.SQLColumnExpression[Any]
) -> Iterator[sa.ColumnElement[bool]]:
    if scope.helpline:
        yield helpline == scope.helpline
    if scope.hour:
        yield scope.hour.holds(arrived_at)


_OUTCOME_OF_CALL: _Figures = {
    NO_OUTCOME: sa.case((Call.outcome.is_(None), 1), else_=0),
    **{name: sa.case((Call.outcome == name, 1), else_=0) for name in OUTCOMES},
}
