"""The front page, and the three questions a platform asks: is it alive, is it ready, how is it doing."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import psycopg
from flask import Blueprint, Flask, Response, jsonify, render_template
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from callrouter.database import Database, Disturbed
from callrouter.events.heartbeat import write_to_see
from console.readiness import Readiness, readiness

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
OK, UNAVAILABLE = 200, 503


@dataclass(frozen=True)
class Desk:
    """The collaborators of the staff's door."""

    database: Database
    registry: CollectorRegistry
    clock: Callable[[], datetime]
    simulated: bool


def front(desk: Desk) -> Blueprint:
    """The blueprint of the front page and of health."""
    pages = Blueprint("front", __name__, static_folder="static", template_folder="templates")

    @pages.get("/")
    def what_this_is() -> str:
        return render_template("front.html", ready=_readiness(desk), simulated=desk.simulated)

    @pages.get("/healthz")
    def alive() -> Response:
        return jsonify(alive=True)

    @pages.get("/readyz")
    def ready() -> tuple[Response, int]:
        found = _readiness(desk)
        return jsonify(ready=found.ready, faults=found.faults), OK if found.ready else UNAVAILABLE

    @pages.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(desk.registry), content_type=CONTENT_TYPE_LATEST)

    return pages


def _readiness(desk: Desk) -> Readiness:
    try:
        # As a call does: by the call path, and writing.
        desk.database.transact(write_to_see)
        with desk.database.engine.connect() as connection:
            return readiness(connection, desk.clock())
    except (SQLAlchemyError, psycopg.Error, sqlite3.Error, Disturbed) as error:
        return Readiness(
            [f"the database does not answer ({type(error).__name__}): check DATABASE_URL and the server"]
        )


def console_app(desk: Desk) -> Flask:
    """The staff's door as an application of its own."""
    app = Flask("console", static_folder=None)
    app.register_blueprint(front(desk))

    @app.after_request
    def with_headers(response: Response) -> Response:
        response.headers.update(_HEADERS)
        return response

    return app
