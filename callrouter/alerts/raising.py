"""Raising alerts from facts of the outbox: each is written once, with a delivery for everybody who is to be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from callrouter.alerts.alert import Alert
from callrouter.alerts.channel import Recipient
from callrouter.database import Row, Session, sql

_TOLD_OF = sql(
    "SELECT outbox.what, outbox.at, outbox.call, outbox.center, outbox.process, call.helpline, call.listing,"
    " call.dialled"
    " FROM outbox LEFT JOIN call ON call.sid = outbox.call WHERE AMONG(outbox.id, :facts) ORDER BY outbox.id"
)
_RAISE = sql(
    "INSERT INTO alert (key, what, happened_at, raised_at, call, center, helpline, listing, dialled, process)"
    " VALUES (:key, :what, :happened_at, :now, :call, :center, :helpline, :listing, :dialled, :process)"
    " ON CONFLICT (key) DO NOTHING RETURNING id"
)
_HAVE_IT_DELIVERED = sql(
    "INSERT INTO delivery (alert, channel, recipient, attempts, next_at)"
    " VALUES (:alert, :channel, :recipient, 0, :next_at)"
)


def raise_alerts(session: Session, facts: list[int], recipients: Sequence[Recipient], now: datetime) -> None:
    """Raise an alert for what these facts tell, unless the same has been raised before."""
    first: dict[str, Alert] = {}
    for row in session.ask(_TOLD_OF, facts=facts):
        alert = _alert(row)
        first.setdefault(alert.key, alert)
    for key, alert in first.items():
        for (raised,) in session.ask(_RAISE, key=key, now=now, **asdict(alert)):
            session.tell_all(_HAVE_IT_DELIVERED, [_delivery(raised, each, now) for each in recipients])


def _alert(row: Row) -> Alert:
    what, at, call, center, process, helpline, listing, dialled = row
    number = dialled if what == "unknown-number" else None
    return Alert(what, at, call or None, center, helpline, listing, number, process)


def _delivery(alert: int, recipient: Recipient, now: datetime) -> dict[str, object]:
    return {"alert": alert, "channel": recipient.channel, "recipient": recipient.address, "next_at": now}
