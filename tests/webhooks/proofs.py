"""`/proof` in a test: a caller who has asked for a code, and somebody who enters one."""

from __future__ import annotations

import html
import re
from collections import Counter

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from server.status.front import StatusDependencies, status_app
from tests.evidence.logs import logs
from tests.scenarios.call import PlacedCall
from tests.scenarios.world import PROOF_CODES, World
from webhooks.evidence import evidence_pages
from webhooks.proof.pages import ProofCounter, ProofDependencies, proof_pages
from webhooks.proof.throttle import Throttle
from webhooks.who_answers.pages import who_answers_pages


class Ticks:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Results:
    """What was counted."""

    def __init__(self) -> None:
        self.of: Counter[str] = Counter()

    def looked_up(self, result: str) -> None:
        self.of[result] += 1


def proof_app(world: World, throttle: Throttle | None = None, results: ProofCounter | None = None) -> Flask:
    """What the web server shows to everybody."""
    app = status_app(StatusDependencies(world.database, None, world.clock.now, True, world.vault))
    app.register_blueprint(evidence_pages(world.database))
    app.register_blueprint(who_answers_pages(world.database, world.clock.now, lambda: None, simulated=True))
    app.register_blueprint(
        proof_pages(
            ProofDependencies(
                world.database,
                throttle or Throttle(Ticks()),
                results or Results(),
                payee="Helpline America Inc.",
            )
        )
    )
    return app


def code_of(world: World, call: PlacedCall) -> str:
    """The code that the caller of this call was told. All of the call is in the log."""
    world.settles()
    logs(world.database)
    return PROOF_CODES.code_of(call.sid)


def enters(visitor: FlaskClient, code: str, **fields: str) -> TestResponse:
    return visitor.post("/proof", data={"code": code, **fields})


def plain(answer: TestResponse) -> str:
    """The text of the page."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", answer.text)).split())
