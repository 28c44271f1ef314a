"""Keeping the figures of calls that are over: what each partner had of them. Told again it comes to the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

from callrouter.billing.contract_terms import UTC
from callrouter.billing.period import day_of
from callrouter.database import Row, Session, sql
from callrouter.directory.directory import Directory
from callrouter.directory.versions import DirectoryShelf
from callrouter.figures import cost
from callrouter.figures.model import NOBODY
from callrouter.figures.partner_calls import (
    EndedCall,
    PartnerCall,
    Rung,
    answered_at,
    partner_calls,
)

_CALLS = sql(
    "SELECT sid, arrived_at, route, listing, helpline, simulated, directory_version, caller, outcome = 'promised'"
    " FROM call WHERE sid = ANY(:calls) AND ended_at IS NOT NULL"
)
_LEGS = sql(
    "SELECT call, partner, center, kind, COALESCE(talk_seconds, 0), outcome = 'accepted', began_at, ring_seconds,"
    " taken_at, closed_at, talk_seconds FROM leg WHERE call = ANY(:calls) ORDER BY call, number"
)
_KEPT = sql(
    "SELECT call, partner, center, kind, COALESCE(talk_seconds, 0) FROM return_call"
    " WHERE call = ANY(:calls) AND outcome = 'kept'"
)
_FORGET_NOBODY = sql("DELETE FROM partner_call WHERE call = ANY(:calls) AND partner = ''")
_CHANGES = (
    "center",
    "helpline",
    "kind",
    "day",
    "home",
    "answered",
    "promised",
    "kept",
    "wait_seconds",
    "talk_seconds",
)
_WRITE = sql(
    f"INSERT INTO partner_call ({', '.join(PartnerCall._fields)})"  # noqa: S608
    f" VALUES ({', '.join(f':{name}' for name in PartnerCall._fields)})"
    f" ON CONFLICT (call, partner) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _CHANGES)},"
    " cost_micros = CASE WHEN excluded.home THEN partner_call.cost_micros END,"
    " cost_currency = CASE WHEN excluded.home THEN partner_call.cost_currency END"
)


def keep_figures(session: Session, directories: DirectoryShelf, calls: list[str]) -> None:
    """Write what each partner had of these calls. The caller makes sure that it is the only writer."""
    rows = sorted(_rows(session, directories, calls), key=lambda row: (row.call, row.home))
    returned = [row.call for row in rows if row.kept]
    if returned:
        # Of some of them nobody had been rung at first.
        session.tell(_FORGET_NOBODY, calls=returned)
    # The home of a call comes last, so that there are never two.
    session.tell_all(_WRITE, [row._asdict() for row in rows])
    cost.keep(session, calls)


def _rows(session: Session, directories: DirectoryShelf, calls: list[str]) -> Iterator[PartnerCall]:
    of_calls = {"calls": calls}
    ended, legs, kept = session.ask_all((_CALLS, of_calls), (_LEGS, of_calls), (_KEPT, of_calls))
    rung: dict[str, list[Rung]] = defaultdict(list)
    for row in legs:
        rung[row[0]].append(_of_leg(row))
    for call, partner, center, kind, talk_seconds in kept:
        rung[call].append(Rung(partner, center, kind, talk_seconds, kept=True))
    for call in (EndedCall(*row) for row in ended):
        directory = directories.at(session, call.directory_version)
        yield from partner_calls(call, rung[call.sid], _day_of(directory, call))


def _of_leg(row: Row) -> Rung:
    _, partner, center, kind, talk_seconds, accepted, *times = row
    return Rung(partner, center, kind, talk_seconds, answered_at=answered_at(*times) if accepted else None)


def _day_of(directory: Directory, call: EndedCall) -> Callable[[str], str]:
    return lambda partner: day_of(call.arrived_at, _zone(directory, call, partner))


def _zone(directory: Directory, call: EndedCall, partner: str) -> str:
    """The partner's zone when the call arrived; where nobody was rung, that of the helpline or listing."""
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
