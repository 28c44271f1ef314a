"""Tables of what came in and what is still to be done about it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from callrouter.database import Base, Instant, metadata


class InboxEntry(Base):
    """A callback as it came."""

    __tablename__ = "inbox"
    __table_args__ = {"comment": "each callback, once"}

    call: Mapped[str] = mapped_column(primary_key=True, comment="CallSid of the caller's call")
    key: Mapped[str] = mapped_column(
        primary_key=True, comment="which callback of the call: `turn 2`, `status completed` …"
    )
    received_at: Mapped[datetime]
    fields: Mapped[str] = mapped_column(comment="JSON, without any number")
    answer: Mapped[str | None] = mapped_column(comment="the document it was answered with, for repetitions")


outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True),
    sa.Column("fact", sa.Text, nullable=False, comment="`told`, `ended` or `alert`"),
    sa.Column("call", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("turn", sa.Integer, nullable=False, comment="the document that told it; 0 for the others"),
    sa.Column("what", sa.Text),
    sa.Column("center", sa.Text),
    sa.Column("wording", sa.Text),
    sa.Column("language", sa.Text),
    sa.Column("words", sa.Text, comment="word for word"),
    sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
    sa.Column("error", sa.Text, comment="of the latest failure"),
    sa.Column("set_aside_at", Instant, comment="it kept failing; staff can have it tried again"),
    sa.Column("process", sa.Text, comment="the kind of process that an alert is about"),
    comment="facts to act on, written with what they tell of; a row goes when it is settled",
)
SET_ASIDE = "set_aside_at IS NOT NULL"
sa.Index("ix_outbox_set_aside", outbox.c.id, postgresql_where=sa.text(SET_ASIDE))

settler = sa.Table(
    "settler",
    metadata,
    sa.Column("one", sa.Integer, sa.CheckConstraint("one = 1", name="single"), primary_key=True),
    sa.Column("settled_at", Instant, comment="when somebody last settled facts"),
    comment="a single row: whoever holds its lock settles the outbox",
)

heartbeat = sa.Table(
    "heartbeat",
    metadata,
    sa.Column("one", sa.Integer, sa.CheckConstraint("one = 1", name="single"), primary_key=True),
    sa.Column("beat_at", Instant, comment="when a task last came through the broker and a worker to here"),
    sa.Column("errands_at", Instant, comment="when the worker of the errands last had its turn"),
    sa.Column("web_at", Instant, comment="when a web server last wrote here"),
    sa.Column(
        "schedule_at",
        Instant,
        comment="when a message that beat sent last came through the broker and a worker to here",
    ),
    sa.Column("relay_at", Instant, comment="when the relay last looked at the outbox"),
    comment="a single row: the proof that broker and workers work end to end",
)
