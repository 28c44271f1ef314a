"""What the months came to in each currency: the sums of the monthly report, quicker for many months."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa

from callrouter.billing.model import CHARGE, CREDIT, PAYMENT
from callrouter.figures.model import AccountMonth

_OF = AccountMonth
_IS_CREDIT = _OF.entry_type == CREDIT
_CHARGED = sa.case((_OF.entry_type == CHARGE, _OF.entries), else_=0)
_AMOUNT = sa.case((_IS_CREDIT, 0), else_=_OF.amount + _OF.below_zero)
_CREDITED = sa.case((_IS_CREDIT, _OF.amount), else_=_OF.below_zero)


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
    """The months from the first to the last that have entries, of real or of simulated calls. Payments are left out."""
    keys = (_OF.period, _OF.currency, _OF.simulated)
    sums = (sa.cast(sa.func.sum(each), sa.BigInteger) for each in (_CHARGED, _AMOUNT, _CREDITED))
    query = (
        sa.select(*keys, *sums)
        .where(_OF.period.between(first, last), _OF.simulated == simulated, _OF.entry_type != PAYMENT)
        .group_by(*keys)
        .order_by(*keys)
    )
    return [MonthCharges._make(row) for row in connection.execute(query)]
