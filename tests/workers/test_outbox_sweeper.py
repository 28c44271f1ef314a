"""The outbox sweeper needs the database alone: it drains the outbox where nobody does, and has others alerted."""

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
from callrouter.directory.versions import DirectoryCache
from callrouter.events.heartbeat import OUTBOX_SWEEPER, PROCESSES, mark_evidence_complete, mark_seen, seen
from callrouter.events.outbox import publish_alert, something_waits
from callrouter.events.settle import settle
from callrouter.wordings.versions import WordingsCache
from tests.alerts.alerting import RecordingChannel
from tests.wordings.changing import GOODBYE, approves, proposes
from tests.workers.background import soon
from workers.after_call import subscriptions
from workers.outbox_sweeper import OutboxSweeper, StallDetector, deliver_alerts_for_external
from workers.wakeup import CoalescedSender, awake_flag, wake_a_worker

START = datetime(2026, 11, 24, 10, 12, 30, tzinfo=UTC)


class FakeDependencies:
    """What the sweeper works with, at a time that only the test moves."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.moment = START
        self.channel = RecordingChannel()
        self.channels = {"email": self.channel}

    def now(self) -> datetime:
        return self.moment

    def settle_a_batch(self, most: int = 5) -> int:
        what_follows = subscriptions(DirectoryCache(), recipients(self.channels))
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
        self.database.transact(lambda s: mark_evidence_complete(s, self.now()))

    def alerts(self) -> list[str]:
        with self.database.engine.connect() as connection:
            return list(connection.scalars(sa.select(tables.RaisedAlert.key).order_by(tables.RaisedAlert.id)))


@pytest.fixture
def deps(database_url: str) -> Iterator[FakeDependencies]:
    made = FakeDependencies(Database(database_url, connections=3))
    yield made
    made.database.close()


@pytest.fixture
def nobody_answers() -> Iterator[str]:
    """A broker that accepts and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as door:
        yield f"redis://127.0.0.1:{door.getsockname()[1]}"


def sweeper_of(deps: Any, wake: Callable[[], None] = lambda: None, *, seconds: float = 0.0) -> OutboxSweeper:
    return OutboxSweeper(deps, wake, lambda process: None, stall_seconds=seconds, monitor_seconds=0.0)


def test_wordings_come_into_force_at_their_time(deps: FakeDependencies) -> None:
    sweeper, at = sweeper_of(deps), deps.moment + timedelta(minutes=1)
    approves(deps.database, proposes(deps.database, GOODBYE, effective_at=at).number)
    sweeper.sweep()
    assert deps.database.transact(WordingsCache().in_force).version == 1
    deps.moment = at
    sweeper.sweep()
    assert deps.database.transact(WordingsCache().in_force).version == 2


def test_nothing_is_drained_before_others_had_their_time(deps: FakeDependencies) -> None:
    sweeper = sweeper_of(deps, seconds=60)
    deps.publishes()
    sweeper.sweep()
    sweeper.sweep()
    assert deps.waits()


def test_where_nobody_drains_all_is_drained_in_batches(deps: FakeDependencies) -> None:
    sweeper = sweeper_of(deps)
    deps.publishes(facts=12)
    sweeper.sweep()
    assert not deps.waits()
    assert len(deps.alerts()) == 12


@pytest.mark.parametrize("broker", ["nobody_answers", "nobody_listens"])
def test_a_broker_that_does_not_work_delays_no_sweep(
    deps: FakeDependencies, nobody_answers: str, broker: str
) -> None:
    url = nobody_answers if broker == "nobody_answers" else "redis://127.0.0.1:1"
    app, flag = Celery("callrouter", broker=url), awake_flag(url)
    sender = CoalescedSender(lambda: wake_a_worker(app, flag))
    sweeper, done = sweeper_of(deps, sender.request), threading.Event()

    def sweeps() -> None:
        for _ in range(20):
            deps.publishes()
            sweeper.sweep()
        done.set()

    threading.Thread(target=sweeps, daemon=True).start()
    assert done.wait(10)
    assert not deps.waits()
    sender.stop()


def test_the_sweeper_is_seen_while_it_drains(deps: FakeDependencies) -> None:
    sweeper = sweeper_of(deps)
    deps.publishes()
    deps.moment = START + timedelta(minutes=1)
    sweeper.sweep()
    assert deps.database.transact(seen)[OUTBOX_SWEEPER] == deps.moment


def test_a_process_that_is_not_seen_is_told_once_an_hour(deps: FakeDependencies) -> None:
    sweeper = sweeper_of(deps)
    for minutes in (0, 1, 2, 3, 50):
        deps.moment = START + timedelta(minutes=minutes)
        deps.sees("web", "worker", "external")
        sweeper.sweep()
        sweeper.sweep()
    assert deps.alerts() == ["process-unseen beat 2026-11-24T10", "process-unseen beat 2026-11-24T11"]


def test_an_evidence_log_that_is_not_written_is_told_once_an_hour(deps: FakeDependencies) -> None:
    sweeper = sweeper_of(deps)
    for minutes in (0, 1, 2, 3, 50):
        deps.moment = START + timedelta(minutes=minutes)
        deps.database.transact(lambda session: mark_seen(session, deps.now(), *PROCESSES))
        sweeper.sweep()
        sweeper.sweep()
        assert bool(deps.alerts()) == (minutes > 1)
    assert deps.alerts() == ["evidence-behind 2026-11-24T10", "evidence-behind 2026-11-24T11"]


def test_an_evidence_log_that_was_complete_a_minute_ago_is_not_told(deps: FakeDependencies) -> None:
    sweeper = sweeper_of(deps)
    deps.moment += timedelta(hours=2)
    deps.sees(*PROCESSES)
    deps.moment += timedelta(seconds=59)
    sweeper.sweep()
    assert deps.alerts() == []


def test_whoever_was_stopped_with_the_sweeper_is_not_missed_at_once(deps: FakeDependencies) -> None:
    deps.sees(*PROCESSES)
    deps.moment = START + timedelta(hours=8)
    sweeper = sweeper_of(deps)
    sweeper.sweep()
    assert not deps.waits()
    assert deps.alerts() == []


def test_the_external_worker_may_wait_for_somebody_for_a_while(deps: FakeDependencies) -> None:
    sweeper = sweeper_of(deps)
    for minutes in range(8):
        deps.moment = START + timedelta(minutes=minutes)
        deps.sees("web", "worker", "beat")
        sweeper.sweep()
        sweeper.sweep()
        assert len(deps.alerts()) == (minutes > 5)
    assert deps.alerts() == ["process-unseen external 2026-11-24T10"]


def test_whoever_is_not_seen_for_ten_seconds_is_sent_a_heartbeat(deps: FakeDependencies) -> None:
    probed: list[str] = []
    sweeper = OutboxSweeper(deps, lambda: None, probed.append, monitor_seconds=0.0)  # type: ignore[arg-type]
    deps.sees("worker", "external")
    sweeper.sweep()
    assert probed == []
    deps.moment += timedelta(seconds=11)
    deps.sees("worker")
    sweeper.sweep()
    assert probed == ["external"]


def test_alerts_are_delivered_where_the_external_worker_is_dead(deps: FakeDependencies) -> None:
    deps.publishes()
    deps.settle_a_batch()
    stopped = threading.Event()
    delivering = threading.Thread(target=deliver_alerts_for_external, args=(deps, stopped, 0.02))
    delivering.start()
    assert soon(lambda: len(deps.channel.heard) == 1)
    stopped.set()
    delivering.join()


def test_alerts_are_left_to_the_external_worker_where_it_is_alive(deps: FakeDependencies) -> None:
    deps.publishes()
    deps.settle_a_batch()
    deps.sees("external")
    looked, stopped = threading.Event(), threading.Event()

    class Looked(FakeDependencies):
        def now(self) -> datetime:
            looked.set()
            return super().now()

    watched = Looked(deps.database)
    delivering = threading.Thread(target=deliver_alerts_for_external, args=(watched, stopped, 0.02))
    delivering.start()
    assert looked.wait(10)
    stopped.set()
    delivering.join()
    assert watched.channel.heard == []


def test_whether_anybody_drains_is_seen_by_the_moment_that_changes() -> None:
    detector = StallDetector(seconds=30)
    moments = [(0, START), (29, START), (30, START + timedelta(1)), (59, START + timedelta(1))]
    assert [detector.is_stalled(True, at, now) for now, at in moments] == [False] * 4
    assert detector.is_stalled(True, START + timedelta(1), 60)


def test_an_outbox_that_is_empty_is_nobodys_fault() -> None:
    detector = StallDetector(seconds=30)
    detector.is_stalled(True, None, 0)
    assert not detector.is_stalled(False, None, 100)
    assert not detector.is_stalled(True, None, 101)


def test_whoever_drained_last_goes_on_until_somebody_else_does() -> None:
    detector = StallDetector(seconds=30)
    detector.mark_drained(START)
    assert detector.is_stalled(True, START, 0)
    assert not detector.is_stalled(True, START + timedelta(seconds=1), 1)
