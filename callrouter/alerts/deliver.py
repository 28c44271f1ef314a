"""Delivers alerts: claims a due delivery, sends it outside a transaction, and records the result.

If a process dies between sending and recording, its claim expires and the alert is sent again with the same id, so
the receiver can ignore it (`Alert.message`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from callrouter.alerts.alert import Alert
from callrouter.alerts.channel import Channels, ReceiverOptedOut
from callrouter.alerts.model import AlertDelivery, RaisedAlert
from callrouter.database import Database, Session
from callrouter.errors import NotDelivered
from callrouter.events.lease import Lease, next_attempt
from callrouter.masking import masked

SCHEDULE = (
    timedelta(seconds=5),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
)
"""the pause after each failed attempt; after the last one the delivery is given up"""
LONGEST_SENDING = timedelta(minutes=5)
"""then an unfinished claim expires"""
_LONGEST_ERROR = 300

_LEASE = Lease(
    AlertDelivery,
    LONGEST_SENDING,
    also=[AlertDelivery.alert, AlertDelivery.channel, AlertDelivery.recipient],
)
_ALERT = sa.select(
    RaisedAlert.what,
    RaisedAlert.happened_at,
    RaisedAlert.call,
    RaisedAlert.center,
    RaisedAlert.helpline,
    RaisedAlert.listing,
    RaisedAlert.dialled,
    RaisedAlert.process,
).where(RaisedAlert.id == sa.bindparam("of_id"))
_TRY_AGAIN = (
    sa.update(AlertDelivery)
    .where(AlertDelivery.id == sa.bindparam("of_id"), AlertDelivery.delivered_at.is_(None))
    .values(attempts=0, next_attempt_at=sa.bindparam("now"))
    .returning(AlertDelivery.id)
)


def deliver_next(database: Database, channels: Channels, clock: Callable[[], datetime]) -> bool:
    """Try the delivery that has been due longest. False if nothing was delivered, so that other tasks get their
    turn.

    A receiver that does not answer costs its timeout.
    """
    due = database.transact(lambda session: _claim(session, clock()))
    if due is None:
        return False
    claimed, alert = due
    failure = _failure(channels, claimed, alert, clock())
    database.transact(lambda session: _record(session, claimed, failure, clock()))
    return failure is None


def try_again(session: Session, delivery: int, now: datetime) -> bool:
    """Retry a delivery at once, with all of its attempts. False if it has arrived or does not exist."""
    return session.execute(_TRY_AGAIN, {"of_id": delivery, "now": now}).first() is not None


def _claim(session: Session, now: datetime) -> tuple[Any, Alert] | None:
    claimed = _LEASE.claim(session, now)
    if claimed is None:
        return None
    return claimed, Alert(**session.execute(_ALERT, {"of_id": claimed.alert}).one()._asdict())


def _failure(channels: Channels, claimed: Any, alert: Alert, now: datetime) -> NotDelivered | None:
    channel = channels.get(claimed.channel)
    if channel is None:
        return NotDelivered(f"no {claimed.channel} is set up any more")
    try:
        channel.send(claimed.recipient, alert, now)
    except NotDelivered as failure:
        return failure
    except Exception as error:  # recorded with the delivery, where staff see it
        return NotDelivered(f"{type(error).__name__}: {error}")
    return None


def _record(session: Session, claimed: Any, failure: NotDelivered | None, now: datetime) -> None:
    if failure is None:
        _LEASE.finish(session, claimed, attempted_at=now, delivered_at=now)
        return
    at = None if isinstance(failure, ReceiverOptedOut) else next_attempt(SCHEDULE, claimed.attempts, now)
    _LEASE.give_up(
        session, claimed, masked(str(failure))[:_LONGEST_ERROR], attempted_at=now, next_attempt_at=at
    )
