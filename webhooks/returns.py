"""The webhooks of return calls: `/twilio/return/CALL/NUMBER/…`, where CALL is the call that was promised one.

| request | comes |
| --- | --- |
| `owner`, `owner-key` | when the center that owes it has picked up, and when it has pressed a key |
| `caller`, `caller-key`, `caller-key-again`, `caller-last-key` | when somebody picks up at the caller's, and presses |
| `bridged` | when the caller's leg has ended |
| `status`, `leg` | about how the center's and the caller's leg proceed |
"""

from __future__ import annotations

import re
from functools import partial

from flask import Blueprint, Response, abort

from callrouter.calls.steps import Refuse
from callrouter.promises.return_calls import callbacks
from callrouter.promises.return_calls.dependencies import ReturnCallDependencies
from callrouter.promises.return_calls.steps import ReturnCallId
from webhooks.door import Door
from webhooks.signature_check import RequestRejected

MOST_RETURN_CALLS = 10_000
_CALL_SID = re.compile(r"CA[0-9a-f]{32}")


def returns(door: Door, dependencies: ReturnCallDependencies) -> Blueprint:
    """The routes of return calls."""
    routes = Blueprint("returns", __name__, url_prefix="/twilio/return")

    def respond(what: str, call: str, number: int) -> Response:
        id = _id(call, number)
        return door.respond(
            f"return-{what}",
            lambda session, callback, now: callbacks.respond(session, dependencies, what, id, callback, now),
            last_words=Refuse(),
        )

    def acknowledge(what: str, call: str, number: int) -> Response:
        id = _id(call, number)
        return door.acknowledge(
            f"return-{what}",
            lambda session, callback, now: callbacks.acknowledge(
                session, dependencies, what, id, callback, now
            ),
        )

    for what in callbacks.HANDLERS:
        routes.post(f"/<call>/<int:number>/{what}", endpoint=what)(partial(respond, what))
    for what in ("status", "leg"):
        routes.post(f"/<call>/<int:number>/{what}", endpoint=what)(partial(acknowledge, what))

    @routes.errorhandler(RequestRejected)
    def refused(error: RequestRejected) -> Response:
        return Response(error.why, status=error.status, mimetype="text/plain")

    return routes


def _id(call: str, number: int) -> ReturnCallId:
    if not _CALL_SID.fullmatch(call) or number > MOST_RETURN_CALLS:
        abort(404)
    return ReturnCallId(call, number)
