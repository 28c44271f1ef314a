"""Everything that staff did, page by page and whole, the newest first, with what each act changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypedDict

import sqlalchemy as sa

from callrouter.directory.differences import differences_between
from callrouter.directory.load import loaded_version
from callrouter.directory.proposals.proposal import differences_of
from callrouter.money import Money
from callrouter.reports.paging import ListPage, list_page
from callrouter.reports.period import ALWAYS, Period
from callrouter.reports.staff_act_sources import STAFF_ACTS

BATCH = 500


class ActChange(TypedDict):
    """Something that an act changed. `before` None: it was not there; `after` None: it is not there any more."""

    what: str
    before: str | None
    after: str | None


class AuditedAct(TypedDict):
    """One thing that a person did. `subject` is what it was done to: a CallSid, a partner, an invoice, a masked number.

    `detail` is more about it, `changes` what it changed, and `reason` what the person wrote.
    """

    id: str
    at: datetime
    person: str
    action: str
    subject: str
    detail: str
    changes: list[ActChange]
    reason: str


class ActCursor(NamedTuple):
    """A place in the list: just beside this act."""

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


_PLACE = sa.tuple_(STAFF_ACTS.c.at, STAFF_ACTS.c.key)


def act_page(
    connection: sa.Connection,
    wanted: WantedActs,
    size: int,
    *,
    after: ActCursor | None = None,
    before: ActCursor | None = None,
) -> ListPage[AuditedAct, ActCursor]:
    """Up to `size` acts: those after a place (older), before a place (newer), or the newest of all."""
    found = connection.execute(_query(wanted, after, before).limit(size + 1)).mappings().all()
    acts = [_act(connection, row) for row in found]
    return list_page(acts, size, lambda act: ActCursor(act["at"], act["id"]), after=after, before=before)


def count_acts(connection: sa.Connection, wanted: WantedActs) -> int:
    """How many acts are wanted, to the last one."""
    query = sa.select(sa.func.count()).select_from(STAFF_ACTS).where(*_conditions(wanted))
    return int(connection.execute(query).scalar_one())


def all_acts(connection: sa.Connection, wanted: WantedActs) -> Iterator[AuditedAct]:
    """Every act of the list. They stream."""
    rows = connection.execute(_query(wanted).execution_options(yield_per=BATCH))
    for row in rows.mappings():
        yield _act(connection, row)


def act_choices(connection: sa.Connection) -> tuple[list[str], list[str]]:
    """The persons who did anything, and the actions that there were."""
    people, actions = (
        list(connection.execute(sa.select(column).distinct().order_by(column)).scalars())
        for column in (STAFF_ACTS.c.person, STAFF_ACTS.c.action)
    )
    return people, actions


def _query(
    wanted: WantedActs, after: ActCursor | None = None, before: ActCursor | None = None
) -> sa.Select[Any]:
    query = sa.select(STAFF_ACTS).where(*_conditions(wanted))
    if after:
        query = query.where(sa.tuple_(sa.literal(after.at), sa.literal(after.key)) > _PLACE)
    if before:
        query = query.where(sa.tuple_(sa.literal(before.at), sa.literal(before.key)) < _PLACE)
        return query.order_by(STAFF_ACTS.c.at, STAFF_ACTS.c.key)
    return query.order_by(STAFF_ACTS.c.at.desc(), STAFF_ACTS.c.key.desc())


def _conditions(wanted: WantedActs) -> Iterator[sa.ColumnElement[bool]]:
    yield from wanted.period.holds(STAFF_ACTS.c.at)
    if wanted.person:
        yield STAFF_ACTS.c.person == wanted.person
    if wanted.action:
        yield STAFF_ACTS.c.action == wanted.action
    if wanted.subject:
        yield STAFF_ACTS.c.subject.contains(wanted.subject, autoescape=True)


def _act(connection: sa.Connection, row: sa.RowMapping) -> AuditedAct:
    return AuditedAct(
        id=row["key"],
        at=row["at"],
        person=row["person"],
        action=row["action"],
        subject=row["subject"],
        detail=str(Money(row["amount"], row["currency"])) if row["currency"] else row["detail"] or "",
        changes=list(_changes(connection, row)),
        reason=row["reason"] or "",
    )


def _changes(connection: sa.Connection, row: sa.RowMapping) -> Iterator[ActChange]:
    if row["before"] or row["after"]:
        yield ActChange(what=row["subject"], before=row["before"], after=row["after"])
    if row["version"]:
        before, after = (loaded_version(connection, row["version"] - back) for back in (1, 0))
        differences = differences_between(before, after)
    else:
        differences = differences_of(connection, row["proposal"]) if row["proposal"] else ()
    for each in differences:
        yield ActChange(what=each.what, before=each.before, after=each.after)
