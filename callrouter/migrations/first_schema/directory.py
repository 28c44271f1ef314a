"""The directory: its versions, proposals to change it, and who and what is listed.

A telephone belongs to one partner: no version gives it to two, whoever writes it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

INSTANT = sa.DateTime(timezone=True)

_SHARED = "a telephone belongs to one partner: no two may be rung at the same"

# SIP addresses are compared without their case, their parameters, their encryption and the usual ports.
_ONE_PARTNER_A_TELEPHONE = rf"""
CREATE FUNCTION telephone_has_one_partner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM jsonb_array_elements(NEW.document::jsonb -> 'centers') AS center
               GROUP BY regexp_replace(
                   regexp_replace(lower(center ->> 'phone'), '^sips:', 'sip:'), '^(sip:[^;]*?)\.?(:506[01])?(;.*)?$', '\1')
               HAVING COUNT(DISTINCT center ->> 'partner') > 1) THEN
        RAISE EXCEPTION '{_SHARED}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER telephone_has_one_partner BEFORE INSERT ON directory_version FOR EACH ROW
    EXECUTE FUNCTION telephone_has_one_partner();
"""


def create() -> None:
    """Make the tables."""
    op.create_table(
        "directory_version",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("loaded_at", INSTANT, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False, comment="SHA-256 of the document"),
        sa.Column("document", sa.Text(), nullable=False, comment="the directory file as JSON"),
        sa.Column(
            "loaded_by",
            sa.Text(),
            nullable=True,
            comment="who loaded it; empty for those of before this was kept",
        ),
        sa.Column(
            "approved_by",
            sa.Text(),
            nullable=True,
            comment="who approved it, where it changed what partners pay",
        ),
        sa.Column(
            "reason", sa.Text(), nullable=True, comment="why; empty where nobody was asked for a reason"
        ),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_directory_version")),
    )
    op.create_table(
        "directory_entry_change",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True, comment="the entry as JSON; empty if it is new"),
        sa.Column("after", sa.Text(), nullable=True, comment="the entry as JSON; empty if it was taken out"),
        sa.CheckConstraint(
            "before IS NOT NULL OR after IS NOT NULL", name=op.f("ck_directory_entry_change_is_a_change")
        ),
        sa.ForeignKeyConstraint(
            ["version"],
            ["directory_version.version"],
            name=op.f("fk_directory_entry_change_version_directory_version"),
        ),
        sa.PrimaryKeyConstraint("version", "section", "key", name=op.f("pk_directory_entry_change")),
        comment="each entry that a version changed, so that the history of one entry is found at once",
    )
    op.create_index(
        "ix_directory_entry_change_entry", "directory_entry_change", ["section", "key", "version"]
    )
    op.create_table(
        "directory_head",
        sa.Column("one", sa.Integer(), nullable=False),
        sa.Column(
            "version", sa.Integer(), nullable=False, comment="the version in force; 0: none was loaded yet"
        ),
        sa.CheckConstraint("one = 1", name=op.f("ck_directory_head_single")),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_directory_head")),
        comment="a single row, so that a decision can make sure that it knows the version in force",
    )
    op.create_table(
        "directory_proposal",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "base_version", sa.Integer(), nullable=False, comment="the version in force when it was made"
        ),
        sa.Column("digest", sa.Text(), nullable=False, comment="SHA-256 of the document"),
        sa.Column("document", sa.Text(), nullable=False, comment="the directory file as JSON"),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column(
            "reason", sa.Text(), nullable=True, comment="why; empty where nobody was asked for a reason"
        ),
        sa.Column(
            "decision", sa.Text(), nullable=True, comment="`approved` or `withdrawn`; empty while it waits"
        ),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True, comment="that it was put in force as"),
        sa.CheckConstraint(
            "(COALESCE(decision, '') = 'approved') = (version IS NOT NULL)",
            name=op.f("ck_directory_proposal_in_force"),
        ),
        sa.CheckConstraint(
            "decision <> 'approved' OR decided_by <> proposed_by",
            name=op.f("ck_directory_proposal_two_persons"),
        ),
        sa.CheckConstraint(
            "decision IN ('approved', 'withdrawn')", name=op.f("ck_directory_proposal_decision")
        ),
        sa.CheckConstraint(
            "(decision IS NULL) = (decided_at IS NULL) AND (decision IS NULL) = (decided_by IS NULL)",
            name=op.f("ck_directory_proposal_decided_whole"),
        ),
        sa.ForeignKeyConstraint(
            ["base_version"],
            ["directory_version.version"],
            name=op.f("fk_directory_proposal_base_version_directory_version"),
        ),
        sa.ForeignKeyConstraint(
            ["version"],
            ["directory_version.version"],
            name=op.f("fk_directory_proposal_version_directory_version"),
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_directory_proposal")),
        comment="whole directory files that change what partners pay, and wait for a second person",
    )
    op.create_index(
        "uq_directory_proposal_waiting",
        "directory_proposal",
        ["base_version", "digest"],
        unique=True,
        postgresql_where=sa.text("decision IS NULL"),
    )
    op.create_table(
        "directory_import",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", INSTANT, nullable=False),
        sa.Column("uploaded_by", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="of the file"),
        sa.Column("base_version", sa.Integer(), nullable=False, comment="in force when it was uploaded"),
        sa.Column("document", sa.Text(), nullable=False, comment="the directory file as JSON"),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_directory_import")),
        comment="uploaded directory files without faults, until somebody puts them in force",
    )
    op.create_table(
        "partner",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_partner")),
    )
    op.create_table(
        "center",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["partner"], ["partner.key"], name=op.f("fk_center_partner_partner")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_center")),
    )
    op.create_table(
        "listing",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("center", sa.Text(), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["center"], ["center.key"], name=op.f("fk_listing_center_center")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_listing")),
        sa.UniqueConstraint("key", "center", name="uq_listing_key_center"),
    )
    op.create_table(
        "helpline",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_helpline")),
    )
    op.create_table(
        "number",
        sa.Column(
            "number", sa.Text(), nullable=False, comment="E.164; belongs to one listing or one helpline"
        ),
        sa.Column("listing", sa.Text(), nullable=True),
        sa.Column("helpline", sa.Text(), nullable=True),
        sa.CheckConstraint("(listing IS NULL) <> (helpline IS NULL)", name=op.f("ck_number_one_owner")),
        sa.ForeignKeyConstraint(["helpline"], ["helpline.key"], name=op.f("fk_number_helpline_helpline")),
        sa.ForeignKeyConstraint(["listing"], ["listing.key"], name=op.f("fk_number_listing_listing")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_number")),
    )
    # As it stands: its colons name no values.
    op.get_bind().exec_driver_sql(_ONE_PARTNER_A_TELEPHONE)
