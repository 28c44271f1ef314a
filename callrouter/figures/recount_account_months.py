"""The totals of each month of each account, computed from the ledger."""

from __future__ import annotations

import sqlalchemy as sa

from callrouter.billing.model import LedgerEntry
from callrouter.figures.model import MONTH_DIMENSIONS

_KEYS = [LedgerEntry.__table__.c[name] for name in MONTH_DIMENSIONS]
_BELOW_ZERO = sa.func.greatest(-LedgerEntry.amount, 0)
RECOUNT_MONTHS = sa.select(
    *_KEYS,
    sa.func.count().label("entries"),
    sa.cast(sa.func.sum(LedgerEntry.amount), sa.BigInteger).label("amount"),
    sa.cast(sa.func.sum(_BELOW_ZERO), sa.BigInteger).label("below_zero"),
).group_by(*_KEYS)
"""the rows that `account_month` should have"""
