"""The table of disclosures, word for word."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from callrouter.database import Base, Grants


class Disclosure(Base):
    """What one document disclosed to the caller."""

    __tablename__ = "disclosure"
    __grants__ = Grants(insert=True)
    __table_args__ = (sa.UniqueConstraint("call", "turn"),)

    sequence: Mapped[int] = mapped_column(
        sa.BigInteger, primary_key=True, autoincrement=False, comment="1, 2, 3 … without a gap"
    )
    call: Mapped[str]
    turn: Mapped[int] = mapped_column(comment="which document of the call told it")
    at: Mapped[datetime]
    what: Mapped[str]
    center: Mapped[str | None]
    partner: Mapped[str | None]
    wording: Mapped[str] = mapped_column(comment="key and version")
    language: Mapped[str]
    words: Mapped[str]
