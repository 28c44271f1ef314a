"""Tables of the messages that callers left, and of what has become of their sound."""

from __future__ import annotations

import sqlalchemy as sa

from callrouter.database import Instant, metadata

message = sa.Table(
    "message",
    metadata,
    sa.Column("call", sa.Text, sa.ForeignKey("call.sid"), primary_key=True),
    sa.Column("owner", sa.Text, sa.ForeignKey("center.key"), comment="who is to hear it; empty: staff"),
    sa.Column("recording", sa.Text, nullable=False, comment="the carrier's RecordingSid"),
    sa.Column("seconds", sa.Integer, nullable=False),
    sa.Column("left_at", Instant, nullable=False),
)
