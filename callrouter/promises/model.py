"""Tables of what a caller was promised: a return call."""

from __future__ import annotations

import sqlalchemy as sa

from callrouter.database import Instant, metadata

promise = sa.Table(
    "promise",
    metadata,
    sa.Column("call", sa.Text, sa.ForeignKey("call.sid"), primary_key=True),
    sa.Column(
        "owner", sa.Text, sa.ForeignKey("center.key"), comment="who owes it; empty: staff must find somebody"
    ),
    sa.Column("listing", sa.Text),
    sa.Column("helpline", sa.Text),
    sa.Column("only_center", sa.Text, nullable=False, comment="as its call says"),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("ended_at", Instant),
    sa.Column("consent_words", sa.Text, nullable=False, comment="what the caller heard before the key"),
    sa.Column("consent_key", sa.Text, nullable=False),
    sa.Column("consent_at", Instant, nullable=False),
    sa.ForeignKeyConstraint(
        ["call", "only_center"], ["call.sid", "call.only_center"], name="fk_promise_bound_as_its_call"
    ),
    # The promise of a listing is owed by its center and nobody else.
    sa.CheckConstraint(
        "only_center = '' OR (owner IS NOT NULL AND owner = only_center)", name="only_its_center"
    ),
    sa.CheckConstraint(
        "state IN ('open', 'kept', 'declined', 'unreachable', 'withdrawn', 'expired')", name="state"
    ),
)
