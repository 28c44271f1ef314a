"""The totals of each quarter of an hour, computed from the rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import INTERVAL

from callrouter.billing.model import IS_CHARGE, LedgerEntry
from callrouter.calls.states import ABANDONED, ANSWERED, CRISIS, PROMISED, REFUSED, UNSERVED, VOICEMAIL
from callrouter.figures.model import ALL_CALLS, QUARTER_FIGURES, QUARTER_HOUR, WAIT_BOUNDS, WAITS, PartnerCall

OUTCOMES = (ANSWERED, PROMISED, VOICEMAIL, ABANDONED, CRISIS, UNSERVED, REFUSED)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def quarter_of(moment: sa.SQLColumnExpression[Any]) -> sa.ColumnElement[datetime]:
    """The beginning of the quarter of an hour that a moment is in."""
    return sa.func.date_bin(sa.cast(QUARTER_HOUR, INTERVAL), moment, sa.cast(_EPOCH, sa.DateTime(True)))


def _number(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.case((condition, 1), else_=0)


def _waits() -> Mapping[str, sa.ColumnElement[int]]:
    """The number of calls whose wait is above one bound and at most the next."""
    wait = PartnerCall.wait_seconds
    least = (wait >= 0, *(wait > seconds for seconds in WAIT_BOUNDS))
    most = (*(wait <= seconds for seconds in WAIT_BOUNDS), sa.true())
    return {name: _number(sa.and_(low, high)) for name, low, high in zip(WAITS, least, most, strict=True)}


OF_CALL: Mapping[str, sa.ColumnElement[int]] = {
    **{name: _number(PartnerCall.outcome == name) for name in OUTCOMES},
    "talks": _number(PartnerCall.talk_seconds > 0),
    "talk_seconds": sa.type_coerce(PartnerCall.talk_seconds, sa.Integer),
    **_waits(),
}
"""what a row of the primary partner adds to each figure"""
_OF_CHARGE: Mapping[str, sa.ColumnElement[int]] = {"charged": sa.literal_column("1", sa.Integer)}


def _part(
    table: type[PartnerCall] | type[LedgerEntry],
    scope: sa.SQLColumnExpression[Any],
    counted: sa.ColumnElement[bool],
    figures: Mapping[str, sa.ColumnElement[int]],
) -> sa.Select[*tuple[Any, ...]]:
    zero = sa.literal_column("0", sa.Integer)
    return sa.select(
        sa.type_coerce(scope, sa.Text).label("scope"),
        quarter_of(table.arrived_at).label("begins_at"),
        *(figures.get(name, zero).label(name) for name in QUARTER_FIGURES),
    ).where(counted, scope.is_not(None))


def _parts(
    table: type[PartnerCall] | type[LedgerEntry],
    counted: sa.ColumnElement[bool],
    figures: Mapping[str, sa.ColumnElement[int]],
) -> Iterator[sa.Select[*tuple[Any, ...]]]:
    """Each row counts for its helpline, and once more for all of them."""
    yield _part(table, table.helpline, counted, figures)
    yield _part(table, sa.literal(ALL_CALLS), counted, figures)


_PARTS = sa.union_all(
    *_parts(PartnerCall, PartnerCall.is_primary.is_(True), OF_CALL),
    *_parts(LedgerEntry, IS_CHARGE, _OF_CHARGE),
).subquery("parts")
_KEYS = (_PARTS.c.scope, _PARTS.c.begins_at)
RECOUNT_QUARTERS = sa.select(
    *_KEYS, *(sa.cast(sa.func.sum(_PARTS.c[name]), sa.BigInteger).label(name) for name in QUARTER_FIGURES)
).group_by(*_KEYS)
"""the rows that `quarter_hour_total` should have"""
