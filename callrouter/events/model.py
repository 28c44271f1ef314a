"""The tables of the inbox, the outbox and the heartbeats."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from callrouter.database import Base, Grants


class InboxEntry(Base):
    """A callback as it came."""

    __tablename__ = "inbox"
    __grants__ = Grants(insert=True)
    __table_args__ = {"comment": "each callback, once"}

    call: Mapped[str] = mapped_column(primary_key=True, comment="CallSid of the caller's call")
    key: Mapped[str] = mapped_column(
        primary_key=True, comment="which callback of the call: `turn 2`, `status completed` …"
    )
    received_at: Mapped[datetime]
    fields: Mapped[str] = mapped_column(comment="JSON, without any number")
    answer: Mapped[str | None] = mapped_column(comment="the document it was answered with, for repetitions")


class OutboxFact(Base):
    """A fact that is still to be acted on."""

    __tablename__ = "outbox"
    __grants__ = Grants(insert=True, update=True, delete=True)
    __table_args__ = {
        "comment": "facts to act on, written in the transaction that they are about; a settled fact is deleted"
    }

    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    fact: Mapped[str] = mapped_column(comment="`disclosed`, `ended` or `alert`")
    call: Mapped[str]
    at: Mapped[datetime]
    turn: Mapped[int] = mapped_column(comment="the document that disclosed it; 0 for the others")
    what: Mapped[str | None]
    center: Mapped[str | None]
    wording: Mapped[str | None]
    language: Mapped[str | None]
    words: Mapped[str | None] = mapped_column(comment="word for word")
    failures: Mapped[int] = mapped_column(server_default="0")
    error: Mapped[str | None] = mapped_column(comment="of the latest failure")
    set_aside_at: Mapped[datetime | None] = mapped_column(
        comment="it kept failing; staff can have it tried again"
    )
    process: Mapped[str | None] = mapped_column(comment="the kind of process that an alert is about")


sa.Index("ix_outbox_set_aside", OutboxFact.id, postgresql_where=OutboxFact.set_aside_at.is_not(None))


class OutboxLock(Base):
    """A single row. Whoever locks it settles the outbox."""

    __tablename__ = "outbox_lock"
    __grants__ = Grants(update=True)
    __table_args__ = {"comment": "a single row: whoever holds its lock settles the outbox"}

    one: Mapped[int] = mapped_column(
        sa.Integer, sa.CheckConstraint("one = 1", name="single"), primary_key=True
    )
    settled_at: Mapped[datetime | None] = mapped_column(comment="when somebody last settled facts")


class Heartbeat(Base):
    """When each kind of process was last seen."""

    __tablename__ = "heartbeat"
    __grants__ = Grants(update=True)
    __table_args__ = {"comment": "a single row: the proof that broker and workers work end to end"}

    one: Mapped[int] = mapped_column(
        sa.Integer, sa.CheckConstraint("one = 1", name="single"), primary_key=True
    )
    worker_at: Mapped[datetime | None] = mapped_column(
        comment="when a task last came through the broker and a worker to here"
    )
    external_at: Mapped[datetime | None] = mapped_column(
        comment="when a task last came through the external queue to here"
    )
    web_at: Mapped[datetime | None] = mapped_column(comment="when a web server last wrote here")
    beat_at: Mapped[datetime | None] = mapped_column(
        comment="when a message that beat sent last came through the broker and a worker to here"
    )
    outbox_sweeper_at: Mapped[datetime | None] = mapped_column(
        comment="when the outbox sweeper last looked at the outbox"
    )
    console_at: Mapped[datetime | None] = mapped_column(comment="when the console last wrote here")
    evidence_complete_at: Mapped[datetime | None] = mapped_column(
        comment="when the evidence log last had every record, with a signed head"
    )
