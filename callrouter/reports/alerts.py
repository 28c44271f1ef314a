"""Alerts and their deliveries, as they stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TypedDict

import sqlalchemy as sa

from callrouter.alerts.alert import Alert
from callrouter.alerts.model import alert, delivery
from callrouter.alerts.words import words

WAITING, DELIVERED, GIVEN_UP = "waiting", "delivered", "given up"
RECENT = timedelta(days=7)

_OF_AN_ALERT = ("what", "happened_at", "call", "center", "helpline", "listing", "dialled", "process")
_WAITS = delivery.c.next_at.is_not(None)


class RaisedAlert(TypedDict):
    """An alert, and how far its deliveries are."""

    id: int
    happened_at: datetime
    what: str
    told: str
    call: str | None
    deliveries: list[str]


class AlertDeliveryRow(TypedDict):
    """An alert on its way to one recipient."""

    id: int
    alert: int
    what: str
    channel: str
    recipient: str
    standing: str
    attempts: int
    tried_at: datetime | None
    next_at: datetime | None
    delivered_at: datetime | None
    error: str | None


def alerts_since(connection: sa.Connection, since: datetime) -> list[RaisedAlert]:
    """The alerts since then, and older ones that are still on their way; the newest first."""
    open_ones = sa.select(delivery.c.alert).where(_WAITS)
    query = sa.select(alert).where(sa.or_(alert.c.happened_at >= since, alert.c.id.in_(open_ones)))
    rows = connection.execute(query.order_by(alert.c.happened_at.desc(), alert.c.id.desc())).mappings().all()
    gone = _how_far(connection, (row["id"] for row in rows))
    return [
        RaisedAlert(
            id=row["id"],
            happened_at=row["happened_at"],
            what=row["what"],
            told=words(Alert(**{name: row[name] for name in _OF_AN_ALERT})).subject,
            call=row["call"],
            deliveries=gone[row["id"]],
        )
        for row in rows
    ]


def deliveries_since(connection: sa.Connection, since: datetime) -> list[AlertDeliveryRow]:
    """The deliveries of alerts since then, and older ones that are still on their way; the newest alert first."""
    query = (
        sa.select(delivery, alert.c.what)
        .join(alert)
        .where(sa.or_(alert.c.happened_at >= since, _WAITS))
        .order_by(alert.c.happened_at.desc(), delivery.c.alert.desc(), delivery.c.id)
    )
    return [_delivery(row) for row in connection.execute(query).mappings()]


def delivery_of(connection: sa.Connection, number: int) -> AlertDeliveryRow | None:
    """One delivery."""
    query = sa.select(delivery, alert.c.what).join(alert).where(delivery.c.id == number)
    row = connection.execute(query).mappings().one_or_none()
    return _delivery(row) if row else None


def undelivered(connection: sa.Connection, since: datetime) -> dict[tuple[str, str], int]:
    """(channel, WAITING or GIVEN_UP): how many deliveries; those that were last tried before `since` are past."""
    standing = sa.case((delivery.c.next_at.is_(None), GIVEN_UP), else_=WAITING)
    query = (
        sa.select(delivery.c.channel, standing, sa.func.count())
        .where(delivery.c.delivered_at.is_(None), sa.or_(_WAITS, delivery.c.tried_at >= since))
        .group_by(delivery.c.channel, standing)
    )
    return {(channel, stands): count for channel, stands, count in connection.execute(query)}


def _how_far(connection: sa.Connection, alerts: Iterable[int]) -> Mapping[int, list[str]]:
    """By alert: each of its deliveries in a few words."""
    found: dict[int, list[str]] = defaultdict(list)
    query = sa.select(delivery).where(delivery.c.alert.in_(list(alerts))).order_by(delivery.c.id)
    for row in connection.execute(query).mappings():
        found[row["alert"]].append(f"{row['channel']} to {row['recipient']}: {_standing(row)}")
    return found


def _standing(row: sa.RowMapping) -> str:
    if row["delivered_at"]:
        return DELIVERED
    return WAITING if row["next_at"] else GIVEN_UP


def _delivery(row: sa.RowMapping) -> AlertDeliveryRow:
    return AlertDeliveryRow(
        id=row["id"],
        alert=row["alert"],
        what=row["what"],
        channel=row["channel"],
        recipient=row["recipient"],
        standing=_standing(row),
        attempts=row["attempts"],
        tried_at=row["tried_at"],
        next_at=row["next_at"],
        delivered_at=row["delivered_at"],
        error=row["error"],
    )
