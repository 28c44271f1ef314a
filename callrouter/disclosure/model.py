"""Table of what callers were told, word for word."""

from __future__ import annotations

import sqlalchemy as sa

from callrouter.database import Instant, metadata

disclosure = sa.Table(
    "disclosure",
    metadata,
    sa.Column(
        "sequence", sa.BigInteger, primary_key=True, autoincrement=False, comment="1, 2, 3 … without a gap"
    ),
    sa.Column("call", sa.Text, nullable=False),
    sa.Column("turn", sa.Integer, nullable=False, comment="which document of the call told it"),
    sa.Column("at", Instant, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("center", sa.Text),
    sa.Column("partner", sa.Text),
    sa.Column("wording", sa.Text, nullable=False, comment="key and version"),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.UniqueConstraint("call", "turn"),
)
