"""The front page, and the questions that a platform asks."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from prometheus_client import CollectorRegistry

from callrouter.alerts.model import AlertDelivery, RaisedAlert
from callrouter.database import Database
from callrouter.events.heartbeat import mark_evidence_complete, mark_seen
from callrouter.events.model import OutboxFact
from callrouter.evidence.append import append_records
from callrouter.privacy.key_check import know_key
from callrouter.privacy.vault import Vault
from server.status.front import StatusDependencies, status_app
from server.status.metrics import StoredFigures, WebhookMetrics
from tests.databases import open_database
from tests.directories import a_directory, helpline, put_in_force
from tests.evidence.logs import KEY
from tests.owner import as_owner

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with open_database(database_url) as opened:
        yield opened


@pytest.fixture
def registry(database: Database) -> CollectorRegistry:
    made = CollectorRegistry()
    made.register(StoredFigures(database, lambda: NOW))
    return made


@pytest.fixture
def visitor(database: Database, registry: CollectorRegistry) -> FlaskClient:
    return visiting(database, registry)


def visiting(
    database: Database, registry: CollectorRegistry | None, vault_key: bytes = bytes(range(32))
) -> FlaskClient:
    desk = StatusDependencies(database, registry, lambda: NOW, simulated=True, vault=Vault({"k1": vault_key}))
    return status_app(desk).test_client()


def load_a_directory(database: Database) -> None:
    put_in_force(database, a_directory(helpline("sunrise-la")), NOW)


def make_ready(database: Database, beat_at: datetime = NOW, external_at: datetime = NOW) -> None:
    load_a_directory(database)
    database.transact(lambda session: mark_seen(session, beat_at, "worker"))
    database.transact(lambda session: mark_seen(session, external_at, "external"))
    database.transact(lambda session: mark_seen(session, NOW, "beat", "outbox_sweeper", "web"))
    database.transact(lambda session: mark_evidence_complete(session, NOW))


def faults(visitor: FlaskClient, path: str) -> list[str]:
    """The faults that are told there; the status goes with them."""
    answer = visitor.get(path)
    told: list[str] = answer.get_json()["faults"]
    assert answer.status_code == (503 if told else 200)
    return told


def test_the_process_is_alive(visitor: FlaskClient) -> None:
    assert visitor.get("/healthz").json == {"alive": True}


def test_a_fresh_house_is_not_ready_and_says_why(visitor: FlaskClient) -> None:
    assert faults(visitor, "/readyz") == ["directory: none is loaded: callrouter directory load FILE"]


def test_a_web_server_with_another_vault_key_takes_no_call(
    database: Database, registry: CollectorRegistry
) -> None:
    load_a_directory(database)
    with database.engine.begin() as connection:
        know_key(connection, Vault({"k1": bytes(32)}), NOW)
    [fault] = faults(visiting(database, registry), "/readyz")
    assert fault.startswith("vault key: CALLROUTER_VAULT_KEY ('k1' with fingerprint ")
    assert faults(visiting(database, registry, bytes(32)), "/readyz") == []


def test_a_fresh_house_says_all_that_does_not_work(visitor: FlaskClient) -> None:
    assert [fault.split(":")[0] for fault in faults(visitor, "/statusz")] == [
        "directory",
        "worker",
        "external",
        "beat",
        "outbox_sweeper",
        "evidence log",
    ]


def test_with_a_directory_it_can_take_calls(visitor: FlaskClient, database: Database) -> None:
    load_a_directory(database)
    assert visitor.get("/readyz").json == {"ready": True, "faults": []}


def test_with_workers_as_well_everything_works(visitor: FlaskClient, database: Database) -> None:
    make_ready(database)
    assert visitor.get("/statusz").json == {"ok": True, "faults": []}


def test_a_worker_that_is_deaf_is_told_and_takes_no_web_server_away(
    visitor: FlaskClient, database: Database
) -> None:
    make_ready(database, beat_at=NOW - timedelta(minutes=1))
    [fault] = faults(visitor, "/statusz")
    assert fault.startswith("worker: last seen at work 60 seconds ago: check Redis")
    assert faults(visitor, "/readyz") == []


def test_the_external_worker_may_be_busy_for_minutes_and_not_longer(
    visitor: FlaskClient, database: Database
) -> None:
    make_ready(database, external_at=NOW - timedelta(minutes=4))
    assert faults(visitor, "/statusz") == []
    make_ready(database, external_at=NOW - timedelta(minutes=6))
    [fault] = faults(visitor, "/statusz")
    assert fault.startswith("external: last seen at work 360 seconds ago: check Redis")
    assert faults(visitor, "/readyz") == []


@pytest.mark.parametrize("process", ["beat", "outbox_sweeper"])
def test_a_process_that_stands_still_is_told(visitor: FlaskClient, database: Database, process: str) -> None:
    make_ready(database)
    database.transact(lambda session: mark_seen(session, NOW - timedelta(seconds=45), process))
    [fault] = faults(visitor, "/statusz")
    assert fault.startswith(f"{process}: last seen at work 45 seconds ago: ")
    assert faults(visitor, "/readyz") == []


def test_facts_that_nobody_settles_are_told(visitor: FlaskClient, database: Database) -> None:
    make_ready(database)
    with database.engine.begin() as connection:
        old = {"fact": "ended", "call": "CA1", "at": NOW - timedelta(minutes=2), "turn": 0}
        connection.execute(sa.insert(OutboxFact), [old])
    [fault] = faults(visitor, "/statusz")
    assert "outbox: a fact has waited since 2026-11-23 11:58:00 UTC" in fault
    assert faults(visitor, "/readyz") == []


def test_an_evidence_log_that_is_behind_is_told(visitor: FlaskClient, database: Database) -> None:
    make_ready(database)
    database.transact(lambda session: mark_evidence_complete(session, NOW - timedelta(seconds=60)))
    assert faults(visitor, "/statusz") == []
    database.transact(lambda session: mark_evidence_complete(session, NOW - timedelta(seconds=61)))
    [fault] = faults(visitor, "/statusz")
    assert fault.startswith(
        "evidence log: it did not have everything since 2026-11-23 11:58:59 UTC; 1 records wait"
    )
    assert faults(visitor, "/readyz") == []


def test_metrics_tell_what_waits_for_the_evidence_log_and_how_old_its_head_is(
    visitor: FlaskClient, database: Database
) -> None:
    make_ready(database)
    told = visitor.get("/metrics").text
    assert "callrouter_evidence_records_waiting 1.0" in told
    assert "callrouter_evidence_head_age_seconds +Inf" in told
    database.transact(lambda session: append_records(session, KEY, NOW - timedelta(seconds=7)))
    told = visitor.get("/metrics").text
    assert "callrouter_evidence_records_waiting 0.0" in told
    assert "callrouter_evidence_head_age_seconds 7.0" in told


def test_the_front_page_says_what_this_is_and_whether_it_is_ready(visitor: FlaskClient) -> None:
    page = visitor.get("/")
    assert "A helpline's call routing" in page.text.replace("\n", " ")
    assert "Not ready" in page.text
    assert "The carrier is simulated" in page.text


def test_the_front_page_tells_what_calls_do_not_need(visitor: FlaskClient, database: Database) -> None:
    load_a_directory(database)
    page = visitor.get("/").text
    assert "Calls are taken, but not everything works:" in page
    assert "worker: it was never seen at work" in page
    make_ready(database)
    assert "Ready: calls are taken" in visitor.get("/").text


def test_pages_load_nothing_from_elsewhere_and_set_no_cookie(visitor: FlaskClient) -> None:
    page = visitor.get("/")
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in page.headers
    assert visitor.get("/static/front.css").status_code == 200


def test_no_page_can_be_put_into_a_frame(visitor: FlaskClient) -> None:
    assert "frame-ancestors 'none'" in visitor.get("/").headers["Content-Security-Policy"]


def test_metrics_served_elsewhere_are_not_served_here(database: Database) -> None:
    assert visiting(database, None).get("/metrics").status_code == 404


def test_metrics_tell_of_the_database_and_the_outbox(visitor: FlaskClient, database: Database) -> None:
    make_ready(database)
    told = visitor.get("/metrics").text
    assert "callrouter_database_up 1.0" in told
    assert "callrouter_outbox_oldest_age_seconds 0.0" in told
    assert "callrouter_outbox_set_aside 0.0" in told


def test_metrics_tell_when_each_kind_of_process_was_last_seen(
    visitor: FlaskClient, database: Database
) -> None:
    database.transact(lambda session: mark_seen(session, NOW - timedelta(seconds=75), "outbox_sweeper"))
    database.transact(lambda session: mark_seen(session, NOW, "web", "worker", "external"))
    told = visitor.get("/metrics").text
    ages = dict(re.findall(r'callrouter_process_last_seen_age_seconds{process="(\w+)"} (\S+)', told))
    assert ages == {
        "web": "0.0",
        "worker": "0.0",
        "external": "0.0",
        "beat": "+Inf",
        "outbox_sweeper": "75.0",
        "console": "+Inf",
    }


def test_metrics_tell_of_alerts_that_did_not_arrive(visitor: FlaskClient, database: Database) -> None:
    with database.engine.begin() as connection:
        about = {"what": "center-paused", "happened_at": NOW, "raised_at": NOW}
        connection.execute(sa.insert(RaisedAlert), [{"id": n, "key": f"k{n}", **about} for n in (1, 2, 3)])
        sent = {
            "channel": "webhook",
            "recipient": "https://hooks.example",
            "attempts": 7,
            "attempted_at": NOW,
        }
        states: list[dict[str, Any]] = [
            {"next_attempt_at": NOW, "delivered_at": None},
            {"next_attempt_at": None, "delivered_at": None},
            {"next_attempt_at": None, "delivered_at": NOW},
        ]
        connection.execute(
            sa.insert(AlertDelivery),
            [{"alert": n, **sent, **state} for n, state in enumerate(states, start=1)],
        )
    told = visitor.get("/metrics").text
    assert 'callrouter_alerts_undelivered{channel="webhook",state="waiting"} 1.0' in told
    assert 'callrouter_alerts_undelivered{channel="webhook",state="given up"} 1.0' in told
    assert 'callrouter_alerts_undelivered{channel="email",state="waiting"} 0.0' in told


def test_metrics_count_what_the_carriers_door_does(visitor: FlaskClient, registry: CollectorRegistry) -> None:
    watch = WebhookMetrics(registry)
    watch.answered("voice", 0.003)
    watch.refused(403)
    watch.failed("menu")
    told = visitor.get("/metrics").text
    assert 'callrouter_webhook_duration_seconds_count{route="voice"} 1.0' in told
    assert 'callrouter_webhook_rejections_total{status="403"} 1.0' in told
    assert 'callrouter_webhook_errors_total{route="menu"} 1.0' in told


def test_without_a_database_it_is_alive_and_not_ready(visitor: FlaskClient, database: Database) -> None:
    with as_owner(database) as connection:
        connection.exec_driver_sql("DROP TABLE heartbeat")
    assert visitor.get("/healthz").status_code == 200
    for path in ("/readyz", "/statusz"):
        assert visitor.get(path).status_code == 503
    assert visitor.get("/").status_code == 200
