"""The vault's table, of which nothing else stores a caller's number, and the audit of who has opened what."""

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

vault_key = sa.Table(
    "vault_key",
    metadata,
    sa.Column("one", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("key_id", sa.Text, comment="its name in the ring, by which what it sealed is opened"),
    sa.Column("fingerprint", sa.Text, comment="derived from the key; tells nothing of it"),
    sa.Column("since", Instant, comment="when it came into use"),
    sa.CheckConstraint("one = 1", name="single"),
    sa.CheckConstraint(
        "(fingerprint IS NULL) = (key_id IS NULL) AND (fingerprint IS NULL) = (since IS NULL)", name="whole"
    ),
    comment="the vault key in use, one row; empty until a first start",
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("deed", sa.Text, nullable=False, comment="`message heard` …"),
    sa.Column("about", sa.Text, nullable=False, comment="CallSid, or the masked number that was looked up"),
    sa.Column("reason", sa.Text, nullable=False),
    comment="who has seen or heard what of a caller, and why; only ever added to",
)
