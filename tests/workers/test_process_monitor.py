"""When each kind of process was last seen, and who tells of one that is not."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa
from celery import Celery

import callrouter.model as tables
from callrouter.database import Database
from callrouter.directory.versions import DirectoryCache
from callrouter.events.heartbeat import BEAT, CONSOLE, PROCESSES, LastSeen, last_seen, mark_seen, unseen
from callrouter.events.settle import settle
from tests.databases import open_database
from tests.servers.valkey import ValkeyServer
from tests.workers.background import PROCFILE, Background, soon
from workers.after_call import subscriptions
from workers.heartbeat import start_heartbeat
from workers.process_monitor import (
    MONITORED_BY_SWEEPER,
    MONITORED_BY_WORKER,
    ProcessMonitor,
    mark_external_seen,
    mark_worker_seen,
)
from workers.wakeup import HEARTBEAT

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with open_database(database_url, connections=2) as made:
        yield made


def told(database: Database) -> list[LastSeen]:
    with database.engine.connect() as connection:
        return last_seen(connection, NOON)


def sees(database: Database, process: str, at: datetime = NOON) -> None:
    database.transact(lambda session: mark_seen(session, at, process))


def seen_now(database: Database) -> set[str]:
    return {each.process for each in told(database) if each.age == 0.0}


def test_every_process_that_runs_on_is_watched() -> None:
    assert set(PROCESSES) == PROCFILE.keys() - {"release"}
    assert {*MONITORED_BY_SWEEPER, *MONITORED_BY_WORKER} == set(PROCESSES)


def test_who_was_never_seen_is_stale(database: Database) -> None:
    assert told(database) == [LastSeen(process, None, stale=True) for process in PROCESSES]


def test_each_is_told_with_its_age(database: Database) -> None:
    for number, process in enumerate(PROCESSES, start=1):
        sees(database, process, NOON - timedelta(seconds=10 * number))
    assert [each.age for each in told(database)] == [10.0, 20.0, 30.0, 40.0, 50.0, 60.0]
    assert [each.stale for each in told(database)] == [False, False, False, True, True, True]


@pytest.mark.parametrize(("seconds", "stale"), [(299, False), (301, True)])
def test_the_external_worker_is_not_stale_while_it_may_be_waiting_for_somebody(
    database: Database, seconds: int, stale: bool
) -> None:
    sees(database, "external", NOON - timedelta(seconds=seconds))
    assert told(database)[PROCESSES.index("external")] == LastSeen("external", seconds, stale)


def test_a_clock_that_is_ahead_makes_nobody_stale(database: Database) -> None:
    sees(database, "web", NOON + timedelta(seconds=3))
    assert told(database)[0] == LastSeen("web", 0.0, stale=False)


@pytest.mark.parametrize(("sender", "seen"), [(BEAT, {"worker", "beat"}), ("", {"worker"})])
def test_beat_is_seen_where_its_own_message_comes_through(
    database: Database, sender: str, seen: set[str]
) -> None:
    monitor = ProcessMonitor(MONITORED_BY_WORKER, NOON)
    database.transact(lambda session: mark_worker_seen(session, monitor, NOON, sender))
    assert seen_now(database) == seen


def test_the_external_worker_is_seen_by_what_comes_through_it(database: Database) -> None:
    database.transact(lambda session: mark_external_seen(session, NOON, ""))
    assert seen_now(database) == {"external"}


def test_a_worker_tells_of_a_sweeper_that_is_not_seen(database: Database) -> None:
    monitor = ProcessMonitor(MONITORED_BY_WORKER, NOON)
    sees(database, "outbox_sweeper")
    for seconds in (0, 30, 60, 61, 66):
        at = NOON + timedelta(seconds=seconds)
        told = database.transact(partial(mark_worker_seen, monitor=monitor, now=at, sender=BEAT))
        monitor.committed(told, at)
    while settle(database, subscriptions(DirectoryCache()), NOON):
        pass
    with database.engine.connect() as connection:
        [alert] = connection.execute(sa.select(tables.RaisedAlert)).mappings()
    assert (alert["what"], alert["process"]) == ("process-unseen", "outbox_sweeper")
    assert alert["happened_at"] == NOON + timedelta(seconds=61)


def test_what_was_not_committed_is_told_again(database: Database) -> None:
    monitor, late = ProcessMonitor(MONITORED_BY_WORKER, NOON), NOON + timedelta(minutes=2)

    def fails(session: object) -> None:
        monitor.check(session, late)  # type: ignore[arg-type]
        raise RuntimeError

    with pytest.raises(RuntimeError):
        database.transact(fails)
    database.transact(lambda session: monitor.check(session, late))
    with database.engine.connect() as connection:
        assert len(connection.execute(sa.select(tables.OutboxFact)).all()) == 1


def test_a_web_server_is_seen_as_long_as_it_runs(database: Database) -> None:
    moments = iter([NOON - timedelta(minutes=1), *[NOON] * 1000])
    stopped = start_heartbeat(database, "web", lambda: next(moments), seconds=0.01)
    assert soon(lambda: seen_now(database) == {"web"})
    stopped.set()


def test_what_waits_is_settled_with_the_heartbeat_also_without_a_sweeper(
    database_url: str, broker_url: str, valkey: ValkeyServer, tmp_path: Path
) -> None:
    """Nobody else would wake a worker for the alert that the sweeper is not seen."""
    background = Background(database_url, valkey.redis_url, tmp_path)
    background.runs("worker")
    background.publishes(facts=1)
    Celery("callrouter", broker=broker_url).send_task(HEARTBEAT, retry=False)
    assert background.soon(background.all_is_settled)
    background.closes()


def test_a_console_is_missed_only_once_it_has_run() -> None:
    late = NOON + timedelta(hours=1)
    moments: dict[str, datetime | None] = {**dict.fromkeys(PROCESSES, late), CONSOLE: None}
    assert unseen(moments, PROCESSES, NOON, late) == []
    assert unseen(moments | {CONSOLE: NOON}, PROCESSES, NOON, late) == [CONSOLE]
