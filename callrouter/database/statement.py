"""SQL with `:named` values, as PostgreSQL numbers them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

_NAMED = re.compile(r"(?<!:):(\w+)")
_NUMBERED = re.compile(r"\$(\d+)")
_ONE_ROW = re.compile(
    r"(?P<insert>INSERT INTO (?P<table>\w+) \([^)]*\)) VALUES \((?P<row>[^()]*)\)(?P<rest> ON CONFLICT .*)?"
)
_WRITE = re.compile(
    r"INSERT INTO (?P<into>\w+) \([^)]*\) VALUES |UPDATE (?P<update>\w+) SET (?!.*\bSELECT\b)"
)


@dataclass(frozen=True, eq=False)
class Statement:
    """One SQL text."""

    text: str
    """with its values numbered, `$1`"""
    named: str
    """with its values named, `:sid`"""
    driver_text: str
    """with its values named as psycopg names them, `%(sid)s`"""
    values: tuple[str, ...]
    """names of the values, in the order of their numbers"""
    name: bytes
    """of the prepared statement"""
    writes: str | None
    """the table of a simple write, whose result nobody needs"""
    only_adds: bool
    """it adds a row, and would fail where that is there"""

    def in_order(self, values: Mapping[str, Any]) -> list[Any]:
        """The values in the order of their numbers."""
        return [values[name] for name in self.values]

    def values_of(self, row: object) -> dict[str, Any]:
        """The values by name, from the attributes of a row that are called so."""
        return {name: getattr(row, name) for name in self.values}


def sql(text: str) -> Statement:
    """A statement of the call path."""
    lean = " ".join(text.split())
    names = tuple(dict.fromkeys(_NAMED.findall(lean)))
    write = _WRITE.match(lean) if " RETURNING " not in lean else None
    return _statement(
        text=_NAMED.sub(lambda found: f"${names.index(found[1]) + 1}", lean),
        named=lean,
        values=names,
        writes=(write["into"] or write["update"]) if write else None,
        only_adds=bool(write and write["into"]) and " ON CONFLICT " not in lean,
    )


def selecting(columns: Sequence[str], rest: str) -> Statement:
    """A query of these columns; `rest` begins with FROM."""
    return sql(f"SELECT {', '.join(columns)} {rest}")


def inserting(table: str, columns: Sequence[str], **instead: str) -> Statement:
    """An INSERT with a value for each column; `instead` has another expression for some of them."""
    values = ", ".join(instead.get(column, f":{column}") for column in columns)
    return sql(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({values})")  # noqa: S608


def updating(table: str, columns: Sequence[str], where: str) -> Statement:
    """An UPDATE of these columns."""
    changes = ", ".join(f"{column} = :{column}" for column in columns)
    return sql(f"UPDATE {table} SET {changes} WHERE {where}")  # noqa: S608


def _statement(
    *, text: str, values: tuple[str, ...], named: str = "", writes: str | None = None, only_adds: bool = False
) -> Statement:
    name = b"callrouter_" + sha256(text.encode()).hexdigest()[:24].encode()
    driver_text = _NAMED.sub(r"%(\1)s", named.replace("%", "%%"))
    return Statement(text, named, driver_text, values, name, writes, only_adds)


@lru_cache(maxsize=1024)
def in_one(statements: tuple[Statement, ...]) -> Statement:
    """Simple writes as one statement (`WITH … AS (INSERT …) UPDATE …`); its values are all of theirs.

    PostgreSQL carries the parts out on one snapshot, so no two of them may change the same row: see `may_join`.
    """
    texts, taken = [], 0
    for statement in statements:
        texts.append(_renumbered(statement.text, taken))
        taken += len(statement.values)
    parts = ", ".join(f"write_{place} AS ({text})" for place, text in enumerate(texts[:-1]))
    return _statement(
        text=f"WITH {parts} {texts[-1]}",
        values=tuple(name for statement in statements for name in statement.values),
    )


@lru_cache(maxsize=256)
def for_rows(statement: Statement) -> Statement:
    """An INSERT of one row as an INSERT of many. Its one value is the rows, as JSON.

    Each value of the statement is named as the column that it is for; so PostgreSQL knows its type.
    """
    found = _ONE_ROW.fullmatch(statement.named)
    if found is None:
        raise ValueError(f"only what adds one row can be told for many, not: {statement.named}")
    table, row, rest = found["table"], _NAMED.sub(r"given.\1", found["row"]), found["rest"] or ""
    rows = f"json_populate_recordset(NULL::{table}, $1)"
    return _statement(
        text=f"{found['insert']} SELECT {row} FROM {rows} AS given{rest}",  # noqa: S608
        named=f"{found['insert']} SELECT {row} FROM {rows.replace('$1', ':rows')} AS given{rest}",  # noqa: S608
        values=("rows",),
    )


def _renumbered(text: str, by: int) -> str:
    return _NUMBERED.sub(lambda found: f"${int(found[1]) + by}", text)


def may_join(statement: Statement, others: Sequence[Statement]) -> bool:
    """Whether a write can be carried out in one with others: it changes no row that one of them changes or adds."""
    if statement.writes is None:
        return False
    return all(
        other.writes != statement.writes
        or (other is not statement and other.only_adds and statement.only_adds)
        for other in others
    )
