"""The partners that there are, or were."""

from __future__ import annotations

import sqlalchemy as sa

from callrouter.directory.model import partner


def known_partners(connection: sa.Connection) -> list[str]:
    """The keys of all of them: also one that has left the directory may have a month to be closed."""
    return list(connection.execute(sa.select(partner.c.key).order_by(partner.c.key)).scalars())
