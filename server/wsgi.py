"""The WSGI application: both doors, put together from the settings. `server.web_server` serves it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from prometheus_client import start_http_server

from callrouter.database import Database
from callrouter.database.advisory_lock import AdvisoryLock
from callrouter.database.session_lock import SessionLock
from callrouter.events.heartbeat import WEB
from callrouter.privacy.proof_codes import ProofCodes
from callrouter.promises.calling_hours import calling_hours
from config.evidence_key import known_evidence_seed
from config.logging import configure
from config.settings import Settings, read_settings
from config.vault import open_vault
from config.web_address import numeric
from server.status.front import StatusDependencies, status_app
from server.status.metrics import ProofMetrics, StoredFigures, WebhookMetrics, process_registry
from webhooks.app import dependencies, return_call_dependencies, webhooks_app
from webhooks.door import Door
from webhooks.evidence import evidence_pages
from webhooks.proof.pages import ProofDependencies, proof_pages
from webhooks.proof.throttle import Throttle
from webhooks.signature_check import Account
from webhooks.who_answers.pages import who_answers_pages
from workers.app import app as celery
from workers.heartbeat import start_heartbeat
from workers.wakeup import HEARTBEAT, CoalescedSender, awake_flag, wake_a_worker

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def now() -> datetime:
    """The time; the domain reads no clock of its own."""
    return datetime.now(UTC)


def application(settings: Settings) -> Wsgi:
    """The carrier's door under `/twilio`; status pages, the evidence log, who answers and proofs elsewhere."""
    database = Database(settings.database_url, connections=settings.web_threads, pipelined=True)
    registry = process_registry()
    totals = SessionLock(database.engine, AdvisoryLock.TOTALS)
    registry.register(StoredFigures(database, now, exports_totals=totals.is_held))
    start_heartbeat(database, WEB, now)
    flag = awake_flag(settings.redis_url)
    sender = CoalescedSender(lambda: wake_a_worker(celery, flag))
    # The first heartbeat need not wait for beat, so a start is ready sooner.
    CoalescedSender(lambda: celery.send_task(HEARTBEAT, expires=60, retry=False)).request()
    hours = calling_hours(quiet=not settings.calls_at_any_hour)
    vault = open_vault(settings)
    made = dependencies(
        vault,
        settings.public_url,
        proof_codes=ProofCodes(settings.proof_secret),
        simulated=settings.simulated,
        hours=hours,
    )
    door = Door(
        database=database,
        dependencies=made,
        account=Account(settings.account_sid, settings.auth_tokens, settings.public_url),
        clock=now,
        wake=sender.request,
        counters=WebhookMetrics(registry),
    )
    if settings.metrics_address:
        host, port = settings.metrics_address
        start_http_server(port, numeric(host), registry)
    public_registry = None if settings.metrics_address else registry
    others = status_app(StatusDependencies(database, public_registry, now, settings.simulated, vault))
    others.register_blueprint(evidence_pages(database))
    seed = partial(known_evidence_seed, settings)
    others.register_blueprint(who_answers_pages(database, now, seed, simulated=settings.simulated))
    proofs = ProofDependencies(
        database,
        Throttle(time.monotonic),
        ProofMetrics(registry),
        settings.trusted_proxies or (),
        settings.issuer.partition("\n")[0] or None,
    )
    others.register_blueprint(proof_pages(proofs))
    return mounted(webhooks_app(door, return_call_dependencies(made, settings.public_url, hours)), others)


def mounted(carriers_door: Wsgi, status_pages: Wsgi) -> Wsgi:
    """Requests under `/twilio` go to the carrier's door, all others to the status pages."""

    def by_path(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        door = carriers_door if environ.get("PATH_INFO", "").startswith("/twilio/") else status_pages
        return door(environ, start_response)

    return by_path


def build() -> Wsgi:
    """The application of this process."""
    settings = read_settings()
    configure(settings.log_level)
    return application(settings)


app = build()
