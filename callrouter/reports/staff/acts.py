"""Everything that staff did, page by page and whole, the newest first, with what each act changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypedDict, cast

import sqlalchemy as sa

from callrouter.directory.differences import differences_between
from callrouter.directory.load import loaded_version
from callrouter.directory.proposals.proposal import differences_of
from callrouter.money import Money
from callrouter.reports.paging import KeysetOrder, ListPage, list_page
from callrouter.reports.period import ALWAYS, Period
from callrouter.reports.reading import BATCH
from callrouter.reports.staff.act_sources import ACT_SOURCES, NAMES, ActColumns


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


def act_page(
    connection: sa.Connection,
    wanted: WantedActs,
    size: int,
    *,
    after: ActCursor | None = None,
    before: ActCursor | None = None,
) -> ListPage[AuditedAct, ActCursor]:
    """Up to `size` acts: those after a place (older), before a place (newer), or the newest of all."""
    query = _query(wanted, after, before, most=size + 1)
    acts = [_act(connection, row) for row in connection.execute(query).mappings().all()]
    return list_page(acts, size, lambda act: ActCursor(act["at"], act["id"]), after=after, before=before)


def count_acts(connection: sa.Connection, wanted: WantedActs) -> int:
    """How many acts are wanted, to the last one."""
    counts = (
        sa.select(sa.func.count()).where(*source.conditions, *_conditions(source, wanted)).scalar_subquery()
        for source in ACT_SOURCES
    )
    return sum(connection.execute(sa.select(*counts)).one())


def all_acts(connection: sa.Connection, wanted: WantedActs) -> Iterator[AuditedAct]:
    """Every act of the list. They stream."""
    rows = connection.execute(_query(wanted).execution_options(yield_per=BATCH))
    for row in rows.mappings():
        yield _act(connection, row)


def act_choices(connection: sa.Connection) -> tuple[list[str], list[str]]:
    """The persons who did anything, and the actions that there were."""
    return _distinct(connection, "person"), _distinct(connection, "action")


def _distinct(connection: sa.Connection, name: str) -> list[str]:
    found = sa.union(
        *(
            sa.select(getattr(source, name).label(name)).where(*source.conditions).distinct()
            for source in ACT_SOURCES
        )
    )
    return sorted(connection.execute(found).scalars())


def _query(
    wanted: WantedActs,
    after: ActCursor | None = None,
    before: ActCursor | None = None,
    most: int | None = None,
) -> sa.Select[Any]:
    """The acts of all tables. Each table gives no more than a page has, so that its index finds them."""
    parts = (
        KeysetOrder((source.at, source.key))
        .cut(source.rows(*_conditions(source, wanted)), most, after=after, before=before)
        .subquery()
        for source in ACT_SOURCES
    )
    act = sa.union_all(*(sa.select(*(part.c[name] for name in NAMES)) for part in parts)).subquery("act")
    return KeysetOrder((act.c.at, act.c.key)).cut(sa.select(act), most, after=after, before=before)


def _conditions(source: ActColumns, wanted: WantedActs) -> Iterator[sa.ColumnElement[bool]]:
    yield from wanted.period.holds(cast(sa.SQLColumnExpression[datetime], source.at))
    if wanted.person:
        yield source.person == wanted.person
    if wanted.action:
        yield source.action == wanted.action
    if wanted.subject:
        yield source.subject.contains(wanted.subject, autoescape=True)


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
