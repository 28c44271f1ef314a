"""The front page, and what a platform asks: is it alive, can it take a call, does everything work, its figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

import psycopg
from flask import Blueprint, Flask, Response, jsonify, render_template
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from callrouter.database import Database, RetryableError
from callrouter.database.disk_space import is_full, probe_disk_space
from callrouter.events.heartbeat import check_writable
from callrouter.privacy.vault import Vault
from callrouter.reports.reading import reading
from server.audio import audio_files
from server.status.health import Health, HealthCheck, everything, examine, takes_calls

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none';"
        " frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


@dataclass(frozen=True)
class StatusDependencies:
    """What the pages need."""

    database: Database
    registry: CollectorRegistry | None
    """what `/metrics` serves; None where it is served at another address"""
    clock: Callable[[], datetime]
    simulated: bool
    vault: Vault


def front(dependencies: StatusDependencies) -> Blueprint:
    """The blueprint of the front page and of health."""
    pages = Blueprint("front", __name__, static_folder="static", template_folder="templates")

    @pages.get("/")
    def what_this_is() -> str:
        status = _health(dependencies, everything(dependencies.vault))
        ready = status if status.well else _health(dependencies, takes_calls(dependencies.vault))
        return render_template("front.html", ready=ready, status=status, simulated=dependencies.simulated)

    @pages.get("/healthz")
    def alive() -> Response:
        return jsonify(alive=True)

    @pages.get("/readyz")
    def ready() -> tuple[Response, int]:
        found = _health(dependencies, takes_calls(dependencies.vault))
        return jsonify(
            ready=found.well, faults=found.faults
        ), HTTPStatus.OK if found.well else HTTPStatus.SERVICE_UNAVAILABLE

    @pages.get("/statusz")
    def status() -> tuple[Response, int]:
        found = _health(dependencies, everything(dependencies.vault))
        return jsonify(
            ok=found.well, faults=found.faults
        ), HTTPStatus.OK if found.well else HTTPStatus.SERVICE_UNAVAILABLE

    if registry := dependencies.registry:

        @pages.get("/metrics")
        def metrics() -> Response:
            return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    return pages


def _health(dependencies: StatusDependencies, checks: tuple[HealthCheck, ...]) -> Health:
    try:
        probe_disk_space(dependencies.database.engine)
        # As a call does: by the call path, and writing.
        dependencies.database.transact(check_writable)
        with reading(dependencies.database.engine) as connection:
            return examine(checks, connection, dependencies.clock())
    except (SQLAlchemyError, psycopg.Error, RetryableError) as error:
        return Health([_database_fault(error)])


def _database_fault(error: Exception) -> str:
    if is_full(error):
        return "database: its disk is full: make room there, and all goes on by itself"
    return f"database: it does not answer ({type(error).__name__}): check DATABASE_URL and the server"


def status_app(dependencies: StatusDependencies) -> Flask:
    """The front page, the health pages and recorded texts as an application of their own."""
    app = Flask("status", static_folder=None)
    app.register_blueprint(front(dependencies))
    app.register_blueprint(audio_files(dependencies.database))

    @app.after_request
    def with_headers(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return app
