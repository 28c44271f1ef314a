"""The REST API as a WSGI application: who asks, for what, and who answers it.

An answer that is lost, and a server that is down, are told to whoever runs the application as the connection errors
that they are.
"""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable, Iterable, Iterator
from hmac import compare_digest
from typing import Any
from urllib.parse import parse_qsl

from simulator.rest import calls, numbers, recordings
from simulator.rest.account_state import AccountState
from simulator.rest.messages import ApiError, ApiRequest, ApiResponse
from simulator.rest.resources import ACCOUNTS

Answers = Callable[..., ApiResponse]
Route = tuple[str, str, Answers]

LARGEST = 1024 * 1024
FORM = "application/x-www-form-urlencoded"
TWILIO: tuple[Route, ...] = (
    ("POST", "/Calls", calls.place),
    ("GET", "/Calls", calls.find),
    ("GET", r"/Calls/(CA[0-9a-f]{32})", calls.show),
    ("POST", r"/Calls/(CA[0-9a-f]{32})", calls.change),
    ("GET", "/Recordings", recordings.find),
    ("GET", r"/Recordings/(RE[0-9a-f]{32})", recordings.show),
    ("DELETE", r"/Recordings/(RE[0-9a-f]{32})", recordings.delete),
    ("GET", "", numbers.show_account),
    ("GET", "/IncomingPhoneNumbers", numbers.find),
    ("GET", r"/IncomingPhoneNumbers/(PN[0-9a-f]{32})", numbers.show),
    ("POST", r"/IncomingPhoneNumbers/(PN[0-9a-f]{32})", numbers.change),
)


class RestApi:
    """The application. `beside` are requests that Twilio does not have, and that whoever plays the carrier needs."""

    def __init__(self, state: AccountState, beside: Iterable[Route] = ()) -> None:
        self.state = state
        self.faults = state.faults
        account = f"{ACCOUNTS}/{state.account.sid}"
        sound = ("GET", rf"{account}/Recordings/(RE[0-9a-f]{{32}})\.wav", recordings.sound)
        api = [(method, rf"{account}{path}\.json", answers) for method, path, answers in TWILIO]
        self._routes = [(m, re.compile(path), answers) for m, path, answers in (*api, sound, *beside)]

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if self.faults.down:
            raise ConnectionRefusedError("the carrier is down")
        try:
            given = self._answer(environ)
        except ApiError as error:
            given = error.given
        if given.lost:
            raise ConnectionResetError("the answer is lost")
        start_response(f"{given.status} {given.status.phrase}", list(_headers(given)))
        return [given.body]

    def _answer(self, environ: dict[str, Any]) -> ApiResponse:
        if self.faults.fails():
            raise ApiError("broken")
        if not self._signed_in(environ.get("HTTP_AUTHORIZATION", "")):
            raise ApiError("not signed in")
        asked = _asked(environ)
        found = [
            (method, match, answers)
            for method, path, answers in self._routes
            if (match := path.fullmatch(asked.path))
        ]
        for method, match, answers in found:
            if method == asked.method:
                return answers(self.state, asked, *match.groups())
        raise ApiError("method" if found else "not found", asked.path)

    def _signed_in(self, header: str) -> bool:
        """HTTP basic: the account and its token."""
        scheme, _, words = header.partition(" ")
        expected = f"{self.state.account.sid}:{self.state.account.token}".encode()
        try:
            return scheme.lower() == "basic" and compare_digest(b64decode(words), expected)
        except (NotBase64, ValueError):
            return False


def _asked(environ: dict[str, Any]) -> ApiRequest:
    length = int(environ.get("CONTENT_LENGTH") or 0)
    body = environ["wsgi.input"].read(min(length, LARGEST))
    is_form = environ.get("CONTENT_TYPE", "").startswith(FORM)
    return ApiRequest(
        method=environ["REQUEST_METHOD"],
        path=environ["PATH_INFO"],
        query=parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True),
        form=parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True) if is_form else [],
        body=body,
    )


def _headers(given: ApiResponse) -> Iterator[tuple[str, str]]:
    yield "Content-Length", str(len(given.body))
    if given.body:
        yield "Content-Type", given.kind
    if given.status == given.status.UNAUTHORIZED:
        yield "WWW-Authenticate", 'Basic realm="Twilio API"'
