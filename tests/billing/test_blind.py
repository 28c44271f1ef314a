"""Nobody pays for a choice: whatever the caller is, and whatever follows the call, changes no amount."""

from __future__ import annotations

from contextlib import closing
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

import callrouter.model as tables
from callrouter.calls.model import call, leg
from tests.billing.history import START, Accounts, ReportedCall, directory, other_rates
from tests.owner import as_owner
from tests.servers.databases import Databases

TERMS = directory(rates=other_rates(4000, date(2026, 10, 20), free_calls=1), spend_cap_minor=12_000)
CALLS = [
    ReportedCall(
        f"CA{n:02}",
        "sunrise",
        "helpline" if n % 3 else "listing",
        "ab"[n % 2] if n % 4 else None,
        START,
        seconds,
    )
    for n, seconds in enumerate((90, 20, 31, 600, 90, 45, 90, 30))
]
LATER = START + timedelta(days=3)

PRICED_BY = {
    "call": {
        "sid": "which call it is",
        "arrived_at": "the rate in force, and the order",
        "directory_version": "the directory in force",
        "caller_pseudonym": "only whether two calls are of the same caller",
        "simulated": "played calls have resulting_accounts of their own",
    },
    "leg": {
        "call": "which call it is",
        "number": "which leg it is",
        "partner": "who pays",
        "kind": "its price",
        "outcome": "accepted",
        "talk_seconds": "the rate's minimum",
    },
}
"""All that may matter, and for what; what is not here is changed below."""
CALLER_AND_AFTER: dict[str, dict[str, Any]] = {
    "call": {
        "dialled": "+18005550100",
        "caller": "+1 212 ••• ••01",
        "caller_erased_at": LATER,
        "state": "TX",
        "language": "es",
        "wordings_version": 7,
        "shows_number": True,
        "status": "ringing",
        "turn": 9,
        "attempts": 7,
        "helpline_consent": "press 3",
        "helpline_consent_at": LATER,
        "prompt_words": "press 1",
        "owed_by": "harbor-sd",
        "outcome": "crisis",
        "answered_by": None,
        "last_callback_at": LATER,
        "ended_at": LATER,
        "carrier_seconds": 9_999,
        "reaped": True,
        "spoken_seconds": 600,
    },
    "leg": {
        "name": "Another name",
        "phone": "+12125550100",
        "ring_seconds": 60,
        "screens": True,
        "began_at": LATER,
        "sid": "CAother",
        "progress": "ringing",
        "whispered_at": LATER,
        "taken_at": LATER,
        "carrier_seconds": 9_999,
        "closed_at": LATER,
    },
}
BOUND = {
    "call": {"route", "listing", "bound_listing", "helpline", "only_center"},
    "leg": {"only_center", "center"},
}
"""Where the call went; the database holds them together with `kind` and `partner`."""


@pytest.mark.parametrize("table", [call, leg], ids=["call", "leg"])
def test_every_field_that_is_stored_is_looked_at_here(table: sa.Table) -> None:
    known = PRICED_BY[table.name].keys() | CALLER_AND_AFTER[table.name].keys() | BOUND[table.name]
    assert known == set(table.columns.keys())


def resulting_accounts(databases: Databases, table: str = "", changes: dict[str, Any] | None = None) -> Any:
    with databases.fresh() as url, closing(Accounts(url, TERMS)) as accounts:
        accounts.stores(CALLS)
        if changes:
            _change(accounts, tables.metadata.tables[table], changes)
        accounts.tells([told.sid for told in CALLS])
        return accounts.cost_of_calls(), [_money(row) for row in accounts.rows("ledger_entry")]


def _change(accounts: Accounts, table: sa.Table, changes: dict[str, Any]) -> None:
    with as_owner(accounts.database) as connection:
        connection.execute(sa.update(table).values(**changes))


def _money(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(
        row[name] for name in ("entry_type", "partner", "call", "kind", "amount", "currency", "day", "rule")
    )


FIELDS = [(table, field) for table, fields in CALLER_AND_AFTER.items() for field in fields]


@pytest.mark.parametrize(("table", "field"), FIELDS, ids=[f"{table}.{field}" for table, field in FIELDS])
def test_no_field_of_the_caller_or_of_what_follows_changes_an_amount(
    databases: Databases, table: str, field: str
) -> None:
    changed = resulting_accounts(databases, table, {field: CALLER_AND_AFTER[table][field]})
    assert changed == resulting_accounts(databases)


def test_nor_do_all_of_them_at_once(databases: Databases) -> None:
    stand, entries = resulting_accounts(databases)
    assert len(stand) >= 2
    for table, changes in CALLER_AND_AFTER.items():
        assert resulting_accounts(databases, table, changes) == (stand, entries)
