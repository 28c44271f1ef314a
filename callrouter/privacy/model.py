"""The tables of the vault and of the audit log. Only the vault has callers' numbers."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from callrouter.database import Base, Grants


class SealedNumber(Base):
    """A caller's number, sealed for one call and purpose."""

    __tablename__ = "sealed_number"
    __grants__ = Grants(insert=True, update=True, delete=True)

    call: Mapped[str] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(primary_key=True, comment="what it may be opened for, `caller`")
    day: Mapped[date] = mapped_column(comment="in UTC; the day whose data key sealed it")
    sealed: Mapped[bytes] = mapped_column(comment="AES-256-GCM: nonce, ciphertext, tag")
    sealed_at: Mapped[datetime]

    # The purge deletes by days.
    __table_args__ = (sa.Index("ix_sealed_number_day", "day"),)


class StoredDataKey(Base):
    """A data key, wrapped by a master key."""

    __tablename__ = "data_key"
    __grants__ = Grants(insert=True, update=True, delete=True)

    purpose: Mapped[str] = mapped_column(
        primary_key=True, comment="`number`, `message`, `repeat`, `do-not-call`"
    )
    period: Mapped[date] = mapped_column(primary_key=True, comment="its first day, in UTC")
    key_id: Mapped[str] = mapped_column(comment="the vault key that wrapped it")
    wrapped: Mapped[bytes] = mapped_column(comment="AES-256-GCM: nonce, ciphertext, tag")
    made_at: Mapped[datetime] = mapped_column(comment="when its transaction began")

    __table_args__ = (
        sa.CheckConstraint("purpose IN ('number', 'message', 'repeat', 'do-not-call')", name="purpose"),
        {"comment": "what seals and matches; without the row, nothing of its period opens"},
    )


class MatchValue(Base):
    """What leads from a number to a caller's pseudonym, in a month in which the number called."""

    __tablename__ = "match_value"
    __grants__ = Grants(insert=True, update=True, delete=True)

    value: Mapped[bytes] = mapped_column(
        primary_key=True, comment="HMAC-SHA-256 of the number, by the data key `repeat` of the month"
    )
    pseudonym: Mapped[str] = mapped_column(comment="random; what calls and charges have")
    period: Mapped[date] = mapped_column(comment="the first day of the month, in UTC")

    __table_args__ = (
        sa.Index("ix_match_value_pseudonym", "pseudonym"),
        sa.Index("ix_match_value_period", "period"),
        {"comment": "the only way from a number to a pseudonym"},
    )


def data_key_of(purpose: str, day: Mapped[date] | Mapped[date | None]) -> sa.ColumnElement[bool]:
    """Joins the data key of a day to what was sealed with it."""
    return sa.and_(StoredDataKey.purpose == purpose, StoredDataKey.period == day)


class VaultKey(Base):
    """The vault key in use. The schema creates the row empty."""

    __tablename__ = "vault_key"
    __grants__ = Grants(update=True)

    one: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key_id: Mapped[str | None] = mapped_column(
        comment="its name in the ring, by which what it sealed is opened"
    )
    fingerprint: Mapped[str | None] = mapped_column(comment="derived from the key; tells nothing of it")
    since: Mapped[datetime | None] = mapped_column(comment="when it came into use")

    __table_args__ = (
        sa.CheckConstraint("one = 1", name="single"),
        sa.CheckConstraint(
            "(fingerprint IS NULL) = (key_id IS NULL) AND (fingerprint IS NULL) = (since IS NULL)",
            name="whole",
        ),
        {"comment": "the vault key in use, one row; empty until a first start"},
    )


class ProofCode(Base):
    """The code that the caller of a call was told, to see a proof of it. The code itself is stored nowhere."""

    __tablename__ = "proof_code"
    __grants__ = Grants(insert=True, delete=True)
    __table_args__ = (
        sa.Index("ix_proof_code_call", "call"),
        {"comment": "deleted when the caller is erased; then the code leads to nothing"},
    )

    code_hash: Mapped[bytes] = mapped_column(primary_key=True, comment="SHA-256 of the 16 digits")
    call: Mapped[str]
    made_at: Mapped[datetime]


class AuditEntry(Base):
    """An entry of the audit log."""

    __tablename__ = "audit_log"
    __grants__ = Grants(insert=True)
    __table_args__ = {
        "comment": "who has seen or heard what of a caller or changed what of the staff, and why; append-only"
    }

    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    at: Mapped[datetime]
    person: Mapped[str]
    action: Mapped[str] = mapped_column(comment="`message played` …")
    subject: Mapped[str] = mapped_column(
        comment="CallSid, masked number that was looked up, or staff account"
    )
    reason: Mapped[str]
    before: Mapped[str | None] = mapped_column(comment="what it was, where the act changed something")
    after: Mapped[str | None] = mapped_column(comment="what it is since then")


sa.Index("ix_audit_log_subject", AuditEntry.subject)
# The page Audit begins with the newest.
sa.Index("ix_audit_log_at", AuditEntry.at)


class PrivacyAct(Base):
    """A purge, an erasure or a rotation of the master key."""

    __tablename__ = "privacy_act"
    __grants__ = Grants(insert=True)

    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    at: Mapped[datetime]
    act: Mapped[str] = mapped_column(comment="`purge`, one row for each transaction of it; `erasure` …")
    person: Mapped[str | None] = mapped_column(comment="empty: by schedule, or by the caller's own key press")
    reason: Mapped[str | None]
    up_to: Mapped[date | None] = mapped_column(comment="the last day that was purged")
    keys: Mapped[int] = mapped_column(comment="data keys destroyed; of a rotation: wrapped again")
    numbers: Mapped[int] = mapped_column(comment="sealed numbers deleted")
    match_values: Mapped[int] = mapped_column(comment="deleted")
    messages: Mapped[int] = mapped_column(comment="deleted")
    salts: Mapped[int] = mapped_column(comment="of the evidence log's records, destroyed")
    promises: Mapped[int] = mapped_column(comment="open ones that were withdrawn")
    held_back: Mapped[int] = mapped_column(comment="days that are due, and that something still needs")

    __table_args__ = (
        sa.CheckConstraint(
            "act IN ('purge', 'purge completed', 'purge failed', 'erasure', 'rotation')", name="act"
        ),
        sa.Index("ix_privacy_act_at", "at"),
        {"comment": "what was destroyed of callers' numbers, by whom and when; no number; append-only"},
    )
