"""The vault's table. Nothing else stores a caller's number."""

from __future__ import annotations

import sqlalchemy as sa

from callrouter.database import Instant, metadata

sealed_number = sa.Table(
    "sealed_number",
    metadata,
    sa.Column("call", sa.Text, primary_key=True),
    sa.Column("purpose", sa.Text, primary_key=True, comment="what it may be opened for, `caller`"),
    sa.Column("key_id", sa.Text, nullable=False, comment="the vault key it was sealed with"),
    sa.Column("sealed", sa.LargeBinary, nullable=False, comment="AES-256-GCM: nonce, ciphertext, tag"),
    sa.Column("sealed_at", Instant, nullable=False),
)
