"""The tables of alerts and their deliveries."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from callrouter.database import Base, Grants
from callrouter.events.lease import DUE, LeasedTask


class RaisedAlert(Base):
    """An alert that was raised."""

    __tablename__ = "alert"
    __grants__ = Grants(insert=True)
    __table_args__ = (
        sa.UniqueConstraint("key"),
        sa.CheckConstraint(
            "what IN ('center-paused', 'evidence-behind', 'message-left', 'nobody-eligible', 'process-unseen',"
            " 'promise-overdue', 'purge-failed', 'purge-late', 'reveal-waits', 'unknown-number')",
            name="what",
        ),
        {"comment": "what a person must be told, once; no caller's number"},
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    key: Mapped[str] = mapped_column(comment="the same is told once: its call, or its place and hour")
    what: Mapped[str]
    happened_at: Mapped[datetime]
    raised_at: Mapped[datetime]
    call: Mapped[str | None] = mapped_column(comment="CallSid of the call it was noticed with")
    center: Mapped[str | None]
    helpline: Mapped[str | None]
    listing: Mapped[str | None]
    dialled: Mapped[str | None] = mapped_column(
        comment="a number that is brought to us, and is in no directory"
    )
    process: Mapped[str | None] = mapped_column(comment="the kind of process that is not seen")


class AlertDelivery(LeasedTask):
    """An alert on its way to one recipient."""

    __tablename__ = "alert_delivery"
    __grants__ = Grants(insert=True, update=True)

    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    alert: Mapped[int] = mapped_column(sa.BigInteger, sa.ForeignKey("alert.id"))
    channel: Mapped[str]
    recipient: Mapped[str] = mapped_column(comment="an e-mail address, or the origin of a webhook")
    attempted_at: Mapped[datetime | None] = mapped_column(comment="when the latest attempt ended")
    delivered_at: Mapped[datetime | None]

    __table_args__ = (
        sa.UniqueConstraint("alert", "channel", "recipient"),
        sa.CheckConstraint("channel IN ('email', 'webhook')", name="channel"),
        sa.CheckConstraint("delivered_at IS NULL OR next_attempt_at IS NULL", name="delivered_is_done"),
        sa.Index("ix_alert_delivery_due", "next_attempt_at", postgresql_where=sa.text(DUE)),
        {"comment": "an alert on its way to one recipient"},
    )


sa.Index(
    "ix_alert_delivery_undelivered",
    AlertDelivery.next_attempt_at,
    postgresql_where=AlertDelivery.delivered_at.is_(None),
)
