"""What the months came to in each currency: the sums of the monthly report, quicker for many months."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa

from callrouter.figures.model import DayTotal

_OF = DayTotal.__table__.c


class MonthCharges(NamedTuple):
    """One month in one currency. `amount` and `credited` in whole minor units."""

    month: str
    currency: str
    simulated: bool
    charged: int
    amount: int
    credited: int


def charges_by_month(
    connection: sa.Connection, first: str, last: str, *, simulated: bool
) -> list[MonthCharges]:
    """The months from the first to the last that have entries, of real or of simulated calls."""
    month = sa.func.substr(_OF.day, 1, 7)
    sums = [sa.cast(sa.func.sum(column), sa.BigInteger) for column in (_OF.charged, _OF.amount, _OF.credited)]
    query = (
        sa.select(month, _OF.currency, _OF.simulated, *sums)
        .where(_OF.day >= f"{first}-01", _OF.day < f"{last}-32")
        .where(_OF.currency != "", _OF.simulated == simulated)
        .group_by(month, _OF.currency, _OF.simulated)
        .having(sa.or_(*(total != 0 for total in sums)))
        .order_by(month, _OF.currency)
    )
    return [MonthCharges(*row) for row in connection.execute(query)]
