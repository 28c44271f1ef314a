"""The tables of messages and of their recordings."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from callrouter.database import Base, Grants
from callrouter.events.lease import DUE, LeasedTask

WAITING = "waiting"
"""not fetched yet; only the carrier has it"""
KEPT = "kept"
"""sealed in our database"""
SILENT = "silent"
"""nobody spoke, so it was dropped; `note` has the measurement"""
GONE = "gone"
"""the carrier does not have it"""
DELETED = "deleted"
"""after the retention period, or on request"""
STATES = (WAITING, KEPT, SILENT, GONE, DELETED)


class VoicemailMessage(Base):
    """A message that a caller left. The row stays when the recording is deleted."""

    __tablename__ = "message"
    __grants__ = Grants(insert=True)

    call: Mapped[str] = mapped_column(sa.Text, sa.ForeignKey("call.sid"), primary_key=True)
    owner: Mapped[str | None] = mapped_column(
        sa.Text, sa.ForeignKey("center.key"), comment="who is to hear it; empty: staff"
    )
    recording: Mapped[str] = mapped_column(comment="the carrier's RecordingSid")
    seconds: Mapped[int]
    left_at: Mapped[datetime]


sa.Index("ix_message_left_at", VoicemailMessage.left_at, VoicemailMessage.call)


class MessageRecording(LeasedTask):
    """The recording of a message: its state, and the sealed sound while it is kept.

    When it is due, the carrier is asked to send it or to delete it.
    """

    __tablename__ = "recording"
    __grants__ = Grants(insert=True, update=True)

    call: Mapped[str] = mapped_column(sa.Text, sa.ForeignKey("message.call"), primary_key=True)
    state: Mapped[str] = mapped_column(comment="waiting, kept, silent, gone, deleted")
    set_aside_at: Mapped[datetime | None] = mapped_column(
        comment="the carrier refused; staff can have it tried again"
    )
    note: Mapped[str | None] = mapped_column(comment="what was measured of a sound that was dropped")
    day: Mapped[date | None] = mapped_column(comment="in UTC; the day whose data key sealed it")
    sealed: Mapped[bytes | None] = mapped_column(comment="the sound, AES-256-GCM: nonce, ciphertext, tag")
    fetched_at: Mapped[datetime | None]
    deleted_at_carrier_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None] = mapped_column(comment="here")

    __table_args__ = (
        sa.CheckConstraint("state IN ('waiting', 'kept', 'silent', 'gone', 'deleted')", name="state"),
        # Only a kept recording has a sound.
        sa.CheckConstraint("(state = 'kept') = (sealed IS NOT NULL)", name="sealed_while_kept"),
        sa.CheckConstraint("(sealed IS NULL) = (day IS NULL)", name="sealed_with_a_key"),
        sa.Index("ix_recording_due", "next_attempt_at", postgresql_where=sa.text(DUE)),
        sa.Index("ix_recording_day", "day", postgresql_where=sa.text("day IS NOT NULL")),
        {"comment": "the recording of a message; everything but the sound stays when it is deleted"},
    )


class MessagePlayback(Base):
    """One opening of a message in somebody's browser: it stands on an entry of the audit log, and ends soon."""

    __tablename__ = "message_playback"
    __grants__ = Grants(insert=True, update=True)

    entry: Mapped[int] = mapped_column(
        sa.BigInteger, sa.ForeignKey("audit_log.id"), primary_key=True, autoincrement=False
    )
    call: Mapped[str] = mapped_column(sa.Text, sa.ForeignKey("message.call"))
    token_hash: Mapped[bytes] = mapped_column(unique=True, comment="of the address and of the browser")
    until: Mapped[datetime] = mapped_column(comment="then it is hidden again by itself")
    began_at: Mapped[datetime | None] = mapped_column(comment="when the browser first fetched the sound")
    hidden_at: Mapped[datetime | None] = mapped_column(comment="when the person left the page")

    __table_args__ = ({"comment": "who may hear which message now; none without its entry in the audit log"},)
