"""Reads alerts and their deliveries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TypedDict

import sqlalchemy as sa

from callrouter.alerts.alert import Alert
from callrouter.alerts.model import AlertDelivery, RaisedAlert
from callrouter.alerts.text import alert_text

WAITING, DELIVERED, GIVEN_UP = "waiting", "delivered", "given up"
RECENT = timedelta(days=7)

_OF_AN_ALERT = ("what", "happened_at", "call", "center", "helpline", "listing", "dialled", "process")
_WAITS = AlertDelivery.next_attempt_at.is_not(None)


class AlertRow(TypedDict):
    """An alert and the state of its deliveries. `subject` says what happened in one line."""

    id: int
    happened_at: datetime
    what: str
    subject: str
    call: str | None
    deliveries: list[str]


class AlertDeliveryRow(TypedDict):
    """An alert on its way to one recipient."""

    id: int
    alert: int
    what: str
    channel: str
    recipient: str
    status: str
    attempts: int
    attempted_at: datetime | None
    next_attempt_at: datetime | None
    delivered_at: datetime | None
    error: str | None


def alerts_since(connection: sa.Connection, since: datetime) -> list[AlertRow]:
    """The alerts since then, and older ones with open deliveries, newest first."""
    open_ones = sa.select(AlertDelivery.alert).where(_WAITS)
    query = sa.select(RaisedAlert.__table__).where(
        sa.or_(RaisedAlert.happened_at >= since, RaisedAlert.id.in_(open_ones))
    )
    rows = (
        connection.execute(query.order_by(RaisedAlert.happened_at.desc(), RaisedAlert.id.desc()))
        .mappings()
        .all()
    )
    gone = _how_far(connection, (row["id"] for row in rows))
    return [
        AlertRow(
            id=row["id"],
            happened_at=row["happened_at"],
            what=row["what"],
            subject=alert_text(Alert(**{name: row[name] for name in _OF_AN_ALERT})).subject,
            call=row["call"],
            deliveries=gone[row["id"]],
        )
        for row in rows
    ]


def deliveries_since(connection: sa.Connection, since: datetime) -> list[AlertDeliveryRow]:
    """The deliveries of alerts since then, and older open ones, newest alert first."""
    query = (
        sa.select(AlertDelivery.__table__, RaisedAlert.what)
        .join(RaisedAlert)
        .where(sa.or_(RaisedAlert.happened_at >= since, _WAITS))
        .order_by(RaisedAlert.happened_at.desc(), AlertDelivery.alert.desc(), AlertDelivery.id)
    )
    return [_delivery(row) for row in connection.execute(query).mappings()]


def delivery_of(connection: sa.Connection, number: int) -> AlertDeliveryRow | None:
    """One delivery."""
    query = (
        sa.select(AlertDelivery.__table__, RaisedAlert.what)
        .join(RaisedAlert)
        .where(AlertDelivery.id == number)
    )
    row = connection.execute(query).mappings().one_or_none()
    return _delivery(row) if row else None


def undelivered(connection: sa.Connection, since: datetime) -> dict[tuple[str, str], int]:
    """(channel, WAITING or GIVEN_UP): number of deliveries. Those whose last attempt ended before `since` are left
    out.
    """
    status = sa.case((AlertDelivery.next_attempt_at.is_(None), GIVEN_UP), else_=WAITING)
    query = (
        sa.select(AlertDelivery.channel, status, sa.func.count())
        .where(AlertDelivery.delivered_at.is_(None), sa.or_(_WAITS, AlertDelivery.attempted_at >= since))
        .group_by(AlertDelivery.channel, status)
    )
    return {(channel, stands): count for channel, stands, count in connection.execute(query)}


def _how_far(connection: sa.Connection, alerts: Iterable[int]) -> Mapping[int, list[str]]:
    """By alert: each of its deliveries in a few words."""
    found: dict[int, list[str]] = defaultdict(list)
    query = (
        sa.select(AlertDelivery.__table__)
        .where(AlertDelivery.alert.in_(list(alerts)))
        .order_by(AlertDelivery.id)
    )
    for row in connection.execute(query).mappings():
        found[row["alert"]].append(f"{row['channel']} to {row['recipient']}: {_status(row)}")
    return found


def _status(row: sa.RowMapping) -> str:
    if row["delivered_at"]:
        return DELIVERED
    return WAITING if row["next_attempt_at"] else GIVEN_UP


def _delivery(row: sa.RowMapping) -> AlertDeliveryRow:
    return AlertDeliveryRow(
        id=row["id"],
        alert=row["alert"],
        what=row["what"],
        channel=row["channel"],
        recipient=row["recipient"],
        status=_status(row),
        attempts=row["attempts"],
        attempted_at=row["attempted_at"],
        next_attempt_at=row["next_attempt_at"],
        delivered_at=row["delivered_at"],
        error=row["error"],
    )
