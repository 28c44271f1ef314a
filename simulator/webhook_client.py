"""Sends the carrier's requests: signed, retried and recorded, with the configured faults."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from random import Random

from callrouter.carrier.signature import sign
from simulator.account import SimulatedAccount
from simulator.clock import VirtualClock
from simulator.document import BadDocument, Document, read_document
from simulator.faults import CallbackQueue, Faults
from simulator.fields import Fields
from simulator.retries import failure_of, retries_of, without_fragment
from simulator.trace import DebuggerError, RequestKind, ResponseMismatch, SentRequest, SimulatedCall, path_of
from simulator.transport import ConnectionFailed, RequestFailed, Transport, WebhookResponse

XML_TYPES = ("text/xml", "application/xml")

NOT_RETRIEVED = 11200
NOT_CONNECTED = 11205
WRONG_TYPE = 12300


@dataclass(frozen=True)
class WebhookRequest:
    """A request that waits for its answer: the carrier's next question to us."""

    kind: RequestKind
    url: str
    fields: Fields = field(repr=False)


@dataclass(frozen=True)
class CarrierContext:
    """What all calls of one simulated carrier have in common."""

    account: SimulatedAccount
    transport: Transport
    clock: VirtualClock
    callbacks: CallbackQueue


class WebhookClient:
    """Sends the requests of one call."""

    def __init__(self, network: CarrierContext, faults: Faults, random: Random, trace: SimulatedCall) -> None:
        self._network = network
        self._faults = faults
        self._random = random
        self._trace = trace
        self._answered: list[tuple[WebhookRequest, WebhookResponse]] = []
        self._asked = 0

    def document(self, ask: WebhookRequest) -> Document:
        """The document that the server answers, or `BadDocument` with the carrier's error."""
        reply = self._retrieved(ask)
        kind = reply.content_type.partition(";")[0].strip().lower()
        if kind not in XML_TYPES:
            raise BadDocument(WRONG_TYPE, [f"the content type is {kind or 'missing'}, not text/xml"])
        return read_document(reply.body)

    def report(self, ask: WebhookRequest) -> None:
        """Asks although the answer will be ignored: the caller has left."""
        try:
            self._retrieved(ask)
        except BadDocument as bad:
            self.report_error(bad, ask.url)

    def send_callback(self, kind: RequestKind, url: str, fields: Fields) -> None:
        """A status callback: on its way at once, there whenever the faults let it."""
        self._network.callbacks.post(
            partial(self._call_back, WebhookRequest(kind, url, fields)), self._faults, self._random
        )

    def replay(self) -> None:
        """Sends every request for a document again, in any order; each must be answered as it was before."""
        answered = list(self._answered)
        self._random.shuffle(answered)
        for ask, first in answered:
            self._again(ask, first)

    def report_error(self, bad: BadDocument, url: str) -> None:
        """Puts an error into the carrier's debugger."""
        self._trace.errors.append(DebuggerError(self._network.clock.now(), bad.code, path_of(url), str(bad)))

    def _retrieved(self, ask: WebhookRequest) -> WebhookResponse:
        try:
            reply = self._answer(ask)
        except RequestFailed as failure:
            raise _not_retrieved(failure) from failure
        if not reply.well:
            raise BadDocument(NOT_RETRIEVED, [f"the server answered with status {reply.status}"])
        return reply

    def _answer(self, ask: WebhookRequest) -> WebhookResponse:
        self._network.callbacks.deliver_due(self._random)
        self._asked += 1
        reply = self._sent(ask, down=self._asked in self._faults.down)
        self._answered.append((ask, reply))
        for _ in range(self._faults.repeat - 1):
            self._again(ask, reply)
        return reply

    def _again(self, ask: WebhookRequest, first: WebhookResponse) -> None:
        try:
            again = self._sent(ask)
        except RequestFailed as failure:
            self.report_error(_not_retrieved(failure), ask.url)
            return
        if again != first:
            self._trace.discrepancies.append(ResponseMismatch(ask.kind, path_of(ask.url), first, again))

    def _call_back(self, ask: WebhookRequest) -> None:
        try:
            reply = self._sent(ask)
        except RequestFailed as failure:
            self.report_error(_not_retrieved(failure), ask.url)
            return
        if not reply.well:
            lost = f"the callback was answered with status {reply.status}"
            self.report_error(BadDocument(NOT_RETRIEVED, [lost]), ask.url)

    def _sent(self, ask: WebhookRequest, down: bool = False, attempt: int = 0) -> WebhookResponse:
        """Sends as often as the URL's fragment says; what the last attempt brought counts."""
        retries = retries_of(ask.url)
        try:
            reply = self._attempted(ask, attempt, down)
        except RequestFailed as failure:
            if not retries.again(failure.named, attempt):
                raise
        else:
            if not retries.again(failure_of(reply.status), attempt):
                return reply
        return self._sent(ask, down, attempt + 1)

    def _attempted(self, ask: WebhookRequest, attempt: int, down: bool) -> WebhookResponse:
        url = without_fragment(ask.url)
        status = None
        try:
            if down:
                raise ConnectionFailed("the server is down")
            reply = self._network.transport.post(url, ask.fields, self._headers(url, ask.fields, attempt))
            status = reply.status
            return reply
        finally:
            self._trace.requests.append(
                SentRequest(self._network.clock.now(), ask.kind, url, ask.fields, status)
            )

    def _headers(self, url: str, fields: Fields, attempt: int) -> dict[str, str]:
        headers = {
            "X-Twilio-Signature": sign(self._network.account.token, url, fields),
            "User-Agent": "TwilioProxy/1.1",
            "Accept": "*/*",
            "X-Home-Region": "us1",
        }
        if attempt:
            headers["I-Twilio-Idempotency-Token"] = f"{self._trace.sid}-{self._asked}"
        return headers


def _not_retrieved(failure: RequestFailed) -> BadDocument:
    code = NOT_CONNECTED if isinstance(failure, ConnectionFailed) else NOT_RETRIEVED
    return BadDocument(code, [str(failure)])
