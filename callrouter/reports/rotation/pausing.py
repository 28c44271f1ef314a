"""Whether a center is paused after missed calls."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from callrouter.routing.model import Availability


def pausing_until(connection: sa.Connection, center: str, now: datetime) -> datetime | None:
    """When its pause ends. None if it is not paused."""
    query = sa.select(Availability.paused_until).where(
        Availability.center == center, Availability.paused_until > now
    )
    return connection.execute(query).scalar_one_or_none()
