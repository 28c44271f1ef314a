"""The database knows the vault key that it is filled with. A first start enters it, where it opens what is there."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


class _InstantOnSQLite(sa.types.UserDefinedType[Any]):
    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "INSTANT"


INSTANT = sa.DateTime(timezone=True).with_variant(_InstantOnSQLite(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "vault_key",
        sa.Column("one", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "key_id",
            sa.Text(),
            nullable=True,
            comment="its name in the ring, by which what it sealed is opened",
        ),
        sa.Column(
            "fingerprint", sa.Text(), nullable=True, comment="derived from the key; tells nothing of it"
        ),
        sa.Column("since", INSTANT, nullable=True, comment="when it came into use"),
        sa.CheckConstraint("one = 1", name=op.f("ck_vault_key_single")),
        sa.CheckConstraint(
            "(fingerprint IS NULL) = (key_id IS NULL) AND (fingerprint IS NULL) = (since IS NULL)",
            name=op.f("ck_vault_key_whole"),
        ),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_vault_key")),
        comment="the vault key in use, one row; empty until a first start",
    )
    op.execute("INSERT INTO vault_key (one) VALUES (1)")
