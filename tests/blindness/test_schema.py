"""The schema has no place for what must not matter, and every column is known to somebody."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import fields
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.sql import visitors

import callrouter.model as tables
from callrouter.billing import (
    allowances,
    billable_call,
    charge,
    charged_call,
    contract_terms,
    ledger,
    spend_cap,
)
from callrouter.billing.pricing import CallToPrice, CountedCall
from callrouter.blindness.allowed_inputs import (
    COLUMNS,
    DIRECTORY_KEYS,
    NOT_OF_TREATMENT,
    PICK_INPUTS,
    PRICE_INPUTS,
    forbidden_words_of,
    keys_of,
)
from callrouter.database import Database
from callrouter.directory import versions
from callrouter.directory.document import to_document
from callrouter.evidence.records import SOURCES
from callrouter.evidence.schema_statement import columns_of, document_of, is_as_stated, state_schema
from callrouter.routing import decide, give_back, lines, memory, rotation_state
from callrouter.routing.decide import RoutingRequest
from tests.blindness.audited_week import shipped
from tests.blindness.known_columns import KNOWN_COLUMNS
from tests.evidence.logs import NOW
from tests.week.directory import DIRECTORY

ROOT = Path(__file__).parents[2]
PICKING = (decide, give_back, lines, memory, rotation_state, spend_cap, versions)
PRICING = (allowances, billable_call, charge, charged_call, contract_terms, ledger, versions)
READ_BY_PICKS = {
    "availability": "center calls_in_progress limit_seen paused_until pause_reason missed_since",
    "decision": "helpline number call attempt center day lineup language passed_over given_back undone_after"
    " decided_at directory_version state for_promise id",
    "directory_head": "version",
    "directory_version": "version document",
    "lineup": "digest document",
    "reservation": "partner month simulated amount call number",
    "rotation": "helpline number credits last_rung day taken_today taken_this_month",
    "seat": "helpline center position",
    "spend": "partner month simulated amount",
    "spend_cap_lock": "partner",
}
"""All columns that the statements of a pick name: the rotation, the directory, and what a partner's calls cost."""
READ_BY_PRICES = {
    "call": "sid arrived_at directory_version caller_pseudonym simulated helpline ended_at",
    "closed_month": "partner simulated period",
    "directory_head": "version",
    "directory_version": "version document",
    "ledger_entry": "id entry_type partner call center helpline kind amount currency reverses rule person"
    " day period caller_pseudonym arrived_at simulated",
    "leg": "call partner center kind outcome talk_seconds",
    "return_call": "call partner center kind outcome talk_seconds",
}
"""All columns that the statements of a charge name: the call, who had it, for how long, and the account."""


def columns_in(modules: tuple[ModuleType, ...]) -> dict[str, set[str]]:
    """table: the columns that the statements of these modules read"""
    found: dict[str, set[str]] = defaultdict(set)
    for statement in (each for module in modules for each in vars(module).values()):
        if isinstance(statement, sa.Executable):
            for column in _columns(statement):
                found[column.table.name].add(column.name)
    return dict(found)


def _columns(statement: Any) -> Iterator[sa.Column[Any]]:
    parts = list(visitors.iterate(statement))
    selects = [part for part in parts if isinstance(part, sa.Select)]
    parts += [column for select in selects for column in select.selected_columns]
    for part in parts:
        if isinstance(part, sa.Column) and isinstance(part.table, sa.Table):
            yield part


@pytest.mark.parametrize(
    ("modules", "allowed"), [(PICKING, READ_BY_PICKS), (PRICING, READ_BY_PRICES)], ids=["picks", "prices"]
)
def test_picks_and_prices_read_these_columns_and_no_others(
    modules: tuple[ModuleType, ...], allowed: dict[str, str]
) -> None:
    assert columns_in(modules) == {table: set(names.split()) for table, names in allowed.items()}


@pytest.mark.parametrize(
    ("request_", "known"),
    [
        (
            RoutingRequest,
            (
                "call attempt state language tried seconds_left announcement_seconds for_promise arrived_at"
                " simulated closed"
            ),
        ),
        (CallToPrice, "call arrived_at talk_seconds rate waived"),
        (CountedCall, "call kind arrived_at price currency credited_manually free_calls spend_cap"),
    ],
)
def test_picks_and_prices_are_told_no_more(request_: type, known: str) -> None:
    assert {field.name for field in fields(request_)} == set(known.split())


def test_every_column_is_known_with_what_its_table_is_for() -> None:
    """Add yours to tests/blindness/known_columns.py, with a reason."""
    known = {table: set(names.split()) for table, (_, names) in KNOWN_COLUMNS.items()}
    assert known == {table.name: set(table.columns.keys()) for table in tables.metadata.tables.values()}
    assert all(why for why, _ in KNOWN_COLUMNS.values())


def names_of_columns() -> Iterator[str]:
    for table in tables.metadata.tables.values():
        yield table.name
        yield from (f"{table.name}.{column.name}" for column in table.columns)


def names_of_settings() -> Iterator[str]:
    yield from re.findall(r"^#? ?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)


def names_of_form_fields() -> Iterator[str]:
    for template in (ROOT / "console" / "templates").rglob("*.html"):
        yield from re.findall(r"""\bname="([a-z_.-]+)\"""", template.read_text())


def names_of_directory_keys() -> Iterator[str]:
    schema = json.loads((ROOT / "callrouter" / "directory" / "directory.schema.json").read_text())
    yield from _properties(schema)


def _properties(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        for part in schema.values():
            yield from _properties(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from _properties(part)


@pytest.mark.parametrize(
    "names",
    [names_of_columns, names_of_settings, names_of_form_fields, names_of_directory_keys],
    ids=["columns", "settings", "form fields", "directory keys"],
)
def test_no_name_has_a_forbidden_word(names: Any) -> None:
    found = list(names())
    assert len(found) > 10
    assert [name for name in found if forbidden_words_of(name) and not is_about_a_call(name)] == []


def is_about_a_call(name: str) -> bool:
    """The filter of the console for how a call ended."""
    return name == "outcome"


@pytest.mark.parametrize("name", ["call.admission_date", "leg.insurance", "patient", "center.revenue_share"])
def test_a_forbidden_word_is_found(name: str) -> None:
    assert forbidden_words_of(name)


def test_every_exception_is_a_name_that_there_is() -> None:
    assert set(names_of_columns()) >= NOT_OF_TREATMENT.keys()


@pytest.mark.parametrize("source", [*PICK_INPUTS, *PRICE_INPUTS])
def test_the_log_has_the_allowed_columns_of_each_record(source: str) -> None:
    assert {"source", *(column.name for column in SOURCES[source].columns)} == COLUMNS[source]


def test_every_key_of_a_directory_document_is_known() -> None:
    assert set(keys_of(json.loads(to_document(DIRECTORY)))) <= DIRECTORY_KEYS
    assert not [key for key in DIRECTORY_KEYS if forbidden_words_of(key)]


def test_the_schema_of_a_database_is_that_of_the_classes(database_url: str) -> None:
    with closing(Database(database_url)) as database, database.engine.connect() as connection:
        assert columns_of(connection) == shipped()


def test_a_schema_is_stated_once(database_url: str) -> None:
    with closing(Database(database_url)) as database, database.engine.begin() as connection:
        assert not is_as_stated(connection)
        assert [state_schema(connection, NOW) for _ in range(3)] == [True, False, False]
        assert is_as_stated(connection)
        stated = connection.execute(sa.select(tables.SchemaStatement)).all()
    assert [row.document for row in stated] == [document_of(shipped())]
