"""The wordings: the version in force, and the proposals, which are the versions once they are approved."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

INSTANT = sa.DateTime(timezone=True)

_DECIDED_ONCE = "a proposal is decided once"
_NOT_APPROVED = "a version of the wordings is in force once a second person has approved it"

_GUARDS = f"""
CREATE FUNCTION wording_proposal_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' OR OLD.decision IS NOT NULL THEN
        RAISE EXCEPTION '{_DECIDED_ONCE}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER wording_proposal_is_kept BEFORE UPDATE OR DELETE ON wording_proposal FOR EACH ROW
    EXECUTE FUNCTION wording_proposal_is_kept();
CREATE TRIGGER wording_proposals_are_kept BEFORE TRUNCATE ON wording_proposal FOR EACH STATEMENT
    EXECUTE FUNCTION wording_proposal_is_kept();
CREATE FUNCTION wordings_are_approved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The row is locked by writing the same version.
    IF NEW.version <> OLD.version AND (NEW.version <> OLD.version + 1 OR NOT EXISTS (
            SELECT 1 FROM wording_proposal WHERE version = NEW.version AND decision = 'approved')) THEN
        RAISE EXCEPTION '{_NOT_APPROVED}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER wordings_are_approved BEFORE UPDATE ON wordings_head FOR EACH ROW
    EXECUTE FUNCTION wordings_are_approved();
"""


def create() -> None:
    """Make the tables and their guards."""
    op.create_table(
        "wordings_head",
        sa.Column("one", sa.Integer(), nullable=False),
        sa.Column(
            "version",
            sa.Integer(),
            nullable=False,
            comment="the version in force; 1: the texts of the software",
        ),
        sa.CheckConstraint("one = 1", name=op.f("ck_wordings_head_single")),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_wordings_head")),
        comment="a single row, so that a call can make sure that it knows the version in force",
    )
    op.create_table(
        "wording_proposal",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "base_version", sa.Integer(), nullable=False, comment="the version in force when it was made"
        ),
        sa.Column(
            "changes",
            sa.Text(),
            nullable=False,
            comment="JSON: a list of [key, language, text, checksum of its audio]",
        ),
        sa.Column("digest", sa.Text(), nullable=False, comment="SHA-256 of the changes"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column(
            "decision", sa.Text(), nullable=True, comment="`approved` or `withdrawn`; empty while it waits"
        ),
        sa.Column("decided_at", INSTANT, nullable=True, comment="an approved version is in force since then"),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True, comment="of the wordings, once it is approved"),
        sa.CheckConstraint(
            "(COALESCE(decision, '') = 'approved') = (version IS NOT NULL)",
            name=op.f("ck_wording_proposal_in_force"),
        ),
        sa.CheckConstraint(
            "decision <> 'approved' OR decided_by <> proposed_by",
            name=op.f("ck_wording_proposal_two_persons"),
        ),
        sa.CheckConstraint(
            "decision IN ('approved', 'withdrawn')", name=op.f("ck_wording_proposal_decision")
        ),
        sa.CheckConstraint(
            "(decision IS NULL) = (decided_at IS NULL) AND (decision IS NULL) = (decided_by IS NULL)",
            name=op.f("ck_wording_proposal_decided_whole"),
        ),
        sa.CheckConstraint("version > 1", name=op.f("ck_wording_proposal_after_the_shipped_one")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_wording_proposal")),
        sa.UniqueConstraint("version", name=op.f("uq_wording_proposal_version")),
        comment="changed texts, which wait for a second person; an approved proposal is a version",
    )
    op.create_index(
        "uq_wording_proposal_waiting",
        "wording_proposal",
        ["base_version", "digest"],
        unique=True,
        postgresql_where=sa.text("decision IS NULL"),
    )
    op.create_table(
        "wording_audio",
        sa.Column("digest", sa.Text(), nullable=False, comment="SHA-256 of the file"),
        sa.Column("content", sa.LargeBinary(), nullable=False, comment="a WAV file"),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "digest = encode(sha256(content), 'hex')", name=op.f("ck_wording_audio_is_its_checksum")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_wording_audio")),
        comment="recorded texts, by their checksum",
    )
    op.get_bind().exec_driver_sql(_GUARDS)
