"""The calls that a partner had a part in, page by page, over a connection that shows that partner's rows alone.

They are the rows that its invoices and the billing report count: a call stands here once it has ended and is worked
off.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypedDict, cast

import sqlalchemy as sa

from callrouter.billing.model import CHARGE
from callrouter.directory.model import StoredCenter
from callrouter.figures.model import PartnerCall
from callrouter.reports.money.charges import EntryRow, entries
from callrouter.reports.paging import KeysetOrder, all_rows
from callrouter.reports.period import Period
from callrouter.reports.reading import BATCH

ANSWERED, KEPT, PROMISED, MISSED = OWN_OUTCOMES = ("answered", "called back", "promised", "not answered")
"""what the call came to for the partner: the first that holds"""
KINDS = ("helpline", "listing")
_OUTCOME: sa.ColumnElement[str] = sa.case(
    (PartnerCall.answered, ANSWERED), (PartnerCall.kept, KEPT), (PartnerCall.promised, PROMISED), else_=MISSED
)
_COLUMNS: tuple[Any, ...] = (
    PartnerCall.call,
    PartnerCall.day,
    PartnerCall.arrived_at,
    PartnerCall.kind,
    PartnerCall.helpline,
    PartnerCall.center,
    PartnerCall.caller,
    _OUTCOME.label("outcome"),
    PartnerCall.wait_seconds,
    PartnerCall.talk_seconds,
    PartnerCall.simulated,
)
# By day first: so runs the index.
_ORDER = KeysetOrder((PartnerCall.day, PartnerCall.arrived_at, PartnerCall.call))


class OwnCall(TypedDict):
    """A call as the partner has it. `day` is the partner's own; `caller` is masked; `charge_state` as in `EntryRow`."""

    call: str
    day: str
    arrived_at: datetime
    kind: str
    helpline: str | None
    center: str
    caller: str
    outcome: str
    wait_seconds: int | None
    talk_seconds: int
    charge_amount: str | None
    charge_currency: str | None
    charge_state: str | None
    simulated: bool


@dataclass(frozen=True, slots=True)
class OwnCallFilter:
    """Which calls; None: whatever it is."""

    period: Period
    outcome: str | None = None
    center: str | None = None
    kind: str | None = None
    sid_part: str | None = None


class OwnPlace(NamedTuple):
    """A place in the list: just after this call."""

    day: str
    arrived_at: datetime
    call: str


class OwnCallPage(NamedTuple):
    """Some calls, the newest first. `older` is where the next page begins; None: there is none."""

    calls: list[OwnCall]
    total: int
    older: OwnPlace | None


def own_call_page(
    connection: sa.Connection, wanted: OwnCallFilter, size: int, after: OwnPlace | None = None
) -> OwnCallPage:
    """Up to `size` calls: the newest, or those after a place."""
    found = _ask(connection, wanted, size + 1, after)
    count = sa.select(sa.func.count()).select_from(PartnerCall).where(*own_conditions(wanted))
    total = connection.execute(count).scalar_one()
    shown = list(_with_charges(connection, found[:size]))
    return OwnCallPage(shown, total, _place(shown[-1]) if len(found) > size else None)


def all_own_calls(connection: sa.Connection, wanted: OwnCallFilter) -> Iterator[OwnCall]:
    """Every call of the list, in its order. They stream."""
    return all_rows(
        lambda after: list(_with_charges(connection, _ask(connection, wanted, BATCH, after))), _place
    )


def own_centers(connection: sa.Connection) -> list[str]:
    """The keys of the partner's centers, past ones included."""
    return list(connection.execute(sa.select(StoredCenter.key).order_by(StoredCenter.key)).scalars())


def own_conditions(wanted: OwnCallFilter) -> Iterator[sa.ColumnElement[bool]]:
    """What holds for the calls that are wanted."""
    yield from wanted.period.holds(PartnerCall.arrived_at)
    if wanted.period.since:
        # The same in the words of the index, whatever zone the day is of.
        yield PartnerCall.day >= (wanted.period.since - timedelta(days=1)).date().isoformat()
    if wanted.outcome:
        yield _OUTCOME.in_([wanted.outcome])
    if wanted.center:
        yield PartnerCall.center == wanted.center
    if wanted.kind:
        yield PartnerCall.kind == wanted.kind
    if wanted.sid_part:
        yield PartnerCall.call.contains(wanted.sid_part, autoescape=True)


def _ask(
    connection: sa.Connection, wanted: OwnCallFilter, most: int, after: OwnPlace | None
) -> list[sa.RowMapping]:
    query = sa.select(*_COLUMNS).where(*own_conditions(wanted))
    return list(connection.execute(_ORDER.cut(query, most, after=after)).mappings())


def _with_charges(connection: sa.Connection, rows: Sequence[sa.RowMapping]) -> Iterator[OwnCall]:
    about = entries(connection, [row["call"] for row in rows])
    charges = {entry["call"]: entry for entry in about if entry["entry"] == CHARGE}
    for row in rows:
        yield _own_call(row, charges.get(row["call"]))


def _own_call(row: sa.RowMapping, charge: EntryRow | None) -> OwnCall:
    its_charge = {
        "charge_amount": charge["amount"] if charge else None,
        "charge_currency": charge["currency"] if charge else None,
        "charge_state": charge["state"] if charge else None,
    }
    return cast(OwnCall, {**row, **its_charge})


def _place(call: OwnCall) -> OwnPlace:
    return OwnPlace(call["day"], call["arrived_at"], call["call"])
