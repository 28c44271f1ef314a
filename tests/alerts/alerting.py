"""Where alerts are raised and delivered in a test, by a clock that only the test moves."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

import callrouter.model as tables
from callrouter.alerts.alert import Alert
from callrouter.alerts.channel import Channel, recipients
from callrouter.alerts.deliver import deliver_next
from callrouter.directory.versions import DirectoryCache
from callrouter.events.outbox import AlertType, publish_alert
from callrouter.events.settle import settle
from simulator import VirtualClock
from tests.databases import database_at
from workers.after_call import subscriptions

START = datetime(2026, 11, 24, 10, 12, 30, tzinfo=UTC)
CALL = "CA" + "1" * 32
PAUSED = Alert("center-paused", START, CALL, "sunrise-la", "national")


class RecordingChannel:
    """A channel that only remembers what it was told, and fails as often as it is told to."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses or ("staff@example.org",)
        self.heard: list[tuple[str, str, datetime]] = []
        self.failures: list[BaseException] = []

    def send(self, address: str, alert: Alert, now: datetime) -> None:
        self.heard.append((address, alert.message, now))
        if self.failures:
            raise self.failures.pop(0)


class Alerting:
    """A database, and the channels that alerts go."""

    def __init__(
        self, database_url: str, *, start: datetime = START, connections: int = 2, **channels: Channel
    ) -> None:
        self.database, self.closes = database_at(database_url, connections, pipelined=False)
        self.channels: Mapping[str, Channel] = channels
        self.clock = VirtualClock(start)

    def happens(self, what: AlertType, call: str = CALL, center: str | None = None) -> None:
        """Something a person should be told of."""
        at = self.clock.now()
        self.database.transact(lambda s: publish_alert(s, what, at=at, call=call, center=center))

    def settles(self) -> None:
        """The workers settle all that waits."""
        what_follows = subscriptions(DirectoryCache(), recipients(self.channels))
        while settle(self.database, what_follows, self.clock.now()):
            pass

    def raises(self, what: AlertType = "center-paused", call: str = CALL, center: str | None = "ash") -> None:
        self.happens(what, call, center)
        self.settles()

    def delivers(self) -> int:
        """One task's turn; how many have arrived."""
        arrived = 0
        while deliver_next(self.database, self.channels, self.clock.now):
            arrived += 1
        return arrived

    def makes_due(self) -> None:
        """What waits for its next try, or was claimed by a process that is dead, is due at the beginning of time."""
        waits = tables.AlertDelivery.next_attempt_at.is_not(None)
        with self.database.engine.begin() as connection:
            connection.execute(sa.update(tables.AlertDelivery).where(waits).values(next_attempt_at=START))

    def passes(self, **time: float) -> None:
        self.clock.advance(timedelta(**time).total_seconds())

    def rows(self, table: str) -> list[dict[str, Any]]:
        chosen: sa.Table = tables.metadata.tables[table]
        with self.database.engine.begin() as connection:
            return [dict(row._mapping) for row in connection.execute(sa.select(chosen).order_by(chosen.c.id))]

    @property
    def delivery(self) -> dict[str, Any]:
        """The only one."""
        [only] = self.rows("alert_delivery")
        return only
