"""What all tables share: their base class, the names of constraints, and the types of columns."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase

from callrouter.database.roles import Grants
from callrouter.database.row_security import PartnerRows

Instant = sa.DateTime(timezone=True)
"""a moment, in UTC: connections are set to it"""

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Base(DeclarativeBase):
    """The base class of all tables."""

    __grants__: ClassVar[Grants] = Grants()
    """what the application's role may do with the table; each table that it writes says so"""
    __partner_rows__: ClassVar[PartnerRows | None] = None
    """what a partner may read of the table; None: nothing"""

    metadata = metadata
    type_annotation_map = {str: sa.Text, datetime: Instant, bytes: sa.LargeBinary}
