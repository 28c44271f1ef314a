"""Invoice numbers: `INV-000017`, one series without gaps; simulated calls have a series of their own, `SIM-000003`."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from callrouter.database import Session
from callrouter.invoices.model import InvoiceSeries

_SERIES = {False: "INV", True: "SIM"}
"""whether the invoice is simulated: its series"""

_NEXT_NUMBER = (
    insert(InvoiceSeries)
    .values(series=sa.bindparam("series"), last=1)
    .on_conflict_do_update(
        index_elements=[InvoiceSeries.series], set_={InvoiceSeries.last: InvoiceSeries.last + 1}
    )
    .returning(InvoiceSeries.last)
)


class InvoiceNumber(NamedTuple):
    """A number in a series, and the name that the two make."""

    series: str
    number: int
    name: str


def next_number(session: Session, *, simulated: bool) -> InvoiceNumber:
    """Take the next number of a series. A transaction that is rolled back takes none, so there are no gaps."""
    series = _SERIES[simulated]
    number: int = session.execute(_NEXT_NUMBER, {"series": series}).scalar()
    return InvoiceNumber(series, number, f"{series}-{number:06}")
