"""Lists partners, present and former."""

from __future__ import annotations

import sqlalchemy as sa

from callrouter.directory.model import StoredPartner


def known_partners(connection: sa.Connection) -> list[str]:
    """The keys of all partners. A former one may still have a month to close."""
    return list(connection.execute(sa.select(StoredPartner.key).order_by(StoredPartner.key)).scalars())
