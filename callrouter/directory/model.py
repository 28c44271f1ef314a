"""The tables of the directory.

`directory_version` keeps every version whole. The other tables have the current entries under their keys, so that
calls, charges and promises can refer to them and constraints can use them. An entry that has left stays as a row
(`listed` is false), so that the past can be explained.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from callrouter.database import CURRENT_PARTNER, Base, Grants, PartnerRows


class DirectoryVersion(Base):
    """A version of the directory, whole."""

    __tablename__ = "directory_version"
    __grants__ = Grants(insert=True)

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    loaded_at: Mapped[datetime]
    digest: Mapped[str] = mapped_column(comment="SHA-256 of the document")
    document: Mapped[str] = mapped_column(comment="the directory file as JSON")
    loaded_by: Mapped[str | None] = mapped_column(
        comment="who loaded it; empty for those of before this was kept"
    )
    approved_by: Mapped[str | None] = mapped_column(
        comment="who approved it, where it changed what partners pay"
    )
    reason: Mapped[str | None] = mapped_column(comment="why; empty where nobody was asked for a reason")


class DirectoryEntryChange(Base):
    """An entry that a version added, changed or took out, before and after."""

    __tablename__ = "directory_entry_change"
    __grants__ = Grants(insert=True)
    __table_args__ = (
        sa.CheckConstraint("before IS NOT NULL OR after IS NOT NULL", name="is_a_change"),
        sa.Index("ix_directory_entry_change_entry", "section", "key", "version"),
        {"comment": "each entry that a version changed, so that the history of one entry is found at once"},
    )

    version: Mapped[int] = mapped_column(
        sa.Integer, sa.ForeignKey("directory_version.version"), primary_key=True, autoincrement=False
    )
    section: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    before: Mapped[str | None] = mapped_column(comment="the entry as JSON; empty if it is new")
    after: Mapped[str | None] = mapped_column(comment="the entry as JSON; empty if it was taken out")


class DirectoryProposal(Base):
    """A whole directory file that waits, or waited, for a second person."""

    __tablename__ = "directory_proposal"
    __grants__ = Grants(insert=True, update=True)
    __table_args__ = (
        sa.CheckConstraint("decision IN ('approved', 'withdrawn')", name="decision"),
        sa.CheckConstraint(
            "(decision IS NULL) = (decided_at IS NULL) AND (decision IS NULL) = (decided_by IS NULL)",
            name="decided_whole",
        ),
        sa.CheckConstraint("(COALESCE(decision, '') = 'approved') = (version IS NOT NULL)", name="in_force"),
        # What partners pay is never changed by one person alone.
        sa.CheckConstraint("decision <> 'approved' OR decided_by <> proposed_by", name="two_persons"),
        {"comment": "whole directory files that change what partners pay, and wait for a second person"},
    )

    number: Mapped[int] = mapped_column(primary_key=True)
    base_version: Mapped[int] = mapped_column(
        sa.Integer,
        sa.ForeignKey("directory_version.version"),
        comment="the version in force when it was made",
    )
    digest: Mapped[str] = mapped_column(comment="SHA-256 of the document")
    document: Mapped[str] = mapped_column(comment="the directory file as JSON")
    proposed_at: Mapped[datetime]
    proposed_by: Mapped[str]
    reason: Mapped[str | None] = mapped_column(comment="why; empty where nobody was asked for a reason")
    decision: Mapped[str | None] = mapped_column(comment="`approved` or `withdrawn`; empty while it waits")
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    version: Mapped[int | None] = mapped_column(
        sa.Integer, sa.ForeignKey("directory_version.version"), comment="that it was put in force as"
    )


# The same waiting file is the same proposal.
sa.Index(
    "uq_directory_proposal_waiting",
    DirectoryProposal.base_version,
    DirectoryProposal.digest,
    unique=True,
    postgresql_where=DirectoryProposal.decision.is_(None),
)


class DirectoryImport(Base):
    """A directory file that somebody uploaded, and has not put in force yet. It is deleted after a day."""

    __tablename__ = "directory_import"
    __grants__ = Grants(insert=True, delete=True)
    __table_args__ = {"comment": "uploaded directory files without faults, until somebody puts them in force"}

    number: Mapped[int] = mapped_column(primary_key=True)
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[str]
    name: Mapped[str] = mapped_column(comment="of the file")
    base_version: Mapped[int] = mapped_column(comment="in force when it was uploaded")
    document: Mapped[str] = mapped_column(comment="the directory file as JSON")


class DirectoryHead(Base):
    """The version in force."""

    __tablename__ = "directory_head"
    __grants__ = Grants(update=True)
    __table_args__ = {
        "comment": "a single row, so that a decision can make sure that it knows the version in force"
    }

    one: Mapped[int] = mapped_column(
        sa.Integer, sa.CheckConstraint("one = 1", name="single"), primary_key=True
    )
    version: Mapped[int] = mapped_column(comment="the version in force; 0: none was loaded yet")


class StoredPartner(Base):
    """A partner that is or was in the directory."""

    __tablename__ = "partner"
    __grants__ = Grants(insert=True, update=True)
    __partner_rows__ = PartnerRows(f"key = {CURRENT_PARTNER}")

    key: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    status: Mapped[str]
    timezone: Mapped[str]
    listed: Mapped[bool]


class StoredCenter(Base):
    """A center that is or was in the directory."""

    __tablename__ = "center"
    __grants__ = Grants(insert=True, update=True)
    __partner_rows__ = PartnerRows(f"partner = {CURRENT_PARTNER}")

    key: Mapped[str] = mapped_column(primary_key=True)
    partner: Mapped[str] = mapped_column(sa.Text, sa.ForeignKey("partner.key"))
    name: Mapped[str]
    listed: Mapped[bool]


class StoredListing(Base):
    """A listing that is or was in the directory."""

    __tablename__ = "listing"
    __grants__ = Grants(insert=True, update=True)
    __partner_rows__ = PartnerRows("center IN (SELECT key FROM center)")
    # A call refers to (listing, center), so a listing call cannot be stored with another center.
    __table_args__ = (sa.UniqueConstraint("key", "center", name="uq_listing_key_center"),)

    key: Mapped[str] = mapped_column(primary_key=True)
    center: Mapped[str] = mapped_column(sa.Text, sa.ForeignKey("center.key"))
    listed: Mapped[bool]


class StoredHelpline(Base):
    """A helpline that is or was in the directory."""

    __tablename__ = "helpline"
    __grants__ = Grants(insert=True, update=True)

    key: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    timezone: Mapped[str]
    listed: Mapped[bool]


class StoredNumber(Base):
    """A telephone number of a listing or of a helpline."""

    __tablename__ = "number"
    __grants__ = Grants(insert=True, delete=True)
    __table_args__ = (sa.CheckConstraint("(listing IS NULL) <> (helpline IS NULL)", name="one_owner"),)

    number: Mapped[str] = mapped_column(
        primary_key=True, comment="E.164; belongs to one listing or one helpline"
    )
    listing: Mapped[str | None] = mapped_column(sa.Text, sa.ForeignKey("listing.key"))
    helpline: Mapped[str | None] = mapped_column(sa.Text, sa.ForeignKey("helpline.key"))
