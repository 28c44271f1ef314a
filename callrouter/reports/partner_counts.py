"""How many calls a partner, or one of its centers, has had a part in, without a look at the calls of others.

`partner_call` has those that it was rung for or returned, once they are processed, in the order of an index. The others
are few: calls that are not processed, and those with a return call that was tried in vain.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa

from callrouter.calls.model import Call, Leg
from callrouter.directory.model import StoredCenter
from callrouter.figures.model import PartnerCall
from callrouter.promises.model import ReturnCall
from callrouter.reports.call_totals import UNPROCESSED, CallScope

_FURTHEST = timedelta(days=2)
"""Nowhere is a day further from UTC's than this."""


def count_of_partner(
    connection: sa.Connection,
    scope: CallScope,
    partner: str,
    outcome: str | None,
    center: str | None,
    conditions: Sequence[sa.ColumnElement[bool]],
) -> int:
    """The number of calls; `conditions` are those on `Call` that say the same as the other arguments."""
    processed = sa.select(sa.func.count()).where(
        *_of_partner(scope, partner, outcome), PartnerCall.call.not_in(UNPROCESSED)
    )
    if center:
        processed = processed.where(_had_a_part(center))
    others = sa.select(sa.func.count()).where(Call.sid.in_(_others(partner)), *conditions)
    return sum(int(connection.execute(query).scalar_one()) for query in (processed, others))


def _of_partner(scope: CallScope, partner: str, outcome: str | None) -> list[sa.ColumnElement[bool]]:
    found = [PartnerCall.partner == partner, *scope.period.holds(PartnerCall.arrived_at)]
    if scope.period.since:
        found.append(PartnerCall.day >= (scope.period.since - _FURTHEST).date().isoformat())
    if scope.period.until:
        found.append(PartnerCall.day <= (scope.period.until + _FURTHEST).date().isoformat())
    if scope.helpline:
        found.append(PartnerCall.helpline == scope.helpline)
    if scope.hour:
        found.append(scope.hour.holds(PartnerCall.arrived_at))
    if outcome:
        found.append(PartnerCall.outcome == outcome)
    return found


def partner_of(connection: sa.Connection, center: str) -> str | None:
    """Whose center it is: one partner's for ever (directory/ownership.py)."""
    query = sa.select(StoredCenter.partner).where(StoredCenter.key == center)
    return connection.execute(query).scalar_one_or_none()


def _had_a_part(center: str) -> sa.ColumnElement[bool]:
    """Most often it is the center that `partner_call` names, and no other table is read."""
    rung = sa.exists().where(Leg.call == PartnerCall.call, Leg.center == center)
    returned = sa.exists().where(ReturnCall.call == PartnerCall.call, ReturnCall.center == center)
    return sa.or_(PartnerCall.center == center, rung.correlate(PartnerCall), returned.correlate(PartnerCall))


def _others(partner: str) -> sa.CompoundSelect[str]:
    counted = sa.exists().where(PartnerCall.call == ReturnCall.call, PartnerCall.partner == partner)
    in_vain = sa.select(ReturnCall.call).where(ReturnCall.partner == partner, ~counted.correlate(ReturnCall))
    return sa.union(*UNPROCESSED.selects, in_vain)
