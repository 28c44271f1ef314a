"""What a list can be narrowed down to: the keys of partners, centers and helplines, and the lines."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa

from callrouter.directory.model import StoredCenter, StoredHelpline, StoredPartner


class CallChoices(NamedTuple):
    """Keys that there are or once were, in their order."""

    partners: list[str]
    centers: list[str]
    helplines: list[str]


def call_choices(connection: sa.Connection) -> CallChoices:
    """The choices for a list of calls."""
    columns = (StoredPartner.key, StoredCenter.key, StoredHelpline.key)
    return CallChoices(
        *(list(connection.execute(sa.select(column).order_by(column)).scalars()) for column in columns)
    )
