"""Sends the carrier's requests: signed, retried, recorded, and with the faults that are wished for."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from random import Random

from callrouter.carrier.signature import sign
from simulator.account import Account
from simulator.clock import VirtualClock
from simulator.document import BadDocument, Document, read_document
from simulator.faults import Faults, Postbox
from simulator.fields import Fields
from simulator.retries import failure_of, retries_of, without_fragment
from simulator.trace import CarrierError, Discrepancy, Kind, Sent, SimulatedCall, path_of
from simulator.transport import NoReply, NotReached, Reply, Transport

XML_TYPES = ("text/xml", "application/xml")

NOT_RETRIEVED = 11200
NOT_CONNECTED = 11205
WRONG_TYPE = 12300


@dataclass(frozen=True)
class Ask:
    """A request that waits for its answer: the carrier's next question to us."""

    kind: Kind
    url: str
    fields: Fields = field(repr=False)


@dataclass(frozen=True)
class Network:
    """What all calls of one simulated carrier have in common."""

    account: Account
    transport: Transport
    clock: VirtualClock
    postbox: Postbox


class Asker:
    """Sends the requests of one call."""

    def __init__(self, network: Network, faults: Faults, luck: Random, story: SimulatedCall) -> None:
        self._network = network
        self._faults = faults
        self._luck = luck
        self._story = story
        self._answered: list[tuple[Ask, Reply]] = []
        self._asked = 0

    def document(self, ask: Ask) -> Document:
        """The document that the server answers, or `BadDocument` with the carrier's error."""
        reply = self._retrieved(ask)
        kind = reply.content_type.partition(";")[0].strip().lower()
        if kind not in XML_TYPES:
            raise BadDocument(WRONG_TYPE, [f"the content type is {kind or 'missing'}, not text/xml"])
        return read_document(reply.body)

    def report(self, ask: Ask) -> None:
        """Asks although the answer will be ignored: the caller has left."""
        try:
            self._retrieved(ask)
        except BadDocument as bad:
            self.complain(bad, ask.url)

    def tell(self, kind: Kind, url: str, fields: Fields) -> None:
        """A status callback: on its way at once, there whenever the faults let it."""
        self._network.postbox.post(partial(self._call_back, Ask(kind, url, fields)), self._faults, self._luck)

    def replay(self) -> None:
        """Sends every request for a document again, in any order; each must be answered as it was before."""
        answered = list(self._answered)
        self._luck.shuffle(answered)
        for ask, first in answered:
            self._again(ask, first)

    def complain(self, bad: BadDocument, url: str) -> None:
        """Puts an error into the carrier's debugger."""
        self._story.errors.append(CarrierError(self._network.clock.now(), bad.code, path_of(url), str(bad)))

    def _retrieved(self, ask: Ask) -> Reply:
        try:
            reply = self._answer(ask)
        except NoReply as failure:
            raise _not_retrieved(failure) from failure
        if not reply.well:
            raise BadDocument(NOT_RETRIEVED, [f"the server answered with status {reply.status}"])
        return reply

    def _answer(self, ask: Ask) -> Reply:
        self._network.postbox.deliver_due(self._luck)
        self._asked += 1
        reply = self._sent(ask, down=self._asked in self._faults.down)
        self._answered.append((ask, reply))
        for _ in range(self._faults.repeat - 1):
            self._again(ask, reply)
        return reply

    def _again(self, ask: Ask, first: Reply) -> None:
        try:
            again = self._sent(ask)
        except NoReply as failure:
            self.complain(_not_retrieved(failure), ask.url)
            return
        if again != first:
            self._story.discrepancies.append(Discrepancy(ask.kind, path_of(ask.url), first, again))

    def _call_back(self, ask: Ask) -> None:
        try:
            reply = self._sent(ask)
        except NoReply as failure:
            self.complain(_not_retrieved(failure), ask.url)
            return
        if not reply.well:
            lost = f"the callback was answered with status {reply.status}"
            self.complain(BadDocument(NOT_RETRIEVED, [lost]), ask.url)

    def _sent(self, ask: Ask, down: bool = False, attempt: int = 0) -> Reply:
        """Sends as often as the URL's fragment says; what the last attempt brought counts."""
        retries = retries_of(ask.url)
        try:
            reply = self._attempted(ask, attempt, down)
        except NoReply as failure:
            if not retries.again(failure.named, attempt):
                raise
        else:
            if not retries.again(failure_of(reply.status), attempt):
                return reply
        return self._sent(ask, down, attempt + 1)

    def _attempted(self, ask: Ask, attempt: int, down: bool) -> Reply:
        url = without_fragment(ask.url)
        status = None
        try:
            if down:
                raise NotReached("the server is down")
            reply = self._network.transport.post(url, ask.fields, self._headers(url, ask.fields, attempt))
            status = reply.status
            return reply
        finally:
            self._story.requests.append(Sent(self._network.clock.now(), ask.kind, url, ask.fields, status))

    def _headers(self, url: str, fields: Fields, attempt: int) -> dict[str, str]:
        headers = {
            "X-Twilio-Signature": sign(self._network.account.token, url, fields),
            "User-Agent": "TwilioProxy/1.1",
            "Accept": "*/*",
            "X-Home-Region": "us1",
        }
        if attempt:
            headers["I-Twilio-Idempotency-Token"] = f"{self._story.sid}-{self._asked}"
        return headers


def _not_retrieved(failure: NoReply) -> BadDocument:
    code = NOT_CONNECTED if isinstance(failure, NotReached) else NOT_RETRIEVED
    return BadDocument(code, [str(failure)])
