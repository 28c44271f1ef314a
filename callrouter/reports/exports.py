"""What can be exported: each kind of row with its columns and the question that brings it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from callrouter.reports.calls import Call, exported_calls
from callrouter.reports.charges import Entry, exported_entries
from callrouter.reports.disclosures import ExportedDisclosure, exported_disclosures
from callrouter.reports.legs import ExportedLeg, exported_legs
from callrouter.reports.period import Period
from callrouter.reports.promises import ExportedPromise, exported_promises


@dataclass(frozen=True)
class Export:
    """Rows of one kind; they stream, so any number of them takes the same memory."""

    columns: tuple[str, ...]
    rows: Callable[[sa.Connection, Period], Iterator[Mapping[str, Any]]]


EXPORTS = {
    "calls": Export(tuple(Call.__annotations__), exported_calls),
    "legs": Export(tuple(ExportedLeg.__annotations__), exported_legs),
    "charges": Export(tuple(Entry.__annotations__), exported_entries),
    "disclosures": Export(tuple(ExportedDisclosure.__annotations__), exported_disclosures),
    "promises": Export(tuple(ExportedPromise.__annotations__), exported_promises),
}
