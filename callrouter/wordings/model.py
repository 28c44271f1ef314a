"""The tables of the wordings. Version 1 is in the code; each later version is an approved proposal."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from callrouter.database import Base, Grants


class WordingsHead(Base):
    """The version in force."""

    __tablename__ = "wordings_head"
    __grants__ = Grants(update=True)
    __table_args__ = {
        "comment": "a single row, so that a call can make sure that it knows the version in force"
    }

    one: Mapped[int] = mapped_column(
        sa.Integer, sa.CheckConstraint("one = 1", name="single"), primary_key=True
    )
    version: Mapped[int] = mapped_column(comment="the version in force; 1: the texts of the software")


class WordingProposal(Base):
    """Changed texts that wait, or waited, for a second person. One that came into force is a version."""

    __tablename__ = "wording_proposal"
    __grants__ = Grants(
        insert=True,
        update=(
            "decision",
            "decided_at",
            "decided_by",
            "version",
            "in_force_at",
            "withdrawn_at",
            "withdrawn_by",
        ),
    )
    __table_args__ = (
        sa.UniqueConstraint("version"),
        sa.CheckConstraint("decision IN ('approved', 'withdrawn')", name="decision"),
        sa.CheckConstraint(
            "(decision IS NULL) = (decided_at IS NULL) AND (decision IS NULL) = (decided_by IS NULL)",
            name="decided_whole",
        ),
        sa.CheckConstraint(
            "version IS NULL OR (decision IS NOT NULL AND decision = 'approved')", name="in_force"
        ),
        sa.CheckConstraint("(version IS NULL) = (in_force_at IS NULL)", name="in_force_whole"),
        # Without a time of its own it is in force as soon as it is approved.
        sa.CheckConstraint(
            "decision <> 'approved' OR version IS NOT NULL OR effective_at IS NOT NULL", name="comes"
        ),
        sa.CheckConstraint("in_force_at >= effective_at", name="not_early"),
        sa.CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn_whole"),
        sa.CheckConstraint(
            "withdrawn_by IS NULL OR (version IS NULL AND COALESCE(decision, '') = 'approved')",
            name="withdrawn",
        ),
        # No text is changed by one person alone.
        sa.CheckConstraint("decision <> 'approved' OR decided_by <> proposed_by", name="two_persons"),
        sa.CheckConstraint("version > 1", name="after_the_shipped_one"),
        {"comment": "changed texts, which wait for a second person; an approved proposal is a version"},
    )

    number: Mapped[int] = mapped_column(primary_key=True)
    base_version: Mapped[int] = mapped_column(comment="the version in force when it was made")
    changes: Mapped[str] = mapped_column(
        comment="JSON: a list of [key, language, text, checksum of its audio]"
    )
    digest: Mapped[str] = mapped_column(comment="SHA-256 of the changes")
    reason: Mapped[str]
    proposed_at: Mapped[datetime]
    proposed_by: Mapped[str]
    effective_at: Mapped[datetime | None] = mapped_column(
        comment="it comes into force then; empty: when it is approved"
    )
    decision: Mapped[str | None] = mapped_column(comment="`approved` or `withdrawn`; empty while it waits")
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    version: Mapped[int | None] = mapped_column(comment="of the wordings, once it is in force")
    in_force_at: Mapped[datetime | None] = mapped_column(comment="since when the version is in force")
    withdrawn_at: Mapped[datetime | None] = mapped_column(comment="after it was approved for a later time")
    withdrawn_by: Mapped[str | None]


class WordingAudio(Base):
    """A file that stands for a text. A deleted file is spoken again."""

    __tablename__ = "wording_audio"
    __grants__ = Grants(insert=True)
    __table_args__ = (
        sa.CheckConstraint("digest = encode(sha256(content), 'hex')", name="is_its_checksum"),
        {"comment": "recorded texts, by their checksum"},
    )

    digest: Mapped[str] = mapped_column(primary_key=True, comment="SHA-256 of the file")
    content: Mapped[bytes] = mapped_column(comment="a WAV file")
    seconds: Mapped[int]
    added_at: Mapped[datetime]
    added_by: Mapped[str]


# The same waiting changes are the same proposal.
sa.Index(
    "uq_wording_proposal_waiting",
    WordingProposal.base_version,
    WordingProposal.digest,
    unique=True,
    postgresql_where=WordingProposal.decision.is_(None),
)
