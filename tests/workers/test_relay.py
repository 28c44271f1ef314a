"""The relay needs the database alone: it drains the outbox where nobody does, and sees to it that it is told."""

import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from celery import Celery

import callrouter.model as tables
from callrouter.alerts.channel import recipients
from callrouter.database import Database, Session
from callrouter.directory.versions import DirectoryShelf
from callrouter.events.heartbeat import PROCESSES, RELAY, mark_seen, seen
from callrouter.events.outbox import publish_alert, something_waits
from callrouter.events.settle import settle
from tests.alerts.office import Ear
from tests.workers.background import soon
from workers.bell import Bell, awake_flag, wake_a_worker
from workers.relay import Relay, deliver_instead_of_errands
from workers.subscriptions import subscriptions
from workers.undrained import Undrained

START = datetime(2026, 11, 24, 10, 12, 30, tzinfo=UTC)


class Shop:
    """What the relay works with, at a time that only the test moves."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.moment = START
        self.ear = Ear()
        self.channels = {"email": self.ear}

    def now(self) -> datetime:
        return self.moment

    def settle_a_batch(self, most: int = 5) -> int:
        what_follows = subscriptions(DirectoryShelf(), recipients(self.channels))
        return settle(self.database, what_follows, self.now(), most)

    def publishes(self, facts: int = 1) -> None:
        def publish(session: Session) -> None:
            for number in range(facts):
                publish_alert(session, "center-paused", at=self.now(), center=f"c{number}")

        self.database.transact(publish)

    def waits(self) -> bool:
        return self.database.transact(something_waits)

    def sees(self, *processes: str) -> None:
        self.database.transact(lambda s: mark_seen(s, self.now(), *processes))

    def alerts(self) -> list[str]:
        with self.database.engine.connect() as connection:
            return list(connection.scalars(sa.select(tables.alert.c.key).order_by(tables.alert.c.id)))


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    made = Shop(Database(database_url, connections=3))
    yield made
    made.database.close()


@pytest.fixture
def nobody_answers() -> Iterator[str]:
    """A broker that accepts and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as door:
        yield f"redis://127.0.0.1:{door.getsockname()[1]}"


def relay_of(shop: Any, ring: Callable[[], None] = lambda: None, *, seconds: float = 0.0) -> Relay:
    return Relay(shop, ring, lambda process: None, seconds_of_its_own=seconds, look_after_seconds=0.0)


def test_nothing_is_drained_before_others_had_their_time(shop: Shop) -> None:
    relay = relay_of(shop, seconds=60)
    shop.publishes()
    relay.sweep()
    relay.sweep()
    assert shop.waits()


def test_where_nobody_drains_all_is_drained_in_batches(shop: Shop) -> None:
    relay = relay_of(shop)
    shop.publishes(facts=12)
    relay.sweep()
    assert not shop.waits()
    assert len(shop.alerts()) == 12


@pytest.mark.parametrize("broker", ["nobody_answers", "nobody_listens"])
def test_a_broker_that_does_not_work_delays_no_sweep(shop: Shop, nobody_answers: str, broker: str) -> None:
    url = nobody_answers if broker == "nobody_answers" else "redis://127.0.0.1:1"
    app, flag = Celery("callrouter", broker=url), awake_flag(url)
    bell = Bell(lambda: wake_a_worker(app, flag))
    relay, done = relay_of(shop, bell.ring), threading.Event()

    def sweeps() -> None:
        for _ in range(20):
            shop.publishes()
            relay.sweep()
        done.set()

    threading.Thread(target=sweeps, daemon=True).start()
    assert done.wait(10)
    assert not shop.waits()
    bell.stop()


def test_the_relay_is_seen_while_it_drains(shop: Shop) -> None:
    relay = relay_of(shop)
    shop.publishes()
    shop.moment = START + timedelta(minutes=1)
    relay.sweep()
    assert shop.database.transact(seen)[RELAY] == shop.moment


def test_a_process_that_is_not_seen_is_told_once_an_hour(shop: Shop) -> None:
    relay = relay_of(shop)
    for minutes in (0, 1, 2, 3, 50):
        shop.moment = START + timedelta(minutes=minutes)
        shop.sees("web", "worker", "errands")
        relay.sweep()
        relay.sweep()
    assert shop.alerts() == ["process-unseen beat 2026-11-24T10", "process-unseen beat 2026-11-24T11"]


def test_whoever_was_stopped_with_the_relay_is_not_missed_at_once(shop: Shop) -> None:
    shop.sees(*PROCESSES)
    shop.moment = START + timedelta(hours=8)
    relay = relay_of(shop)
    relay.sweep()
    assert not shop.waits()
    assert shop.alerts() == []


def test_errands_may_wait_for_somebody_for_a_while(shop: Shop) -> None:
    relay = relay_of(shop)
    for minutes in range(8):
        shop.moment = START + timedelta(minutes=minutes)
        shop.sees("web", "worker", "beat")
        relay.sweep()
        relay.sweep()
        assert len(shop.alerts()) == (minutes > 5)
    assert shop.alerts() == ["process-unseen errands 2026-11-24T10"]


def test_whoever_is_not_seen_for_ten_seconds_is_sent_a_heartbeat(shop: Shop) -> None:
    probed: list[str] = []
    relay = Relay(shop, lambda: None, probed.append, look_after_seconds=0.0)  # type: ignore[arg-type]
    shop.sees("worker", "errands")
    relay.sweep()
    assert probed == []
    shop.moment += timedelta(seconds=11)
    shop.sees("worker")
    relay.sweep()
    assert probed == ["errands"]


def test_alerts_are_delivered_where_the_errands_are_dead(shop: Shop) -> None:
    shop.publishes()
    shop.settle_a_batch()
    stopped = threading.Event()
    delivering = threading.Thread(target=deliver_instead_of_errands, args=(shop, stopped, 0.02))
    delivering.start()
    assert soon(lambda: len(shop.ear.heard) == 1)
    stopped.set()
    delivering.join()


def test_alerts_are_left_to_the_errands_where_they_are_alive(shop: Shop) -> None:
    shop.publishes()
    shop.settle_a_batch()
    shop.sees("errands")
    looked, stopped = threading.Event(), threading.Event()

    class Looked(Shop):
        def now(self) -> datetime:
            looked.set()
            return super().now()

    watched = Looked(shop.database)
    delivering = threading.Thread(target=deliver_instead_of_errands, args=(watched, stopped, 0.02))
    delivering.start()
    assert looked.wait(10)
    stopped.set()
    delivering.join()
    assert watched.ear.heard == []


def test_whether_anybody_drains_is_seen_by_the_moment_that_changes() -> None:
    undrained = Undrained(seconds=30)
    moments = [(0, START), (29, START), (30, START + timedelta(1)), (59, START + timedelta(1))]
    assert [undrained.is_over(True, at, now) for now, at in moments] == [False] * 4
    assert undrained.is_over(True, START + timedelta(1), 60)


def test_an_outbox_that_is_empty_is_nobodys_fault() -> None:
    undrained = Undrained(seconds=30)
    undrained.is_over(True, None, 0)
    assert not undrained.is_over(False, None, 100)
    assert not undrained.is_over(True, None, 101)


def test_whoever_drained_last_goes_on_until_somebody_else_does() -> None:
    undrained = Undrained(seconds=30)
    undrained.drained(START)
    assert undrained.is_over(True, START, 0)
    assert not undrained.is_over(True, START + timedelta(seconds=1), 1)
