"""A server that answers what a test gives it: the `our server` of the simulated carrier's tests."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from callrouter.carrier.signature import signed_by
from simulator import WebhookResponse

ORIGIN = "https://calls.example"
TOKEN = "a token of the tests"
XML = "text/xml; charset=utf-8"

Answer = str | WebhookResponse


@dataclass(frozen=True)
class Received:
    """One request as the server saw it."""

    path: str
    fields: list[tuple[str, str]]
    headers: dict[str, str]

    @property
    def values(self) -> dict[str, str]:
        return dict(self.fields)


def response(verbs: str = "") -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{verbs}</Response>'


class ScriptedServer:
    """Answers each path with the texts given for it, one after another, the last one for ever.

    What is not given is answered as our own server answers a status callback: 204. A request whose signature
    is wrong is refused, so that no test passes with one.
    """

    def __init__(
        self, answers: Mapping[str, Answer | Sequence[Answer]], origin: str = ORIGIN, token: str = TOKEN
    ) -> None:
        self._token = token
        self._answers = {path: _several(given) for path, given in answers.items()}
        self._origin = origin
        self._asked: Counter[str] = Counter()
        self.received: list[Received] = []

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])).decode()
        fields = parse_qsl(body, keep_blank_values=True)
        signature = environ.get("HTTP_X_TWILIO_SIGNATURE")
        if not signed_by([self._token], self._origin + _target(environ), fields, signature):
            return _answered(WebhookResponse(403, "text/plain", b"wrong signature"), start_response)
        headers = {name: value for name, value in environ.items() if name.startswith("HTTP_")}
        self.received.append(Received(_target(environ), fields, headers))
        return _answered(self._next(_target(environ)), start_response)

    def at(self, path: str) -> list[dict[str, str]]:
        """What arrived at a path, in its order."""
        return [received.values for received in self.received if received.path == path]

    @property
    def paths(self) -> list[str]:
        return [received.path for received in self.received]

    def _next(self, path: str) -> WebhookResponse:
        given = self._answers.get(path, [WebhookResponse(204, "", b"")])
        answer = given[min(self._asked[path], len(given) - 1)]
        self._asked[path] += 1
        return WebhookResponse(200, XML, answer.encode()) if isinstance(answer, str) else answer


def _several(given: Answer | Sequence[Answer]) -> Sequence[Answer]:
    return [given] if isinstance(given, Answer) else given


def _target(environ: dict[str, Any]) -> str:
    target: str = environ["PATH_INFO"]
    return f"{target}?{environ['QUERY_STRING']}" if environ["QUERY_STRING"] else target


def _answered(reply: WebhookResponse, start_response: Callable[..., Any]) -> Iterable[bytes]:
    headers = [("Content-Type", reply.content_type), ("Content-Length", str(len(reply.body)))]
    start_response(f"{reply.status} scripted", headers)
    return [reply.body]
