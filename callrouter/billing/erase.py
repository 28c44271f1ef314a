"""What is erased here of a caller who asks for it. `privacy/erase.py` says in which order all of it is done."""

from __future__ import annotations

import sqlalchemy as sa

from callrouter.billing.model import CHARGE, LedgerEntry
from callrouter.database import Session

_REPLACE_MATCH = sa.update(LedgerEntry).where(
    LedgerEntry.caller_match == sa.bindparam("of_match"), LedgerEntry.entry_type == CHARGE
)


def replace_charge_match(session: Session, match: str, instead: str) -> None:
    """Put another value in the place of a caller's match value: charges stay those of one caller."""
    session.execute(_REPLACE_MATCH, {"of_match": match, "caller_match": instead})
