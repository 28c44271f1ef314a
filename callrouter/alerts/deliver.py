"""Delivering alerts: what is due is claimed, sent outside of any transaction, and what came of it is recorded.

A process that dies between sending and recording leaves its claim, which runs out; then the same is sent again under
the same name, and the receiver knows it (`Alert.message`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from callrouter.alerts.alert import Alert
from callrouter.alerts.channel import Channels, NotWanted
from callrouter.database import Database, Session, selecting, sql
from callrouter.errors import NotDelivered

SCHEDULE = (
    timedelta(seconds=5),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
)
"""how long after an attempt the next one is; after the last an alert is given up"""
LONGEST_SENDING = timedelta(minutes=5)
"""a claim of which nothing more is heard runs out"""
_LONGEST_ERROR = 300

_CLAIM = sql(
    "UPDATE delivery SET attempts = attempts + 1, tried_at = :now, next_at = :claimed_until WHERE id ="
    " (SELECT id FROM delivery WHERE delivered_at IS NULL AND next_at <= :now ORDER BY next_at, id LIMIT 1)"
    # Another worker may have claimed it in this very moment.
    " AND delivered_at IS NULL AND next_at <= :now RETURNING id, alert, channel, recipient, attempts"
)
_ALERT = selecting(
    ("what", "happened_at", "call", "center", "helpline", "listing", "dialled", "process"),
    "FROM alert WHERE id = :id",
)
_DELIVERED = sql("UPDATE delivery SET delivered_at = :now, next_at = NULL, error = NULL WHERE id = :id")
_FAILED = sql(
    "UPDATE delivery SET next_at = :next_at, error = :error"
    " WHERE id = :id AND attempts = :attempts AND delivered_at IS NULL"
)
_TRY_AGAIN = sql(
    "UPDATE delivery SET attempts = 0, next_at = :now WHERE id = :id AND delivered_at IS NULL RETURNING 1"
)


@dataclass(frozen=True, slots=True)
class _Claimed:
    """A delivery that is ours to try."""

    id: int
    alert: Alert
    channel: str
    recipient: str
    attempts: int
    """with the one that is to come"""


def deliver_next(database: Database, channels: Channels, clock: Callable[[], datetime]) -> bool:
    """Try the delivery that has been due for longest. False where nothing was delivered: then it is time for others.

    A receiver that does not answer costs its time-out, so whoever shares the worker has a turn after a failure.
    """
    claimed = database.transact(lambda session: _claim(session, clock()))
    if claimed is None:
        return False
    failure = _failure(channels, claimed, clock())
    database.transact(lambda session: _record(session, claimed, failure, clock()))
    return failure is None


def next_try(attempts: int, failed_at: datetime) -> datetime | None:
    """When a delivery that has failed so often is tried again; None: it is given up."""
    return failed_at + SCHEDULE[attempts - 1] if attempts <= len(SCHEDULE) else None


def try_again(session: Session, delivery: int, now: datetime) -> bool:
    """Have a delivery tried at once, with all its attempts; False where it has arrived, or is none."""
    return bool(session.ask(_TRY_AGAIN, id=delivery, now=now))


def _claim(session: Session, now: datetime) -> _Claimed | None:
    for delivery, alert, *rest in session.ask(_CLAIM, now=now, claimed_until=now + LONGEST_SENDING):
        [told] = session.ask(_ALERT, id=alert)
        return _Claimed(delivery, Alert(*told), *rest)
    return None


def _failure(channels: Channels, claimed: _Claimed, now: datetime) -> NotDelivered | None:
    channel = channels.get(claimed.channel)
    if channel is None:
        return NotDelivered(f"no {claimed.channel} is set up any more")
    try:
        channel.send(claimed.recipient, claimed.alert, now)
    except NotDelivered as failure:
        return failure
    except Exception as error:  # recorded with the delivery, where staff see it
        return NotDelivered(f"{type(error).__name__}: {error}")
    return None


def _record(session: Session, claimed: _Claimed, failure: NotDelivered | None, now: datetime) -> None:
    if failure is None:
        session.tell(_DELIVERED, id=claimed.id, now=now)
        return
    session.tell(
        _FAILED,
        id=claimed.id,
        attempts=claimed.attempts,
        next_at=None if isinstance(failure, NotWanted) else next_try(claimed.attempts, now),
        error=str(failure)[:_LONGEST_ERROR],
    )
