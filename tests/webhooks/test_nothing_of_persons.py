"""Of what the carrier and a browser tell about a person, nothing is stored but what a call needs."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.status.front import StatusDependencies, status_app
from tests.evidence.logs import KEY, logs
from tests.scenarios.world import World
from tests.webhooks.carrier import INCOMING, FakeCarrier
from tests.webhooks.proofs import Results, Ticks
from webhooks.evidence import evidence_pages
from webhooks.proof.pages import ProofDependencies, proof_pages
from webhooks.proof.throttle import Throttle
from webhooks.who_answers.pages import who_answers_pages

OF_PERSONS = {
    "CallerName": "MARGUERITE DUPONT",
    "FromCity": "ROSEVILLE",
    "FromZip": "95661",
    "CallerCity": "ROSEVILLE",
    "CallerZip": "95661",
    "CallerLatitude": "38.752123",
    "ForwardedFrom": "+19165550111",
    "SpeechResult": "I need help",
    "TranscriptionText": "I need help",
}
PAGES = ("/", "/who-answers", "/who-answers.json", "/evidence/checkpoint", "/evidence/key", "/proof")
CODE = "1234567812345678"
ADDRESS, BROWSER = "203.0.113.77", "a browser that nobody else has"


def everything_stored(world: World) -> str:
    return "\n".join(str(world.rows(table)) for table in world.counts())


def test_no_name_and_no_place_of_a_caller_is_stored_but_the_state(world: World, carrier: FakeCarrier) -> None:
    carrier.posts(FromState="CA", **OF_PERSONS)
    carrier.posts("/twilio/menu/1", FromState="CA", CallStatus="in-progress", **OF_PERSONS)
    stored = everything_stored(world)
    assert [word for word in OF_PERSONS.values() if word in stored or word.removeprefix("+1") in stored] == []
    assert world.rows("call")[0]["state"] == "CA"


def test_no_address_that_a_call_s_request_came_from_is_stored(world: World, carrier: FakeCarrier) -> None:
    from_somewhere = {"X-Forwarded-For": ADDRESS, "User-Agent": BROWSER, "X-Real-IP": ADDRESS}
    carrier.posts_fields(list(INCOMING.items()), **from_somewhere)
    stored = everything_stored(world)
    assert world.rows("call")
    assert (ADDRESS in stored, BROWSER in stored) == (False, False)


@pytest.fixture
def pages(world: World) -> FlaskClient:
    status = StatusDependencies(world.database, None, world.clock.now, True, world.vault)
    app: Flask = status_app(status)
    app.register_blueprint(
        who_answers_pages(world.database, world.clock.now, lambda: KEY.seed, simulated=True)
    )
    app.register_blueprint(evidence_pages(world.database))
    app.register_blueprint(proof_pages(ProofDependencies(world.database, Throttle(Ticks()), Results())))
    return app.test_client()


def test_who_reads_a_public_page_gets_no_cookie_and_leaves_no_trace(
    world: World, pages: FlaskClient, capfd: pytest.CaptureFixture[str]
) -> None:
    logs(world.database)
    before = everything_stored(world)
    for page in PAGES:
        answer = pages.get(page, headers={"X-Forwarded-For": ADDRESS, "User-Agent": BROWSER})
        assert (answer.status_code, "Set-Cookie" in answer.headers) == (200, False), page
    entered = pages.post("/proof", data={"code": CODE}, headers={"X-Forwarded-For": ADDRESS})
    assert (entered.status_code, "Set-Cookie" in entered.headers) == (404, False)
    assert everything_stored(world) == before
    written = capfd.readouterr()
    assert ADDRESS not in written.out + written.err
    assert BROWSER not in written.out + written.err
    assert CODE not in written.out + written.err
