"""What all webhooks share: check the request, run one domain function in one transaction, send its result."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import structlog
from flask import Response, request

from callrouter.calls.dependencies import CallDependencies
from callrouter.calls.steps import Ending, Step
from callrouter.calls.turn import Callback
from callrouter.database import Database, DuplicateKey, Session
from webhooks.signature_check import Account, RequestRejected, checked

log = structlog.get_logger("webhooks")

LAST_WORDS = Ending("unserved", "en")
NO_CODE = Ending("goodbye", "en")
"""to a caller whose code cannot be told: our code fails, or the secret was changed"""

Handler = Callable[[Session, Callback, datetime], str | None]
"""handles a checked callback; returns the document, or None if there is none"""


class WebhookCounters(Protocol):
    """Counts requests for /metrics."""

    def answered(self, route: str, seconds: float) -> None:
        """A callback was answered."""

    def refused(self, status: int) -> None:
        """A request was refused."""

    def failed(self, route: str) -> None:
        """A callback was answered with last words because of an error in our code."""


@dataclass(frozen=True)
class Door:
    """The collaborators of the webhooks."""

    database: Database
    dependencies: CallDependencies
    account: Account
    clock: Callable[[], datetime]
    wake: Callable[[], None]
    """wakes a worker; returns at once"""
    counters: WebhookCounters

    def respond(
        self,
        route: str,
        handler: Handler,
        *,
        again: Handler | None = None,
        decides: bool = False,
        last_words: Step = LAST_WORDS,
    ) -> Response:
        """Answer with TwiML. If our code fails, the caller hears `last_words` instead of an error."""
        began = time.perf_counter()
        callback = self._checked()
        try:
            document = self._done(handler, callback, again or handler, decides=decides)
        except Exception:
            log.exception("callback failed", call=callback.call, route=route)
            self.counters.failed(route)
            document = self.dependencies.render(last_words, 0, self.dependencies.wordings.newest).document
        self._finished(route, callback, began)
        return Response(self._with_code(document, callback), mimetype="text/xml")

    def acknowledge(self, route: str, handler: Handler) -> Response:
        """Answer 204. If our code fails the answer is 500, so that the carrier sends the callback again."""
        began = time.perf_counter()
        callback = self._checked()
        self._done(handler, callback, handler)
        self._finished(route, callback, began)
        return Response(status=204)

    def _with_code(self, document: str | None, callback: Callback) -> str | None:
        """Write the code of the caller's proof where the stored document has a placeholder."""
        dependencies = self.dependencies
        written = dependencies.proof_codes.write_into(document or "", callback.call)
        if written is None:
            log.warning("the secret of proof codes was changed", call=callback.call)
            return dependencies.render(NO_CODE, 0, dependencies.wordings.newest).document
        return written

    def _checked(self) -> Callback:
        # The body is read on refusing paths too, or keep-alive breaks.
        body = request.get_data()
        try:
            return checked(
                self.account,
                request.path,
                request.environ.get("QUERY_STRING", ""),
                body,
                request.headers.get("X-Twilio-Signature", ""),
            )
        except RequestRejected as refused:
            self.counters.refused(refused.status)
            log.warning("request refused", status=refused.status, why=refused.why, path=request.path)
            raise

    def _done(
        self, handler: Handler, callback: Callback, again: Handler, *, decides: bool = False
    ) -> str | None:
        now = self.clock()

        def first(session: Session) -> str | None:
            return handler(session, callback, now)

        def then(session: Session) -> str | None:
            return again(session, callback, now)

        try:
            return self.database.transact(first, again=then, queue=callback.get("To") if decides else None)
        except DuplicateKey:
            # The callback came before, or was handled at the same time. Its answer is stored now.
            return self.database.transact(then)

    def _finished(self, route: str, callback: Callback, began: float) -> None:
        seconds = time.perf_counter() - began
        self.counters.answered(route, seconds)
        log.info("callback", call=callback.call, route=route, milliseconds=round(seconds * 1000, 1))
        self.wake()
