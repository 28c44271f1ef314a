"""Stores the rows of `partner_call` for calls that have ended. Running it again stores the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, Insert

from callrouter.billing.contract_terms import UTC
from callrouter.billing.period import day_of
from callrouter.calls.model import Call, Leg
from callrouter.database import Session
from callrouter.database.batch import arrays, insert_rows
from callrouter.directory.directory import Directory
from callrouter.directory.versions import DirectoryCache
from callrouter.figures.cost import store_costs
from callrouter.figures.model import NOBODY, PartnerCall
from callrouter.figures.partner_calls import Attempt, EndedCall, answered_at, partner_calls
from callrouter.promises.model import ReturnCall

_CALLS = sa.bindparam("calls", type_=ARRAY(sa.Text))
_ENDED_CALLS = sa.select(
    Call.sid,
    Call.arrived_at,
    Call.route,
    Call.listing,
    Call.helpline,
    Call.simulated,
    Call.directory_version,
    Call.caller,
    Call.outcome,
).where(Call.sid == sa.any_(_CALLS), Call.ended_at.is_not(None))
_LEGS = (
    sa.select(
        Leg.call,
        Leg.partner,
        Leg.center,
        Leg.kind,
        Leg.talk_seconds,
        (Leg.outcome == "accepted").label("accepted"),
        Leg.began_at,
        Leg.ring_seconds,
        Leg.taken_at,
        Leg.closed_at,
    )
    .where(Leg.call == sa.any_(_CALLS))
    .order_by(Leg.call, Leg.number)
)
_PROMISES_KEPT = sa.select(
    ReturnCall.call,
    ReturnCall.partner,
    ReturnCall.center,
    ReturnCall.kind,
    ReturnCall.talk_seconds,
).where(ReturnCall.call == sa.any_(_CALLS), ReturnCall.outcome == "kept")
_DELETE_NOBODYS = sa.delete(PartnerCall).where(
    PartnerCall.call == sa.any_(_CALLS), PartnerCall.partner == NOBODY
)

_COST = ("cost_micros", "cost_currency")
_COLUMNS = tuple(column.name for column in PartnerCall.__table__.c if column.name not in _COST)
_CHANGES = (
    "center",
    "helpline",
    "kind",
    "day",
    "is_primary",
    "answered",
    "promised",
    "kept",
    "outcome",
    "wait_seconds",
    "talk_seconds",
)


def _upsert(insert: Insert) -> Insert:
    """Also for a stored call: its cost stays with the primary partner."""
    new = insert.excluded
    costs = {name: sa.case((new.is_primary, PartnerCall.__table__.c[name])) for name in _COST}
    changes = {name: new[name] for name in _CHANGES}
    return insert.on_conflict_do_update(index_elements=["call", "partner"], set_={**changes, **costs})


_STORE = _upsert(insert_rows(PartnerCall, _COLUMNS))


def update_figures(session: Session, directories: DirectoryCache, calls: list[str]) -> None:
    """Store what each partner had of these calls. The caller of this function is the only writer."""
    rows = sorted(_rows(session, directories, calls), key=lambda row: (row.call, row.is_primary))
    returned = [row.call for row in rows if row.kept]
    if returned:
        # Some of these calls had rung nobody before.
        session.execute(_DELETE_NOBODYS, {"calls": returned})
    if rows:
        # Write the primary partner last, so that a call never has two.
        session.execute(_STORE, arrays(_COLUMNS, [vars(row) for row in rows]))
    store_costs(session, calls)


def _rows(session: Session, directories: DirectoryCache, calls: list[str]) -> Iterator[PartnerCall]:
    of_calls = {"calls": calls}
    ended, legs, kept = (session.execute(one, of_calls) for one in (_ENDED_CALLS, _LEGS, _PROMISES_KEPT))
    attempts: dict[str, list[Attempt]] = defaultdict(list)
    for row in legs:
        attempts[row.call].append(_of_leg(row))
    for row in kept:
        attempts[row.call].append(
            Attempt(row.partner, row.center, row.kind, row.talk_seconds or 0, kept=True)
        )
    for one in (EndedCall(**row._asdict()) for row in ended):
        directory = directories.at(session, one.directory_version)
        yield from partner_calls(one, attempts[one.sid], _day_of(directory, one))


def _of_leg(row: Any) -> Attempt:
    times = row.began_at, row.ring_seconds, row.taken_at, row.closed_at, row.talk_seconds
    answered = answered_at(*times) if row.accepted else None
    return Attempt(row.partner, row.center, row.kind, row.talk_seconds or 0, answered_at=answered)


def _day_of(directory: Directory, call: EndedCall) -> Callable[[str], str]:
    return lambda partner: day_of(call.arrived_at, _zone(directory, call, partner))


def _zone(directory: Directory, call: EndedCall, partner: str) -> str:
    """The partner's zone when the call arrived; if nobody was rung, the zone of the helpline or listing."""
    if partner == NOBODY:
        return _own_zone(directory, call)
    known = directory.partners.get(partner)
    return known.timezone if known else UTC


def _own_zone(directory: Directory, call: EndedCall) -> str:
    if call.helpline in directory.helplines:
        return directory.helplines[call.helpline].timezone
    if call.listing in directory.listings:
        return directory.partner_of(directory.listings[call.listing].center).timezone
    return UTC
