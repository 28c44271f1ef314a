"""The webhooks of voice calls: one short function for each request of the carrier.

| request | comes |
| --- | --- |
| `/twilio/voice` | when a number of ours is dialed |
| `/twilio/menu/N`, `recalled`, `dialled`, `chosen`, `offered`, `arranged`, `entered`, `recorded` | document N is done |
| `/twilio/proof/N` | document N, with the last words, is done, and the caller has pressed a key |
| `/twilio/leg/N`, `/twilio/whisper/N`, `/twilio/taken/N` | about the called leg N of a call |
| `/twilio/status`, `/twilio/recording` | when a call, or the recording of a message, is over |
| `/twilio/fallback` | when an answer of ours did not arrive |
"""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response

from callrouter.calls.arrive import arrive, arrive_again
from callrouter.calls.callbacks import take_turn
from callrouter.calls.fallback import fall_back
from callrouter.calls.leg_callbacks import handle_center_key, handle_leg_progress, whisper
from callrouter.calls.proof_offer import PROOF
from callrouter.calls.status import handle_call_status, handle_recording_status
from callrouter.calls.steps import Refuse
from webhooks.door import LAST_WORDS, NO_CODE, Door
from webhooks.signature_check import RequestRejected

TURNS = ("menu", "recalled", "dialled", "chosen", "offered", "arranged", "entered", "recorded", PROOF)


def voice(door: Door) -> Blueprint:
    """The routes of voice calls, under `/twilio`."""
    routes = Blueprint("voice", __name__, url_prefix="/twilio")
    _of_the_call(routes, door)
    _of_the_leg(routes, door)

    @routes.errorhandler(RequestRejected)
    def refused(error: RequestRejected) -> Response:
        return Response(error.why, status=error.status, mimetype="text/plain")

    return routes


def _of_the_call(routes: Blueprint, door: Door) -> None:
    dependencies = door.dependencies

    @routes.post("/voice")
    def incoming() -> Response:
        return door.respond(
            "voice",
            lambda session, callback, now: arrive(session, dependencies, callback, now),
            again=lambda session, callback, now: arrive_again(session, dependencies, callback, now),
        )

    @routes.post("/fallback")
    def fallback() -> Response:
        return door.respond(
            "fallback", lambda session, callback, now: fall_back(session, dependencies, callback, now)
        )

    @routes.post("/status")
    def status() -> Response:
        return door.acknowledge(
            "status", lambda session, callback, now: handle_call_status(session, dependencies, callback, now)
        )

    @routes.post("/recording")
    def recording() -> Response:
        return door.acknowledge("recording", handle_recording_status)

    def turn(what: str, number: int) -> Response:
        return door.respond(
            what,
            lambda session, callback, now: take_turn(session, dependencies, what, number, callback, now),
            decides=what != PROOF,
            last_words=NO_CODE if what == PROOF else LAST_WORDS,
        )

    for what in TURNS:
        routes.post(f"/{what}/<int:number>", endpoint=what)(partial(turn, what))


def _of_the_leg(routes: Blueprint, door: Door) -> None:
    dependencies = door.dependencies

    @routes.post("/leg/<int:number>")
    def leg(number: int) -> Response:
        return door.acknowledge(
            "leg",
            lambda session, callback, now: handle_leg_progress(session, dependencies, number, callback, now),
        )

    @routes.post("/whisper/<int:number>")
    def ask_center(number: int) -> Response:
        return door.respond(
            "whisper",
            lambda session, callback, now: whisper(session, dependencies, number, callback, now),
            last_words=Refuse(),
        )

    @routes.post("/taken/<int:number>")
    def taken(number: int) -> Response:
        return door.respond(
            "taken",
            lambda session, callback, now: handle_center_key(session, dependencies, number, callback, now),
            last_words=Refuse(),
        )
