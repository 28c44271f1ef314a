"""The exports: each kind of row with its columns and its query."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from callrouter.reports.calls.decisions import SkippedSeat
from callrouter.reports.calls.disclosures import ExportedDisclosure, exported_disclosures
from callrouter.reports.calls.ended_calls import (
    CallCharge,
    CallDisclosure,
    CallLeg,
    CallPromise,
    ExportedCall,
    exported_calls,
)
from callrouter.reports.calls.legs import ExportedLeg, exported_legs
from callrouter.reports.money.charges import EntryRow, exported_entries
from callrouter.reports.period import Period
from callrouter.reports.promises.promises import ExportedPromise, exported_promises
from callrouter.sheets.parts import Shape


@dataclass(frozen=True)
class Export:
    """A kind of row. Rows are streamed, so memory does not grow with their number."""

    shape: Shape
    rows: Callable[[sa.Connection, Period], Iterator[Mapping[str, Any]]]

    @property
    def columns(self) -> tuple[str, ...]:
        return self.shape.columns


def _keys(row: type) -> tuple[str, ...]:
    return tuple(row.__annotations__)


_CALLS = Shape(
    _keys(ExportedCall),
    objects={"promise": _keys(CallPromise), "charge": _keys(CallCharge)},
    lists={"legs": _keys(CallLeg), "skipped": _keys(SkippedSeat), "disclosure": _keys(CallDisclosure)},
    key="sid",
    key_there="call",
)
EXPORTS = {
    "calls": Export(_CALLS, exported_calls),
    "legs": Export(Shape(_keys(ExportedLeg)), exported_legs),
    "charges": Export(Shape(_keys(EntryRow)), exported_entries),
    "disclosures": Export(Shape(_keys(ExportedDisclosure)), exported_disclosures),
    "promises": Export(Shape(_keys(ExportedPromise)), exported_promises),
}
