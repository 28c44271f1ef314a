"""Tables of the directory.

`directory_version` keeps every version whole. The other tables hold the current entries under their keys, so that
calls, charges and promises can point at them and the database can refuse what must not be. An entry that left the
directory stays as a row (`listed` is false): what happened under it must stay explainable.
"""

from __future__ import annotations

import sqlalchemy as sa

from callrouter.database import Instant, metadata

directory_version = sa.Table(
    "directory_version",
    metadata,
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("loaded_at", Instant, nullable=False),
    sa.Column("digest", sa.Text, nullable=False, comment="SHA-256 of the document"),
    sa.Column("document", sa.Text, nullable=False, comment="the directory file as JSON"),
    sa.Column("loaded_by", sa.Text, comment="who loaded it; empty for those of before this was kept"),
    sa.Column("approved_by", sa.Text, comment="who approved it, where it changed what partners pay"),
)

directory_proposal = sa.Table(
    "directory_proposal",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column(
        "against",
        sa.Integer,
        sa.ForeignKey("directory_version.version"),
        nullable=False,
        comment="the version in force when it was made",
    ),
    sa.Column("digest", sa.Text, nullable=False, comment="SHA-256 of the document"),
    sa.Column("document", sa.Text, nullable=False, comment="the directory file as JSON"),
    sa.Column("proposed_at", Instant, nullable=False),
    sa.Column("proposed_by", sa.Text, nullable=False),
    sa.Column("decision", sa.Text, comment="`approved` or `withdrawn`; empty while it waits"),
    sa.Column("decided_at", Instant),
    sa.Column("decided_by", sa.Text),
    sa.Column(
        "version",
        sa.Integer,
        sa.ForeignKey("directory_version.version"),
        comment="that it was put in force as",
    ),
    sa.CheckConstraint("decision IN ('approved', 'withdrawn')", name="decision"),
    sa.CheckConstraint(
        "(decision IS NULL) = (decided_at IS NULL) AND (decision IS NULL) = (decided_by IS NULL)",
        name="decided_whole",
    ),
    sa.CheckConstraint("(COALESCE(decision, '') = 'approved') = (version IS NOT NULL)", name="in_force"),
    # Whoever changes what partners pay does not do it alone.
    sa.CheckConstraint("decision <> 'approved' OR decided_by <> proposed_by", name="two_persons"),
    comment="whole directory files that change what partners pay, and wait for a second person",
)
# The same file again is the same proposal, as long as it waits.
sa.Index(
    "uq_directory_proposal_waiting",
    directory_proposal.c.against,
    directory_proposal.c.digest,
    unique=True,
    postgresql_where=sa.text("decision IS NULL"),
)

directory_head = sa.Table(
    "directory_head",
    metadata,
    sa.Column("one", sa.Integer, sa.CheckConstraint("one = 1", name="single"), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False, comment="the version in force; 0: none was loaded yet"),
    comment="a single row, so that a decision can make sure that it knows the version in force",
)

partner = sa.Table(
    "partner",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("timezone", sa.Text, nullable=False),
    sa.Column("listed", sa.Boolean, nullable=False),
)

center = sa.Table(
    "center",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("partner", sa.Text, sa.ForeignKey("partner.key"), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("listed", sa.Boolean, nullable=False),
)

listing = sa.Table(
    "listing",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("center", sa.Text, sa.ForeignKey("center.key"), nullable=False),
    sa.Column("listed", sa.Boolean, nullable=False),
    # A call points at (listing, center), so a listing call cannot be stored with another center.
    sa.UniqueConstraint("key", "center", name="uq_listing_key_center"),
)

helpline = sa.Table(
    "helpline",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("timezone", sa.Text, nullable=False),
    sa.Column("listed", sa.Boolean, nullable=False),
)

number = sa.Table(
    "number",
    metadata,
    sa.Column("number", sa.Text, primary_key=True, comment="E.164; belongs to one listing or one helpline"),
    sa.Column("listing", sa.Text, sa.ForeignKey("listing.key")),
    sa.Column("helpline", sa.Text, sa.ForeignKey("helpline.key")),
    sa.CheckConstraint("(listing IS NULL) <> (helpline IS NULL)", name="one_owner"),
)
