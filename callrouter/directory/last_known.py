"""A partner's name and zone: in the directory in force, or in the last version that had it."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa

from callrouter.database import Session
from callrouter.directory.model import StoredPartner

# The row of an entry that has left stays as it was.
_PARTNER = sa.select(StoredPartner.name, StoredPartner.timezone).where(
    StoredPartner.key == sa.bindparam("partner")
)


class LastKnown(NamedTuple):
    """What stays true of a partner that has left."""

    name: str
    timezone: str


def last_known(session: Session, partner: str) -> LastKnown | None:
    """None if there was never such a partner."""
    rows = session.execute(_PARTNER, {"partner": partner}).all()
    return LastKnown(*rows[0]) if rows else None
