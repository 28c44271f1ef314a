"""Recordings of messages, sealed, and the audit of who has opened what. Messages from before are fetched too."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


class _InstantOnSQLite(sa.types.UserDefinedType[Any]):
    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "INSTANT"


INSTANT = sa.DateTime(timezone=True).with_variant(_InstantOnSQLite(), "sqlite")
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("deed", sa.Text(), nullable=False, comment="`message heard` …"),
        sa.Column("about", sa.Text(), nullable=False, comment="CallSid"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        comment="who has seen or heard what of a caller, and why; only ever added to",
    )
    op.create_table(
        "recording",
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, comment="waiting, kept, silent, gone, deleted"),
        sa.Column(
            "next_try_at",
            INSTANT,
            nullable=True,
            comment="when the carrier is asked next; empty: it is not asked",
        ),
        sa.Column("attempts", sa.Integer(), nullable=False, comment="since the last that succeeded"),
        sa.Column("error", sa.Text(), nullable=True, comment="of the latest attempt"),
        sa.Column(
            "set_aside_at",
            INSTANT,
            nullable=True,
            comment="the carrier refused; staff can have it tried again",
        ),
        sa.Column("note", sa.Text(), nullable=True, comment="what was measured of a sound that was dropped"),
        sa.Column("key_id", sa.Text(), nullable=True, comment="the vault key it was sealed with"),
        sa.Column(
            "sealed",
            sa.LargeBinary(),
            nullable=True,
            comment="the sound, AES-256-GCM: nonce, ciphertext, tag",
        ),
        sa.Column("fetched_at", INSTANT, nullable=True),
        sa.Column("deleted_at_carrier_at", INSTANT, nullable=True),
        sa.Column("deleted_at", INSTANT, nullable=True, comment="here"),
        sa.CheckConstraint(
            "state IN ('waiting', 'kept', 'silent', 'gone', 'deleted')", name=op.f("ck_recording_state")
        ),
        sa.CheckConstraint(
            "(state = 'kept') = (sealed IS NOT NULL)", name=op.f("ck_recording_sealed_while_kept")
        ),
        sa.CheckConstraint(
            "(sealed IS NULL) = (key_id IS NULL)", name=op.f("ck_recording_sealed_with_a_key")
        ),
        sa.ForeignKeyConstraint(["call"], ["message.call"], name=op.f("fk_recording_call_message")),
        sa.PrimaryKeyConstraint("call", name=op.f("pk_recording")),
        comment="the life of a message's sound; everything but the sound stays when it is deleted",
    )
    op.create_index(
        "ix_recording_due",
        "recording",
        ["next_try_at"],
        unique=False,
        postgresql_where=sa.text("next_try_at IS NOT NULL"),
        sqlite_where=sa.text("next_try_at IS NOT NULL"),
    )
    op.execute(
        "INSERT INTO recording (call, state, next_try_at, attempts)"
        " SELECT call, 'waiting', left_at, 0 FROM message"
    )
