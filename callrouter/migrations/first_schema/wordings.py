"""The wordings: the version in force, and the proposals, which are the versions once they are approved."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

INSTANT = sa.DateTime(timezone=True)

_DECIDED_ONCE = "a proposal is decided once"
_NOT_CHANGED = "what was proposed never changes"
_NOT_APPROVED = "a version of the wordings is in force once a second person has approved it"

_GUARDS = f"""
CREATE FUNCTION wording_proposal_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- One that was approved for a later time may still come into force, or be withdrawn.
    IF TG_OP <> 'UPDATE' OR OLD.version IS NOT NULL OR OLD.decision = 'withdrawn' OR OLD.withdrawn_by IS NOT NULL THEN
        RAISE EXCEPTION '{_DECIDED_ONCE}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.decision = 'approved' AND ((NEW.decision, NEW.decided_at, NEW.decided_by) IS DISTINCT FROM
            (OLD.decision, OLD.decided_at, OLD.decided_by)
            OR (NEW.version IS NULL AND NEW.withdrawn_by IS NULL)) THEN
        RAISE EXCEPTION '{_DECIDED_ONCE}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (NEW.number, NEW.base_version, NEW.changes, NEW.digest, NEW.reason, NEW.proposed_at, NEW.proposed_by,
        NEW.effective_at) IS DISTINCT FROM
       (OLD.number, OLD.base_version, OLD.changes, OLD.digest, OLD.reason, OLD.proposed_at, OLD.proposed_by,
        OLD.effective_at) THEN
        RAISE EXCEPTION '{_NOT_CHANGED}' USING ERRCODE = 'integrity_constraint_violation';
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
            "effective_at",
            INSTANT,
            nullable=True,
            comment="it comes into force then; empty: when it is approved",
        ),
        sa.Column(
            "decision", sa.Text(), nullable=True, comment="`approved` or `withdrawn`; empty while it waits"
        ),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True, comment="of the wordings, once it is in force"),
        sa.Column("in_force_at", INSTANT, nullable=True, comment="since when the version is in force"),
        sa.Column("withdrawn_at", INSTANT, nullable=True, comment="after it was approved for a later time"),
        sa.Column("withdrawn_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by IS NULL)",
            name=op.f("ck_wording_proposal_withdrawn_whole"),
        ),
        sa.CheckConstraint(
            "withdrawn_by IS NULL OR (version IS NULL AND COALESCE(decision, '') = 'approved')",
            name=op.f("ck_wording_proposal_withdrawn"),
        ),
        sa.CheckConstraint(
            "version IS NULL OR (decision IS NOT NULL AND decision = 'approved')",
            name=op.f("ck_wording_proposal_in_force"),
        ),
        sa.CheckConstraint(
            "(version IS NULL) = (in_force_at IS NULL)", name=op.f("ck_wording_proposal_in_force_whole")
        ),
        sa.CheckConstraint(
            "decision <> 'approved' OR version IS NOT NULL OR effective_at IS NOT NULL",
            name=op.f("ck_wording_proposal_comes"),
        ),
        sa.CheckConstraint("in_force_at >= effective_at", name=op.f("ck_wording_proposal_not_early")),
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
