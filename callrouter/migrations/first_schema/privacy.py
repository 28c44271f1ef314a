"""The vault, its key, and the audit log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

INSTANT = sa.DateTime(timezone=True)


def create() -> None:
    """Make the tables."""
    op.create_table(
        "sealed_number",
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False, comment="what it may be opened for, `caller`"),
        sa.Column("day", sa.Date(), nullable=False, comment="in UTC; the day whose data key sealed it"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False, comment="AES-256-GCM: nonce, ciphertext, tag"),
        sa.Column("sealed_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("call", "purpose", name=op.f("pk_sealed_number")),
    )
    op.create_index("ix_sealed_number_day", "sealed_number", ["day"])
    op.create_table(
        "data_key",
        sa.Column(
            "purpose",
            sa.Text(),
            nullable=False,
            comment="`number`, `message`, `repeat`, `do-not-call`",
        ),
        sa.Column("period", sa.Date(), nullable=False, comment="its first day, in UTC"),
        sa.Column("key_id", sa.Text(), nullable=False, comment="the vault key that wrapped it"),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False, comment="AES-256-GCM: nonce, ciphertext, tag"),
        sa.Column("made_at", INSTANT, nullable=False, comment="when its transaction began"),
        sa.CheckConstraint(
            "purpose IN ('number', 'message', 'repeat', 'do-not-call')", name=op.f("ck_data_key_purpose")
        ),
        sa.PrimaryKeyConstraint("purpose", "period", name=op.f("pk_data_key")),
        comment="what seals and matches; without the row, nothing of its period opens",
    )
    # A destroyed key stays on the disk until it is vacuumed, which otherwise takes a fifth of the table.
    op.execute(
        "ALTER TABLE data_key SET (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0)"
    )
    op.create_table(
        "match_value",
        sa.Column(
            "value",
            sa.LargeBinary(),
            nullable=False,
            comment="HMAC-SHA-256 of the number, by the data key `repeat` of the month",
        ),
        sa.Column("pseudonym", sa.Text(), nullable=False, comment="random; what calls and charges have"),
        sa.Column("period", sa.Date(), nullable=False, comment="the first day of the month, in UTC"),
        sa.PrimaryKeyConstraint("value", name=op.f("pk_match_value")),
        comment="the only way from a number to a pseudonym",
    )
    op.create_index("ix_match_value_period", "match_value", ["period"])
    op.create_index("ix_match_value_pseudonym", "match_value", ["pseudonym"])
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
        sa.CheckConstraint(
            "(fingerprint IS NULL) = (key_id IS NULL) AND (fingerprint IS NULL) = (since IS NULL)",
            name=op.f("ck_vault_key_whole"),
        ),
        sa.CheckConstraint("one = 1", name=op.f("ck_vault_key_single")),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_vault_key")),
        comment="the vault key in use, one row; empty until a first start",
    )
    op.create_table(
        "proof_code",
        sa.Column("code_hash", sa.LargeBinary(), nullable=False, comment="SHA-256 of the 16 digits"),
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_proof_code")),
        comment="deleted when the caller is erased; then the code leads to nothing",
    )
    op.create_index("ix_proof_code_call", "proof_code", ["call"])
    op.create_table(
        "audit_log",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False, comment="`message played` …"),
        sa.Column(
            "subject",
            sa.Text(),
            nullable=False,
            comment="CallSid, masked number that was looked up, or staff account",
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True, comment="what it was, where the act changed something"),
        sa.Column("after", sa.Text(), nullable=True, comment="what it is since then"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_log")),
        comment="who has seen or heard what of a caller or changed what of the staff, and why; append-only",
    )
    op.create_index("ix_audit_log_at", "audit_log", ["at"])
    op.create_index("ix_audit_log_subject", "audit_log", ["subject"])
    op.create_table(
        "message_playback",
        sa.Column("entry", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column(
            "token_hash", sa.LargeBinary(), nullable=False, comment="of the address and of the browser"
        ),
        sa.Column("until", INSTANT, nullable=False, comment="then it is hidden again by itself"),
        sa.Column("began_at", INSTANT, nullable=True, comment="when the browser first fetched the sound"),
        sa.Column("hidden_at", INSTANT, nullable=True, comment="when the person left the page"),
        sa.ForeignKeyConstraint(
            ["entry"], ["audit_log.id"], name=op.f("fk_message_playback_entry_audit_log")
        ),
        sa.ForeignKeyConstraint(["call"], ["message.call"], name=op.f("fk_message_playback_call_message")),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_message_playback")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_message_playback_token_hash")),
        comment="who may hear which message now; none without its entry in the audit log",
    )
    _create_privacy_act()


def _create_privacy_act() -> None:
    op.create_table(
        "privacy_act",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column(
            "act",
            sa.Text(),
            nullable=False,
            comment="`purge`, one row for each transaction of it; `erasure` …",
        ),
        sa.Column(
            "person",
            sa.Text(),
            nullable=True,
            comment="empty: by schedule, or by the caller's own key press",
        ),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("up_to", sa.Date(), nullable=True, comment="the last day that was purged"),
        sa.Column(
            "keys",
            sa.Integer(),
            nullable=False,
            comment="data keys destroyed; of a rotation: wrapped again",
        ),
        sa.Column("numbers", sa.Integer(), nullable=False, comment="sealed numbers deleted"),
        sa.Column("match_values", sa.Integer(), nullable=False, comment="deleted"),
        sa.Column("messages", sa.Integer(), nullable=False, comment="deleted"),
        sa.Column("salts", sa.Integer(), nullable=False, comment="of the evidence log's records, destroyed"),
        sa.Column("promises", sa.Integer(), nullable=False, comment="open ones that were withdrawn"),
        sa.Column(
            "held_back",
            sa.Integer(),
            nullable=False,
            comment="days that are due, and that something still needs",
        ),
        sa.CheckConstraint(
            "act IN ('purge', 'purge completed', 'purge failed', 'erasure', 'rotation')",
            name=op.f("ck_privacy_act_act"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_privacy_act")),
        comment="what was destroyed of callers' numbers, by whom and when; no number; append-only",
    )
    op.create_index("ix_privacy_act_at", "privacy_act", ["at"])
