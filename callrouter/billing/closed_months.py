"""Closed months: those to which no ledger entry is added any more."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from callrouter.billing.model import ClosedMonth
from callrouter.database import Session

_OF_PARTNER = (
    ClosedMonth.partner == sa.bindparam("partner"),
    ClosedMonth.simulated == sa.bindparam("simulated"),
)
_IS_CLOSED = sa.select(ClosedMonth.period).where(*_OF_PARTNER, ClosedMonth.period == sa.bindparam("period"))
_CLOSE = sa.insert(ClosedMonth)
LAST_CLOSED = sa.select(sa.func.max(ClosedMonth.period)).where(*_OF_PARTNER)
"""the last closed month of a `partner`, of what was `simulated` or not; None where none is closed"""


def is_closed(session: Session, partner: str, period: str, *, simulated: bool) -> bool:
    """Whether a partner's month is closed."""
    of_month = {"partner": partner, "simulated": simulated, "period": period}
    return session.execute(_IS_CLOSED, of_month).first() is not None


def close_period(
    session: Session, partner: str, period: str, person: str, now: datetime, *, simulated: bool
) -> None:
    """Close a partner's month. The database refuses it where an entry of the month stands on no invoice."""
    session.execute(
        _CLOSE,
        {"partner": partner, "simulated": simulated, "period": period, "closed_at": now, "person": person},
    )
