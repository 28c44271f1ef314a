"""Lists of calls, page by page: the newest first, those in progress included, with what each costs its partner."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from callrouter.billing.model import CHARGE
from callrouter.calls.model import Call
from callrouter.reports.calls.legs import legs
from callrouter.reports.calls.listed_calls import (
    CALL_COLUMNS,
    CallFilter,
    ListedCall,
    conditions,
    count_calls,
    refuse_unknown,
)
from callrouter.reports.money.charges import entries
from callrouter.reports.paging import KeysetOrder, all_rows, list_page
from callrouter.reports.reading import BATCH

_ORDER = KeysetOrder((Call.arrived_at, Call.sid))


class CallRow(ListedCall):
    """A call of a list, with its partner, its talk and its charge. `charge_state` as in `EntryRow`."""

    partner: str | None
    attempts: int
    talk_seconds: int
    charge_amount: str | None
    charge_currency: str | None
    charge_state: str | None


class Cursor(NamedTuple):
    """A place in the list: just beside this call."""

    arrived_at: datetime
    sid: str


@dataclass(frozen=True, slots=True)
class CallPage:
    """Some calls, the newest first, and the places before and after them; None: there are no more on that side."""

    calls: list[CallRow]
    total: int
    newer: Cursor | None
    older: Cursor | None


def call_page(
    connection: sa.Connection,
    wanted: CallFilter,
    size: int,
    *,
    after: Cursor | None = None,
    before: Cursor | None = None,
) -> CallPage:
    """Up to `size` calls: those after a place (older), before a place (newer), or the newest of all.

    Raises NotKnown for a key that there never was.
    """
    refuse_unknown(connection, wanted)
    found = _ask(connection, wanted, size + 1, after=after, before=before)
    page = list_page(found, size, _cursor, after=after, before=before)
    return CallPage(
        list(_whole(connection, page.rows)), count_calls(connection, wanted), page.previous, page.following
    )


def all_calls(connection: sa.Connection, wanted: CallFilter) -> Iterator[CallRow]:
    """Every call of the list, the newest first. They stream."""
    refuse_unknown(connection, wanted)
    return all_rows(
        lambda after: list(_whole(connection, _ask(connection, wanted, BATCH, after=after))), _cursor
    )


def _ask(
    connection: sa.Connection,
    wanted: CallFilter,
    most: int,
    *,
    after: Cursor | None = None,
    before: Cursor | None = None,
) -> list[ListedCall]:
    query = sa.select(*CALL_COLUMNS).where(*conditions(wanted))
    query = _ORDER.cut(query, most, after=after, before=before)
    return [ListedCall(**row) for row in connection.execute(query).mappings()]  # type: ignore[typeddict-item]


def _cursor(call: ListedCall) -> Cursor:
    return Cursor(call["arrived_at"], call["sid"])


def _whole(connection: sa.Connection, calls: Sequence[ListedCall]) -> Iterator[CallRow]:
    sids = [call["sid"] for call in calls]
    if not sids:
        return
    attempts: dict[str, int] = {}
    accepted = {}
    for leg in legs(connection, sids):
        attempts[leg["call"]] = leg["attempt"]
        if leg["accepted"]:
            accepted[leg["call"]] = leg
    charges = {entry["call"]: entry for entry in entries(connection, sids) if entry["entry"] == CHARGE}
    for call in calls:
        leg_taken, charge = accepted.get(call["sid"]), charges.get(call["sid"])
        yield CallRow(
            **call,
            partner=charge["partner"] if charge else leg_taken["partner"] if leg_taken else None,
            attempts=attempts.get(call["sid"], 0),
            talk_seconds=leg_taken["talk_seconds"] if leg_taken else 0,
            charge_amount=charge["amount"] if charge else None,
            charge_currency=charge["currency"] if charge else None,
            charge_state=charge["state"] if charge else None,
        )
