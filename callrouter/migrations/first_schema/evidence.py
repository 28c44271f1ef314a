"""The evidence log: entries, tiles and heads, and what is copied to be logged."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

INSTANT = sa.DateTime(timezone=True)


def create() -> None:
    """Make the tables."""
    op.create_table(
        "evidence_log",
        sa.Column("one", sa.Integer(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False, comment="its name, `calls.example.org/evidence`"),
        sa.Column("public_key", sa.Text(), nullable=False, comment="verifier key of C2SP signed-note"),
        sa.CheckConstraint("one = 1", name=op.f("ck_evidence_log_single")),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_evidence_log")),
        comment="a single row, written together with the first entry",
    )
    op.create_table(
        "evidence_entry",
        sa.Column(
            "position",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="0, 1, 2 … without a gap",
        ),
        sa.Column("source", sa.Text(), nullable=False, comment="the table that has the record"),
        sa.Column("key", sa.BigInteger(), nullable=False, comment="of the record there"),
        sa.Column("salt", sa.LargeBinary(), nullable=False, comment="32 random bytes; never published"),
        sa.Column(
            "commitment",
            sa.LargeBinary(),
            nullable=False,
            comment="SHA-256 of the salt and the record as canonical JSON",
        ),
        sa.CheckConstraint("octet_length(commitment) = 32", name=op.f("ck_evidence_entry_commitment")),
        sa.CheckConstraint("octet_length(salt) = 32", name=op.f("ck_evidence_entry_salt")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_evidence_entry")),
        sa.UniqueConstraint("source", "key", name=op.f("uq_evidence_entry_source_key")),
        comment="append only; the leaves of the Merkle tree",
    )
    op.create_table(
        "evidence_tile",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "root",
            sa.LargeBinary(),
            nullable=False,
            comment="of these 256 hashes: a hash of the next level",
        ),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "number", name=op.f("pk_evidence_tile")),
        comment="append only; computed from the entries, as C2SP tlog-tiles has it",
    )
    op.create_table(
        "evidence_head",
        sa.Column(
            "size", sa.BigInteger(), autoincrement=False, nullable=False, comment="how many entries it signs"
        ),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("signed_at", INSTANT, nullable=False),
        sa.Column("note", sa.Text(), nullable=False, comment="C2SP checkpoint, as it is published"),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_evidence_head")),
        comment="append only",
    )
    op.create_table(
        "evidence_timestamp",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("signed_at", INSTANT, nullable=False),
        sa.Column(
            "note",
            sa.Text(),
            nullable=False,
            comment="the checkpoint with the time in its cosignature, as published",
        ),
        sa.ForeignKeyConstraint(
            ["size"], ["evidence_head.size"], name=op.f("fk_evidence_timestamp_size_evidence_head")
        ),
        sa.PrimaryKeyConstraint("size", "signed_at", name=op.f("pk_evidence_timestamp")),
        comment="append only; at most one a minute",
    )
    op.create_table(
        "connection_record",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False, comment="of the leg, or of the return call"),
        sa.Column("returned", sa.Boolean(), nullable=False, comment="by a return call"),
        sa.Column("center", sa.Text(), nullable=False),
        sa.Column("partner", sa.Text(), nullable=False, comment="who pays"),
        sa.Column("kind", sa.Text(), nullable=False, comment="`listing` or `helpline`, for its price"),
        sa.Column("dialed_number", sa.Text(), nullable=False, comment="our number that the caller dialed"),
        sa.Column("arrived_at", INSTANT, nullable=False, comment="of the call"),
        sa.Column("began_at", INSTANT, nullable=False, comment="of the attempt"),
        sa.Column("talk_seconds", sa.Integer(), nullable=False),
        sa.Column("directory_version", sa.Integer(), nullable=False, comment="in force at the arrival"),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column(
            "caller",
            sa.LargeBinary(),
            nullable=True,
            comment="SHA-256 of `caller_salt` and SHA-256 of pseudonym, space and partner; empty: withheld, or erased",
        ),
        sa.Column(
            "caller_salt",
            sa.LargeBinary(),
            nullable=True,
            comment="empty once the caller is forgotten; then `caller` leads to nobody",
        ),
        sa.ForeignKeyConstraint(["call"], ["call.sid"], name=op.f("fk_connection_record_call_call")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connection_record")),
        comment="append only",
    )
    op.create_index("ix_connection_record_call", "connection_record", ["call", "attempt"])
    op.create_index(
        "ix_connection_record_salted",
        "connection_record",
        ["arrived_at"],
        postgresql_where=sa.text("caller_salt IS NOT NULL"),
    )
    op.create_table(
        "consent_record",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False, comment="`helpline` or `return-call`"),
        sa.Column("words", sa.Text(), nullable=False, comment="that the caller heard before the key"),
        sa.Column("key", sa.Text(), nullable=True, comment="of a return call"),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["call"], ["call.sid"], name=op.f("fk_consent_record_call_call")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_record")),
        sa.UniqueConstraint("call", "what", name=op.f("uq_consent_record_call_what")),
        comment="append only",
    )
    op.create_table(
        "schema_statement",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("stated_at", INSTANT, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False, comment="SHA-256 of the document"),
        sa.Column(
            "document",
            sa.Text(),
            nullable=False,
            comment="canonical JSON: the type of each column of each table",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schema_statement")),
        comment="append only",
    )
