"""A change of what partners pay takes two persons: proposals, and who loaded and approved a version."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


class _InstantOnSQLite(sa.types.UserDefinedType[Any]):
    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "INSTANT"


INSTANT = sa.DateTime(timezone=True).with_variant(_InstantOnSQLite(), "sqlite")
WAITING = sa.text("decision IS NULL")
_PERSONS = {
    "loaded_by": "who loaded it; empty for those of before this was kept",
    "approved_by": "who approved it, where it changed what partners pay",
}


def upgrade() -> None:
    for name, comment in _PERSONS.items():
        op.add_column("directory_version", sa.Column(name, sa.Text(), nullable=True, comment=comment))
    op.create_table(
        "directory_proposal",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("against", sa.Integer(), nullable=False, comment="the version in force when it was made"),
        sa.Column("digest", sa.Text(), nullable=False, comment="SHA-256 of the document"),
        sa.Column("document", sa.Text(), nullable=False, comment="the directory file as JSON"),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column(
            "decision", sa.Text(), nullable=True, comment="`approved` or `withdrawn`; empty while it waits"
        ),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True, comment="that it was put in force as"),
        sa.CheckConstraint(
            "decision IN ('approved', 'withdrawn')", name=op.f("ck_directory_proposal_decision")
        ),
        sa.CheckConstraint(
            "(decision IS NULL) = (decided_at IS NULL) AND (decision IS NULL) = (decided_by IS NULL)",
            name=op.f("ck_directory_proposal_decided_whole"),
        ),
        sa.CheckConstraint(
            "(COALESCE(decision, '') = 'approved') = (version IS NOT NULL)",
            name=op.f("ck_directory_proposal_in_force"),
        ),
        sa.CheckConstraint(
            "decision <> 'approved' OR decided_by <> proposed_by",
            name=op.f("ck_directory_proposal_two_persons"),
        ),
        sa.ForeignKeyConstraint(
            ["against"],
            ["directory_version.version"],
            name=op.f("fk_directory_proposal_against_directory_version"),
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
        ["against", "digest"],
        unique=True,
        postgresql_where=WAITING,
        sqlite_where=WAITING,
    )
