"""Raises alerts from facts of the outbox: stores each alert once, with a delivery for each recipient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert

from callrouter.alerts.alert import Alert
from callrouter.alerts.channel import Recipient
from callrouter.alerts.model import AlertDelivery, RaisedAlert
from callrouter.calls.model import Call
from callrouter.database import Session
from callrouter.database.batch import arrays, insert_rows
from callrouter.events.model import OutboxFact

_FACTS = (
    sa.select(
        OutboxFact.what,
        OutboxFact.at,
        OutboxFact.call,
        OutboxFact.center,
        OutboxFact.process,
        Call.helpline,
        Call.listing,
        Call.dialled,
    )
    .join_from(OutboxFact, Call, Call.sid == OutboxFact.call, isouter=True)
    .where(OutboxFact.id == sa.any_(sa.bindparam("facts", type_=ARRAY(sa.BigInteger))))
    .order_by(OutboxFact.id)
)
_RAISE = (
    insert(RaisedAlert).on_conflict_do_nothing(index_elements=[RaisedAlert.key]).returning(RaisedAlert.id)
)
_DELIVERY = ("alert", "channel", "recipient", "attempts", "next_attempt_at")
_ADD_DELIVERIES = insert_rows(AlertDelivery, _DELIVERY)


def raise_alerts(session: Session, facts: list[int], recipients: Sequence[Recipient], now: datetime) -> None:
    """Raise the alerts of these facts. An alert with a known key is not raised again."""
    first: dict[str, Alert] = {}
    for fact in session.execute(_FACTS, {"facts": facts}):
        alert = _alert(fact)
        first.setdefault(alert.key, alert)
    for key, alert in first.items():
        raised = session.execute(_RAISE, {"key": key, "raised_at": now, **asdict(alert)}).scalar()
        if raised and recipients:
            deliveries = [_delivery(raised, each, now) for each in recipients]
            session.execute(_ADD_DELIVERIES, arrays(_DELIVERY, deliveries))


def _alert(fact: Any) -> Alert:
    number = fact.dialled if fact.what == "unknown-number" else None
    return Alert(
        fact.what,
        fact.at,
        fact.call or None,
        fact.center,
        fact.helpline,
        fact.listing,
        number,
        fact.process,
    )


def _delivery(alert: int, recipient: Recipient, now: datetime) -> dict[str, object]:
    return {
        "alert": alert,
        "channel": recipient.channel,
        "recipient": recipient.address,
        "attempts": 0,
        "next_attempt_at": now,
    }
