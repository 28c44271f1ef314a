"""The partners that there are, or were."""

from __future__ import annotations

import sqlalchemy as sa

from callrouter.directory.model import StoredPartner


def known_partners(connection: sa.Connection) -> list[str]:
    """The keys of all of them: also one that has left the directory may have a month to be closed."""
    return list(connection.execute(sa.select(StoredPartner.key).order_by(StoredPartner.key)).scalars())
