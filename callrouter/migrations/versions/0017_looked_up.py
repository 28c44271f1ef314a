"""The audit: it is also about a caller whose calls were looked up, by the masked number."""

from __future__ import annotations

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("audit", "about", comment="CallSid, or the masked number that was looked up")
