"""docs/what-we-do-not-store.md is true: each line is held by a test that runs, and every column is listed."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter

import pytest
import sqlalchemy as sa

import callrouter.model as tables
from tests.module_names import ROOT

DOCUMENT = ROOT / "docs/what-we-do-not-store.md"
TEST = re.compile(r"`(tests/[a-z0-9_/]+\.py::[a-z0-9_]+)`")
NOT_STORED, STORED, COLUMNS = "## What is not stored", "## What is stored", "## Every column"
LISTED_TOO = {"call", "data_key", "do_not_call", "carrier_cdr"}
"""tables whose columns do not show that they are about calls or callers"""
OF_A_PERSON = re.compile(
    r"(first|last|full|middle|caller|callers)_?name|gender|ethnic|birth|(^|_)age(_|$)|street|city|zip|postal"
    r"|latitude|longitude|geo|(^|_)ip(_|$)|device|cookie|carrier_name|transcript|speech"
)


def section(head: str) -> str:
    """The part of the document under a heading."""
    _, _, rest = DOCUMENT.read_text().partition(f"\n{head}\n")
    return rest.partition("\n## ")[0]


def rows(head: str) -> list[list[str]]:
    """The cells of each row of the tables in a part, without their heads."""
    lines = [line for line in section(head).splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for place, row in enumerate(cells) if place > 0 and set(row[0]) != {"-"}]


def named_tests() -> list[str]:
    return TEST.findall(DOCUMENT.read_text())


def is_about_callers(table: sa.Table) -> bool:
    """Whether it has rows about a call, or something that leads to a caller."""
    names = table.c.keys()
    leads = any(name in ("call", "caller") or "pseudonym" in name for name in names)
    return leads or table.name in LISTED_TOO


def test_each_line_about_what_is_not_stored_names_its_test() -> None:
    lines = rows(NOT_STORED)
    assert len(lines) > 15
    assert [line[0] for line in lines if not TEST.search(line[-1])] == []


def test_each_test_that_is_named_runs() -> None:
    names = sorted(set(named_tests()))
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *names]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    found = {line.partition("[")[0] for line in done.stdout.splitlines()}
    assert [name for name in names if name not in found] == [], done.stdout + done.stderr


def test_every_column_about_a_call_is_listed_with_how_long_it_is_kept() -> None:
    listed = Counter(
        (table.strip("`"), column)
        for table, columns, _ in rows(COLUMNS)
        for column in re.findall(r"`(\w+)`", columns)
    )
    there_are = Counter(
        (table.name, column.name)
        for table in tables.metadata.tables.values()
        if is_about_callers(table)
        for column in table.c
    )
    assert sorted((listed - there_are).elements()) == []
    assert sorted((there_are - listed).elements()) == []
    assert all(kept for _, _, kept in rows(COLUMNS))


ABOUT_CALLERS = [table for table in tables.metadata.sorted_tables if is_about_callers(table)]


@pytest.mark.parametrize("table", ABOUT_CALLERS, ids=str)
def test_no_table_has_a_place_for_who_or_where_a_caller_is(table: sa.Table) -> None:
    names = [table.name, *table.c.keys()]
    assert [name for name in names if OF_A_PERSON.search(name)] == []
