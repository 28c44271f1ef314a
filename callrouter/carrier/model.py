"""Tables of the carrier's own books, as far as they have been read: its calls, and where they differ from ours."""

from __future__ import annotations

import sqlalchemy as sa

from callrouter.database import Instant, metadata

carrier_call = sa.Table(
    "carrier_call",
    metadata,
    sa.Column("sid", sa.Text, primary_key=True, comment="CallSid of a call, or of one of its legs"),
    sa.Column("parent", sa.Text, comment="CallSid of the call that dialled it"),
    sa.Column("day", sa.Text, nullable=False, comment="the carrier's day, UTC, `2026-11-24`"),
    sa.Column("direction", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("seconds", sa.Integer),
    sa.Column("cost_micros", sa.BigInteger, comment="millionths of a unit of the currency; empty at first"),
    sa.Column("currency", sa.Text),
    sa.Column("read_at", Instant, nullable=False),
    comment="no number of anybody",
)
sa.Index("ix_carrier_call_parent", carrier_call.c.parent)
sa.Index("ix_carrier_call_day", carrier_call.c.day, carrier_call.c.sid)
UNSETTLED = "cost_micros IS NULL AND status NOT IN ('busy', 'failed', 'no-answer', 'canceled')"
"""Whether a call goes on, or its price is still to come: what nobody answered costs nothing."""
sa.Index(
    "ix_carrier_call_unsettled",
    carrier_call.c.day,
    postgresql_where=sa.text(UNSETTLED),
)

carrier_difference = sa.Table(
    "carrier_difference",
    metadata,
    sa.Column("day", sa.Text, primary_key=True),
    sa.Column("sid", sa.Text, primary_key=True, comment="of the call, or of the leg, that differs"),
    sa.Column("what", sa.Text, primary_key=True),
    sa.Column("theirs", sa.Text),
    sa.Column("ours", sa.Text),
    sa.Column("mended", sa.Boolean, nullable=False, comment="ours was put right; the others are for staff"),
    sa.Column("found_at", Instant, nullable=False),
    sa.Column("call", sa.Text, comment="CallSid of the caller's call that it is about, where that is known"),
    sa.Column("explained_by", sa.Text, comment="a person; empty: it was gone when the books were read again"),
    sa.Column("explanation", sa.Text),
    sa.Column("explained_at", Instant),
    sa.CheckConstraint(
        "(explained_at IS NULL) = (explanation IS NULL) AND (explained_by IS NULL OR explanation IS NOT NULL)",
        name="explained",
    ),
)
UNEXPLAINED = "NOT mended AND explained_at IS NULL"
"""Whether a difference waits for a person: no month is closed in which a charged call has one."""
sa.Index(
    "ix_carrier_difference_unexplained",
    carrier_difference.c.call,
    postgresql_where=sa.text(UNEXPLAINED),
)

reconciled_day = sa.Table(
    "reconciled_day",
    metadata,
    sa.Column("day", sa.Text, primary_key=True),
    sa.Column("finished_at", Instant, nullable=False, comment="when it was last compared whole"),
    sa.Column("calls", sa.Integer, nullable=False, comment="of callers, in the carrier's books"),
)
