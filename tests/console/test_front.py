"""The front page, and the questions that a platform asks."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from prometheus_client import CollectorRegistry

from callrouter.alerts.model import alert, delivery
from callrouter.database import Database
from callrouter.events.heartbeat import beat, mark_seen
from console.front import Desk, console_app
from console.metrics import StoredFigures, WebhookWatch
from tests.directories import a_directory, helpline, put_in_force

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def registry(database: Database) -> CollectorRegistry:
    made = CollectorRegistry()
    made.register(StoredFigures(database, lambda: NOW))
    return made


@pytest.fixture
def visitor(database: Database, registry: CollectorRegistry) -> FlaskClient:
    return console_app(Desk(database, registry, lambda: NOW, simulated=True)).test_client()


def make_ready(database: Database, beat_at: datetime = NOW) -> None:
    put_in_force(database, a_directory(helpline("sunrise-la")), NOW)
    database.transact(lambda session: beat(session, beat_at))


def test_the_process_is_alive(visitor: FlaskClient) -> None:
    assert visitor.get("/healthz").json == {"alive": True}


def test_a_fresh_house_is_not_ready_and_says_why(visitor: FlaskClient) -> None:
    answer = visitor.get("/readyz")
    assert answer.status_code == 503
    assert ["directory" in fault or "worker" in fault for fault in answer.get_json()["faults"]] == [
        True,
        True,
    ]


def test_with_a_directory_and_a_heartbeat_it_is_ready(visitor: FlaskClient, database: Database) -> None:
    make_ready(database)
    assert visitor.get("/readyz").json == {"ready": True, "faults": []}


def test_a_worker_that_is_deaf_makes_it_unready(visitor: FlaskClient, database: Database) -> None:
    make_ready(database, beat_at=NOW - timedelta(minutes=1))
    answer = visitor.get("/readyz")
    assert answer.status_code == 503
    assert "no task has come through since 2026-11-23 11:59:00 UTC" in answer.get_json()["faults"][0]


def test_the_front_page_says_what_this_is_and_whether_it_is_ready(visitor: FlaskClient) -> None:
    page = visitor.get("/")
    assert "A helpline's call routing" in page.text.replace("\n", " ")
    assert "Not ready" in page.text
    assert "The carrier is simulated" in page.text


def test_pages_load_nothing_from_elsewhere_and_set_no_cookie(visitor: FlaskClient) -> None:
    page = visitor.get("/")
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in page.headers
    assert visitor.get("/static/front.css").status_code == 200


def test_metrics_tell_of_the_database_and_the_outbox(visitor: FlaskClient, database: Database) -> None:
    make_ready(database)
    told = visitor.get("/metrics").text
    assert "callrouter_database_up 1.0" in told
    assert "callrouter_outbox_age_seconds 0.0" in told
    assert "callrouter_outbox_set_aside 0.0" in told


def test_metrics_tell_when_each_kind_of_process_was_last_seen(
    visitor: FlaskClient, database: Database
) -> None:
    database.transact(lambda session: mark_seen(session, NOW - timedelta(seconds=75), "relay"))
    database.transact(lambda session: mark_seen(session, NOW, "web", "worker", "errands"))
    told = visitor.get("/metrics").text
    ages = dict(re.findall(r'callrouter_process_last_seen_age_seconds{process="(\w+)"} (\S+)', told))
    assert ages == {"web": "0.0", "worker": "0.0", "errands": "0.0", "beat": "+Inf", "relay": "75.0"}


def test_metrics_tell_of_alerts_that_did_not_arrive(visitor: FlaskClient, database: Database) -> None:
    with database.engine.begin() as connection:
        about = {"what": "center-paused", "happened_at": NOW, "raised_at": NOW}
        connection.execute(sa.insert(alert), [{"id": n, "key": f"k{n}", **about} for n in (1, 2, 3)])
        sent = {"channel": "webhook", "recipient": "https://hooks.example", "attempts": 7, "tried_at": NOW}
        states: list[dict[str, Any]] = [
            {"next_at": NOW, "delivered_at": None},
            {"next_at": None, "delivered_at": None},
            {"next_at": None, "delivered_at": NOW},
        ]
        connection.execute(
            sa.insert(delivery), [{"alert": n, **sent, **state} for n, state in enumerate(states, start=1)]
        )
    told = visitor.get("/metrics").text
    assert 'callrouter_alerts_undelivered{channel="webhook",standing="waiting"} 1.0' in told
    assert 'callrouter_alerts_undelivered{channel="webhook",standing="given up"} 1.0' in told
    assert 'callrouter_alerts_undelivered{channel="email",standing="waiting"} 0.0' in told


def test_metrics_count_what_the_carriers_door_does(visitor: FlaskClient, registry: CollectorRegistry) -> None:
    watch = WebhookWatch(registry)
    watch.answered("voice", 0.003)
    watch.refused(403)
    watch.failed("menu")
    told = visitor.get("/metrics").text
    assert 'callrouter_callback_seconds_count{route="voice"} 1.0' in told
    assert 'callrouter_refused_total{status="403"} 1.0' in told
    assert 'callrouter_failed_total{route="menu"} 1.0' in told


def test_without_a_database_it_is_alive_and_not_ready(visitor: FlaskClient, database: Database) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE heartbeat")
    assert visitor.get("/healthz").status_code == 200
    assert visitor.get("/readyz").status_code == 503
    assert visitor.get("/").status_code == 200
