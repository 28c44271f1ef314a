"""What lies between the carrier and us: it can hold requests back, bring them later, and bring them again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from random import Random

from simulator import ConnectionFailed, Fields, Transport, WebhookResponse

NOTHING_SAID = WebhookResponse(200, "text/xml", b"<Response/>")


@dataclass(frozen=True)
class NetworkRequest:
    """A request as it was sent, and what it was answered."""

    url: str
    fields: Fields
    headers: Mapping[str, str]
    reply: WebhookResponse
    failed: bool = False
    """something of ours went wrong meanwhile, so it may be answered otherwise when it comes again"""

    def __str__(self) -> str:
        return f"{self.path} {dict(self.fields).get('CallStatus')}"

    @property
    def path(self) -> str:
        return self.url.partition("://")[2].partition("/")[2]


class Network:
    """A transport that remembers; the paths that are `held` are brought only when they are released."""

    transport: Transport

    def __init__(self) -> None:
        self.sent: list[NetworkRequest] = []
        self.held: set[str] = set()
        self._waiting: list[NetworkRequest] = []
        self._meanwhile: dict[str, Callable[[], object]] = {}
        self._brought = 0
        self._lost: frozenset[int] = frozenset()
        self.cut: set[str] = set()
        """Requests whose path has one of these parts never reach us."""
        self._asked: list[tuple[str, Fields]] = []
        self._losing = 0
        self._answer_alone = False
        self.lost: NetworkRequest | None = None
        """the request that was lost, once it was"""

    def loses_answers(self, *which: int) -> None:
        """The answers to these of the next requests, counted from 1, do not reach the carrier."""
        self._brought, self._lost = 0, frozenset(which)

    def loses_request(self, number: int, *, answer_alone: bool = False) -> None:
        """This one of the next requests, counted from 1, is lost however often it is tried; or its answers are."""
        self._asked, self._losing, self._answer_alone, self.lost = [], number, answer_alone, None

    @property
    def asked(self) -> int:
        """How many different requests there were since `loses_request`."""
        return len(self._asked)

    def on(self, path: str, deed: Callable[[], object]) -> None:
        """Do something, once, just before a request whose path has this part is brought."""
        self._meanwhile[path] = deed

    def post(self, url: str, fields: Fields, headers: Mapping[str, str]) -> WebhookResponse:
        request = NetworkRequest(url, fields, headers, NOTHING_SAID)
        if self._is_lost(request):
            raise ConnectionFailed("the connection broke")
        if any(f"/{held}" in url for held in self.held):
            self._waiting.append(request)
            return NOTHING_SAID
        return self.brings(request).reply

    def _is_lost(self, request: NetworkRequest) -> bool:
        if any(f"/{cut}" in request.url for cut in self.cut):
            return True
        asked = (request.url, request.fields)
        if asked not in self._asked:
            self._asked.append(asked)
        if self._asked.index(asked) + 1 != self._losing:
            return False
        self.lost = self.brings(request) if self._answer_alone else request
        return True

    def brings(self, request: NetworkRequest) -> NetworkRequest:
        """Bring a request, for the first time or again."""
        for path in [path for path in self._meanwhile if f"/{path}" in request.url]:
            self._meanwhile.pop(path)()
        reply = self.transport.post(request.url, request.fields, request.headers)
        brought = NetworkRequest(request.url, request.fields, request.headers, reply)
        self.sent.append(brought)
        self._brought += 1
        if self._brought in self._lost:
            raise ConnectionFailed("the connection broke")
        return brought

    def holds(self, *paths: str) -> None:
        """Requests whose path has one of these parts are held back; the carrier is answered with nothing."""
        self.held |= set(paths)

    def holds_no_more(self) -> None:
        """What is held stays held until it is released."""
        self.held = set()

    def forgets(self) -> None:
        """What is held back never comes; nothing is held any more."""
        self._waiting, self.held = [], set()

    def releases(self) -> list[NetworkRequest]:
        """Bring what was held back, in its order; nothing is held any more."""
        waiting, self._waiting, self.held = self._waiting, [], set()
        return [self.brings(request) for request in waiting]

    def releases_in_any_order(self, luck: Random, *, lose_some: bool) -> None:
        self._waiting = [request for request in self._waiting if not (lose_some and luck.randrange(2))]
        luck.shuffle(self._waiting)
        self.releases()

    def mark_as_failed(self, first: int) -> None:
        """The requests from this one on came while something of ours failed."""
        self.sent[first:] = [replace(request, failed=True) for request in self.sent[first:]]

    def answers_to(self, part: str) -> list[str]:
        """The documents given to requests whose path has this part."""
        return [request.reply.body.decode() for request in self.sent if part in request.path]
