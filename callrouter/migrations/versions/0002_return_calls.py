"""Return calls: how promises are kept, who is not to be called, and how fast the carrier is asked."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


class _InstantOnSQLite(sa.types.UserDefinedType[Any]):
    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "INSTANT"


INSTANT = sa.DateTime(timezone=True).with_variant(_InstantOnSQLite(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "do_not_call",
        sa.Column("called_match", sa.Text(), nullable=False, comment="keyed; whoever asked not to be called"),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("called_match", name=op.f("pk_do_not_call")),
    )
    op.create_table(
        "pace",
        sa.Column("one", sa.Integer(), nullable=False),
        sa.Column(
            "next_at", INSTANT, nullable=False, comment="when the carrier may be asked for a call again"
        ),
        sa.Column("failures", sa.Integer(), nullable=False, comment="in a row, for how long to back off"),
        sa.CheckConstraint("one = 1", name=op.f("ck_pace_single")),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_pace")),
        comment="a single row: the carrier takes so many calls a second, of all our processes together",
    )
    op.create_table(
        "served",
        sa.Column("queue", sa.Text(), nullable=False, comment="a helpline, or a listing"),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("queue", name=op.f("pk_served")),
        comment="when the carrier was last asked for a return call of a helpline: the longest ago is next",
    )
    op.create_table(
        "return_call",
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="1, 2, 3 … for its promise"),
        sa.Column("only_center", sa.Text(), nullable=False, comment="as its call says"),
        sa.Column("center", sa.Text(), nullable=False, comment="who owes it then, and is rung first"),
        sa.Column("partner", sa.Text(), nullable=False, comment="who pays if the promise is kept by it"),
        sa.Column("kind", sa.Text(), nullable=False, comment="`listing` or `helpline`, for its price"),
        sa.Column("name", sa.Text(), nullable=False, comment="the center's name then"),
        sa.Column("phone", sa.Text(), nullable=False, comment="of the center"),
        sa.Column("shown", sa.Text(), nullable=False, comment="the number of ours that both see"),
        sa.Column("called_match", sa.Text(), nullable=True, comment="keyed; of the caller's number"),
        sa.Column("began_at", INSTANT, nullable=False),
        sa.Column(
            "sid",
            sa.Text(),
            nullable=True,
            comment="the carrier's CallSid; empty as long as it is not known to be placed",
        ),
        sa.Column("progress", sa.Text(), nullable=False, comment="of the call to the center"),
        sa.Column(
            "caller_sid", sa.Text(), nullable=True, comment="the carrier's CallSid of the leg to the caller"
        ),
        sa.Column(
            "has_line",
            sa.Boolean(),
            nullable=False,
            comment="of the center; not while nobody knows whether it was placed",
        ),
        sa.Column("taken_at", INSTANT, nullable=True, comment="the center pressed 1: the caller is rung"),
        sa.Column(
            "asked_at", INSTANT, nullable=True, comment="somebody or something picked up at the caller's"
        ),
        sa.Column("agreed_at", INSTANT, nullable=True, comment="the caller pressed 1"),
        sa.Column(
            "looked_up_at",
            INSTANT,
            nullable=True,
            comment="when the carrier's books were last asked about it",
        ),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("talk_seconds", sa.Integer(), nullable=True),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "only_center = '' OR only_center = center", name=op.f("ck_return_call_only_its_center")
        ),
        sa.CheckConstraint(
            "outcome <> 'kept' OR (taken_at IS NOT NULL AND agreed_at IS NOT NULL)",
            name=op.f("ck_return_call_agreed"),
        ),
        sa.CheckConstraint(
            "outcome IN ('kept', 'no-answer', 'busy', 'failed', 'screened-out', 'later', 'handed-on', 'caller-no-answer', 'caller-busy', 'caller-failed', 'caller-silent', 'declined', 'stopped', 'not-placed')",
            name=op.f("ck_return_call_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["call", "only_center"], ["call.sid", "call.only_center"], name="fk_return_call_bound_as_its_call"
        ),
        sa.ForeignKeyConstraint(["call"], ["promise.call"], name=op.f("fk_return_call_call_promise")),
        sa.PrimaryKeyConstraint("call", "number", name=op.f("pk_return_call")),
    )
    op.create_index(
        "uq_return_call_kept",
        "return_call",
        ["call"],
        unique=True,
        postgresql_where=sa.text("outcome = 'kept'"),
        sqlite_where=sa.text("outcome = 'kept'"),
    )
    op.create_index(
        "uq_return_call_one_a_caller",
        "return_call",
        ["called_match"],
        unique=True,
        postgresql_where=sa.text("outcome IS NULL"),
        sqlite_where=sa.text("outcome IS NULL"),
    )
    op.create_index("uq_return_call_sid", "return_call", ["sid"], unique=True)
    op.create_index(
        "uq_return_call_under_way",
        "return_call",
        ["call"],
        unique=True,
        postgresql_where=sa.text("outcome IS NULL"),
        sqlite_where=sa.text("outcome IS NULL"),
    )
    op.create_index(
        "ix_promise_called_match",
        "promise",
        ["called_match"],
        unique=False,
        postgresql_where=sa.text("state = 'open'"),
        sqlite_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "ix_promise_next_try_at",
        "promise",
        ["next_try_at"],
        unique=False,
        postgresql_where=sa.text("state = 'open'"),
        sqlite_where=sa.text("state = 'open'"),
    )
    op.execute("INSERT INTO pace (one, next_at, failures) VALUES (1, '2026-01-01T00:00:00.000000+00:00', 0)")
