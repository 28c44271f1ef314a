"""The columns that a list of calls can show. An export has the same ones, in the same order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from callrouter.errors import Fault
from callrouter.staff.roles import Right


@dataclass(frozen=True, slots=True)
class CallColumn:
    """A column of the page, and the columns of an export that say the same."""

    name: str
    exported: tuple[str, ...]
    is_number: bool = False
    is_default: bool = True
    right: Right = Right.SEE_CALLS


CALL = CallColumn("call", ("sid",))
"""leads to the call, so it is always there"""
CALL_COLUMNS = (
    CallColumn("arrived", ("arrived_at",)),
    CallColumn("ended", ("ended_at",), is_default=False),
    CALL,
    CallColumn("caller", ("caller",)),
    CallColumn("state", ("state",)),
    CallColumn("language", ("language",), is_default=False),
    CallColumn("line", ("dialled",)),
    CallColumn("route", ("route", "listing", "helpline")),
    CallColumn("outcome", ("status", "outcome")),
    CallColumn("center", ("answered_by", "ringing")),
    CallColumn("partner", ("partner",), is_default=False),
    CallColumn("legs", ("attempts",), is_number=True),
    CallColumn("talk", ("talk_seconds",), is_number=True),
    CallColumn(
        "charge", ("charge_amount", "charge_currency", "charge_state"), is_number=True, right=Right.SEE_MONEY
    ),
    CallColumn("simulated", ("simulated",), is_default=False),
)
DEFAULT_COLUMNS = tuple(column for column in CALL_COLUMNS if column.is_default)
_BETWEEN = ","


def columns_of(may: Callable[[Right], bool]) -> tuple[CallColumn, ...]:
    """The columns that somebody may see, by their rights."""
    return tuple(column for column in CALL_COLUMNS if may(column.right))


def read_columns(written: Iterable[str], may: Callable[[Right], bool]) -> tuple[CallColumn, ...]:
    """The columns that an address names, in the order of the list; those of the default where it names none.

    One that the person may not see is left out. Raises Fault for an unknown column.
    """
    names = {name for text in written for name in text.split(_BETWEEN) if name}
    if unknown := names - {column.name for column in CALL_COLUMNS}:
        known = ", ".join(column.name for column in CALL_COLUMNS)
        raise Fault(f"there is no column {min(unknown)!r}: the list has {known}")
    shown = columns_of(may)
    if not names:
        return tuple(column for column in DEFAULT_COLUMNS if column in shown)
    return tuple(column for column in shown if column.name in names | {CALL.name})


def columns_text(columns: tuple[CallColumn, ...], may: Callable[[Right], bool]) -> str:
    """The columns for an address; empty for those of the default."""
    return "" if columns == read_columns((), may) else _BETWEEN.join(column.name for column in columns)


def exported_columns(columns: tuple[CallColumn, ...]) -> tuple[str, ...]:
    """The columns of an export."""
    return tuple(name for column in columns for name in column.exported)
