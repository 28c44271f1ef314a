"""The totals counted anew from the rows themselves: what `day_total` has to say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from callrouter.figures.model import DIMENSIONS, FIGURES, day_total

_OF_CALL = {
    "calls": "CASE WHEN home THEN 1 ELSE 0 END",
    "rung": "1",
    "answered": "CASE WHEN answered THEN 1 ELSE 0 END",
    "promised": "CASE WHEN promised THEN 1 ELSE 0 END",
    "kept": "CASE WHEN kept THEN 1 ELSE 0 END",
    "waits": "CASE WHEN wait_seconds IS NULL THEN 0 ELSE 1 END",
    "wait_seconds": "COALESCE(wait_seconds, 0)",
    "talk_seconds": "talk_seconds",
}
_OF_COST = {"costed": "1", "cost_micros": "cost_micros"}
_OF_ENTRY = {
    "charged": "CASE WHEN entry_type = 'charge' THEN 1 ELSE 0 END",
    "amount": "CASE WHEN entry_type = 'credit' OR amount < 0 THEN 0 ELSE amount END",
    "credited": "CASE WHEN entry_type = 'credit' THEN amount WHEN amount < 0 THEN -amount ELSE 0 END",
}


def _part(currency: str, figures: dict[str, str], rows: str) -> str:
    told = ", ".join(f"{figures.get(name, '0')} AS {name}" for name in FIGURES)
    return (
        "SELECT day, partner, COALESCE(center, '') AS center, COALESCE(helpline, '') AS helpline, kind, simulated,"  # noqa: S608
        f" {currency} AS currency, {told} FROM {rows}"
    )


_PARTS = " UNION ALL ".join(
    (
        _part("''", _OF_CALL, "partner_call"),
        _part("cost_currency", _OF_COST, "partner_call WHERE cost_micros IS NOT NULL"),
        _part("currency", _OF_ENTRY, "ledger_entry WHERE entry_type <> 'payment'"),
    )
)
_KEYS, _SUMS = ", ".join(DIMENSIONS), ", ".join(f"SUM({name})" for name in FIGURES)
_RECOUNT = f"SELECT {_KEYS}, {_SUMS} FROM ({_PARTS}) AS parts GROUP BY {_KEYS}"  # noqa: S608
_COUNT_ANEW = sa.text(f"INSERT INTO day_total ({_KEYS}, {', '.join(FIGURES)}) {_RECOUNT}")

Totals = dict[tuple[Any, ...], tuple[int, ...]]
"""by `DIMENSIONS`: `FIGURES`, without those of which nothing is there"""


def kept(connection: sa.Connection) -> Totals:
    """The totals as they are kept."""
    return _totals(connection.execute(sa.select(day_total)))


def recounted(connection: sa.Connection) -> Totals:
    """The totals as they have to be."""
    return _totals(connection.execute(sa.text(_RECOUNT)))


def count_anew(connection: sa.Connection) -> None:
    """Count all totals anew, as after a change that went around the triggers. Nobody else writes meanwhile."""
    with unguarded(connection):
        connection.execute(sa.delete(day_total))
        connection.execute(_COUNT_ANEW)


@contextmanager
def unguarded(connection: sa.Connection) -> Iterator[None]:
    """Within it totals can be written by hand, which a trigger refuses otherwise."""
    connection.exec_driver_sql("ALTER TABLE day_total DISABLE TRIGGER total_is_counted")
    yield
    connection.exec_driver_sql("ALTER TABLE day_total ENABLE TRIGGER total_is_counted")


def _totals(rows: Iterable[sa.Row[Any]]) -> Totals:
    keys = len(DIMENSIONS)
    found = {tuple(row[:keys]): tuple(map(int, row[keys:])) for row in rows}
    return {key: figures for key, figures in found.items() if any(figures)}
