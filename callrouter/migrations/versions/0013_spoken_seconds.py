"""Calls: how long their callers have listened, which counts for the longest wait."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "call",
        sa.Column(
            "spoken_seconds",
            sa.Integer(),
            server_default="0",
            nullable=False,
            comment="what the caller was given to listen to since the call came to its route",
        ),
    )
