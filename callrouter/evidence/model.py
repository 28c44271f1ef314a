"""The tables of the evidence log, and of facts about calls that have no unchanging row of their own.

All are append only. What a record says stays in its own table. The log keeps a commitment to it, and the salt.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from callrouter.database import Base, Grants


class EvidenceLog(Base):
    """The name and the public key of the log, which it keeps for ever."""

    __tablename__ = "evidence_log"
    __grants__ = Grants(insert=True)
    __table_args__ = {"comment": "a single row, written together with the first entry"}

    one: Mapped[int] = mapped_column(
        sa.Integer, sa.CheckConstraint("one = 1", name="single"), primary_key=True
    )
    origin: Mapped[str] = mapped_column(comment="its name, `calls.example.org/evidence`")
    public_key: Mapped[str] = mapped_column(comment="verifier key of C2SP signed-note")


class EvidenceEntry(Base):
    """An entry of the log: a salted commitment to a record."""

    __tablename__ = "evidence_entry"
    __grants__ = Grants(insert=True)
    __table_args__ = (
        # A record is logged once.
        sa.UniqueConstraint("source", "key"),
        sa.CheckConstraint("octet_length(salt) = 32", name="salt"),
        sa.CheckConstraint("octet_length(commitment) = 32", name="commitment"),
        {"comment": "append only; the leaves of the Merkle tree"},
    )

    position: Mapped[int] = mapped_column(
        sa.BigInteger, primary_key=True, autoincrement=False, comment="0, 1, 2 … without a gap"
    )
    source: Mapped[str] = mapped_column(comment="the table that has the record")
    key: Mapped[int] = mapped_column(sa.BigInteger, comment="of the record there")
    salt: Mapped[bytes] = mapped_column(comment="32 random bytes; never published")
    commitment: Mapped[bytes] = mapped_column(comment="SHA-256 of the salt and the record as canonical JSON")


class EvidenceTile(Base):
    """A full tile of the Merkle tree: 256 hashes in a row."""

    __tablename__ = "evidence_tile"
    __grants__ = Grants(insert=True)
    __table_args__ = {"comment": "append only; computed from the entries, as C2SP tlog-tiles has it"}

    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    root: Mapped[bytes] = mapped_column(comment="of these 256 hashes: a hash of the next level")
    hashes: Mapped[bytes]


class EvidenceHead(Base):
    """A signed head. There is one for a size: a second one would be a split view."""

    __tablename__ = "evidence_head"
    __grants__ = Grants(insert=True)
    __table_args__ = {"comment": "append only"}

    size: Mapped[int] = mapped_column(
        sa.BigInteger, primary_key=True, autoincrement=False, comment="how many entries it signs"
    )
    root: Mapped[bytes]
    signed_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(comment="C2SP checkpoint, as it is published")


class EvidenceTimestamp(Base):
    """The latest head, signed again with a newer time: that the log was at work, and had nothing to add."""

    __tablename__ = "evidence_timestamp"
    __grants__ = Grants(insert=True)
    __table_args__ = {"comment": "append only; at most one a minute"}

    size: Mapped[int] = mapped_column(
        sa.BigInteger, sa.ForeignKey("evidence_head.size"), primary_key=True, autoincrement=False
    )
    signed_at: Mapped[datetime] = mapped_column(primary_key=True)
    note: Mapped[str] = mapped_column(comment="the checkpoint with the time in its cosignature, as published")


class ConnectionRecord(Base):
    """Who was connected with a caller. A correction is a further row."""

    __tablename__ = "connection_record"
    # A caller who is forgotten takes the salt along; a trigger refuses every other change.
    __grants__ = Grants(insert=True, update=("caller_salt",))
    __table_args__ = (
        sa.Index("ix_connection_record_call", "call", "attempt"),
        # The purge destroys old salts.
        sa.Index(
            "ix_connection_record_salted",
            "arrived_at",
            postgresql_where=sa.text("caller_salt IS NOT NULL"),
        ),
        {"comment": "append only"},
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    call: Mapped[str] = mapped_column(sa.Text, sa.ForeignKey("call.sid"))
    attempt: Mapped[int] = mapped_column(comment="of the leg, or of the return call")
    returned: Mapped[bool] = mapped_column(comment="by a return call")
    center: Mapped[str]
    partner: Mapped[str] = mapped_column(comment="who pays")
    kind: Mapped[str] = mapped_column(comment="`listing` or `helpline`, for its price")
    dialed_number: Mapped[str] = mapped_column(comment="our number that the caller dialed")
    arrived_at: Mapped[datetime] = mapped_column(comment="of the call")
    began_at: Mapped[datetime] = mapped_column(comment="of the attempt")
    talk_seconds: Mapped[int]
    directory_version: Mapped[int] = mapped_column(comment="in force at the arrival")
    simulated: Mapped[bool]
    caller: Mapped[bytes | None] = mapped_column(
        comment="SHA-256 of `caller_salt` and SHA-256 of pseudonym, space and partner; empty: withheld, or erased"
    )
    caller_salt: Mapped[bytes | None] = mapped_column(
        comment="empty once the caller is forgotten; then `caller` leads to nobody"
    )


class ConsentRecord(Base):
    """What a caller agreed to by a key, and the words before it."""

    __tablename__ = "consent_record"
    __grants__ = Grants(insert=True)
    __table_args__ = (sa.UniqueConstraint("call", "what"), {"comment": "append only"})

    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    call: Mapped[str] = mapped_column(sa.Text, sa.ForeignKey("call.sid"))
    what: Mapped[str] = mapped_column(comment="`helpline` or `return-call`")
    words: Mapped[str] = mapped_column(comment="that the caller heard before the key")
    key: Mapped[str | None] = mapped_column(comment="of a return call")
    at: Mapped[datetime]


class SchemaStatement(Base):
    """The tables and columns of the database, stated whenever an upgrade has changed them."""

    __tablename__ = "schema_statement"
    __grants__ = Grants(insert=True)
    __table_args__ = {"comment": "append only"}

    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    stated_at: Mapped[datetime]
    digest: Mapped[str] = mapped_column(comment="SHA-256 of the document")
    document: Mapped[str] = mapped_column(comment="canonical JSON: the type of each column of each table")
