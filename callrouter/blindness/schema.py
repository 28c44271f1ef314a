"""Judges the schema as the log states it: nothing has a forbidden name, and every column is known to this release."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import NamedTuple

from callrouter.blindness.allowed_inputs import (
    DIRECTORY_KEYS,
    PICK_INPUTS,
    PRICE_INPUTS,
    forbidden_words_of,
    keys_of,
)
from callrouter.blindness.findings import SCHEMA, Findings
from callrouter.blindness.log_facts import LogFacts, Record
from callrouter.evidence.schema_statement import Columns

# A list that is empty has its own name alone.
_KNOWN_KEYS = DIRECTORY_KEYS | {key.rpartition(".")[0] for key in DIRECTORY_KEYS}


class AuditedSchema(NamedTuple):
    """The latest statement of the schema."""

    statements: int
    stated_at: str
    digest: str
    tables: int
    columns: int
    is_this_release: bool
    """whether it is the schema of the release that judges"""


def audit_schema(facts: LogFacts, shipped: Columns) -> AuditedSchema:
    """Judge every statement, the latest one against this release, and the directories' keys."""
    found = facts.found
    columns: Mapping[str, Mapping[str, str]] = {}
    for record in facts.statements:
        columns = _judged(found, record)
    found.expect(facts.statements, SCHEMA, "the schema", "the log has no statement of it")
    same = _compare(found, columns, shipped) if facts.statements else False
    _check_inputs(found, columns)
    _check_directories(facts)
    latest = facts.statements[-1] if facts.statements else {"stated_at": "", "digest": ""}
    return AuditedSchema(
        len(facts.statements),
        latest["stated_at"],
        latest["digest"],
        len(columns),
        sum(map(len, columns.values())),
        same,
    )


def _judged(found: Findings, record: Record) -> Mapping[str, Mapping[str, str]]:
    document: str = record["document"]
    digest = hashlib.sha256(document.encode()).hexdigest()
    name = f"schema statement {record['id']}"
    found.expect(digest == record["digest"], SCHEMA, name, "its digest is of another schema")
    columns: Mapping[str, Mapping[str, str]] = json.loads(document)
    for table, names in columns.items():
        for full in (table, *(f"{table}.{column}" for column in names)):
            for word in forbidden_words_of(full):
                found.add(SCHEMA, full, f"there is a place for {word!r}")
    return columns


def _compare(found: Findings, stated: Columns, shipped: Columns) -> bool:
    ours, theirs = (
        {f"{table}.{column} {kind}" for table, names in each.items() for column, kind in names.items()}
        for each in (shipped, stated)
    )
    for name in sorted(theirs - ours):
        found.add(SCHEMA, name, "this release does not know it")
    for name in sorted(ours - theirs):
        found.add(SCHEMA, name, "this release has it, and the log does not state it")
    return ours == theirs


def _check_inputs(found: Findings, stated: Columns) -> None:
    """What picks and prices read is in the schema."""
    for table, names in {**PICK_INPUTS, **PRICE_INPUTS}.items():
        for column in names if stated else ():
            found.expect(
                column in stated.get(table, {}), SCHEMA, f"{table}.{column}", "it is not in the schema"
            )


def _check_directories(facts: LogFacts) -> None:
    for number, version in sorted(facts.versions.items()):
        for key in sorted(set(keys_of(json.loads(version.document))) - _KNOWN_KEYS):
            facts.found.add(SCHEMA, f"directory version {number}", f"nobody knows what {key} is for")
