"""Tables of the messages that callers left, and of what has become of their sound."""

from __future__ import annotations

import sqlalchemy as sa

from callrouter.database import Instant, metadata

WAITING = "waiting"
"""left, and still at the carrier alone"""
KEPT = "kept"
"""sealed here"""
SILENT = "silent"
"""nobody spoke: dropped, and `note` says what was measured"""
GONE = "gone"
"""the carrier has none"""
DELETED = "deleted"
"""when its days were over, or somebody asked for it"""
STATES = (WAITING, KEPT, SILENT, GONE, DELETED)

message = sa.Table(
    "message",
    metadata,
    sa.Column("call", sa.Text, sa.ForeignKey("call.sid"), primary_key=True),
    sa.Column("owner", sa.Text, sa.ForeignKey("center.key"), comment="who is to hear it; empty: staff"),
    sa.Column("recording", sa.Text, nullable=False, comment="the carrier's RecordingSid"),
    sa.Column("seconds", sa.Integer, nullable=False),
    sa.Column("left_at", Instant, nullable=False),
)

recording = sa.Table(
    "recording",
    metadata,
    sa.Column("call", sa.Text, sa.ForeignKey("message.call"), primary_key=True),
    sa.Column("state", sa.Text, nullable=False, comment="waiting, kept, silent, gone, deleted"),
    sa.Column("next_try_at", Instant, comment="when the carrier is asked next; empty: it is not asked"),
    sa.Column("attempts", sa.Integer, nullable=False, comment="since the last that succeeded"),
    sa.Column("error", sa.Text, comment="of the latest attempt"),
    sa.Column("set_aside_at", Instant, comment="the carrier refused; staff can have it tried again"),
    sa.Column("note", sa.Text, comment="what was measured of a sound that was dropped"),
    sa.Column("key_id", sa.Text, comment="the vault key it was sealed with"),
    sa.Column("sealed", sa.LargeBinary, comment="the sound, AES-256-GCM: nonce, ciphertext, tag"),
    sa.Column("fetched_at", Instant),
    sa.Column("deleted_at_carrier_at", Instant),
    sa.Column("deleted_at", Instant, comment="here"),
    sa.CheckConstraint("state IN ('waiting', 'kept', 'silent', 'gone', 'deleted')", name="state"),
    # Whatever is not kept is not there, sealed or not.
    sa.CheckConstraint("(state = 'kept') = (sealed IS NOT NULL)", name="sealed_while_kept"),
    sa.CheckConstraint("(sealed IS NULL) = (key_id IS NULL)", name="sealed_with_a_key"),
    comment="the life of a message's sound; everything but the sound stays when it is deleted",
)
DUE = "next_try_at IS NOT NULL"
sa.Index(
    "ix_recording_due",
    recording.c.next_try_at,
    postgresql_where=sa.text(DUE),
)
