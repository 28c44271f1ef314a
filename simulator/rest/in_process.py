"""A transport of the REST client that ends in the same process: no socket, no time, the same answers and failures."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any
from urllib.parse import unquote, urlsplit

from callrouter.carrier.http_transport import CarrierResponse, NoAnswer, NotConnected, Request

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class InProcessTransport:
    """Brings requests to a WSGI application: `TwilioRest(sid, token, transport=InProcessTransport(carrier.rest))`."""

    def __init__(self, application: Wsgi) -> None:
        self._application = application

    def send(self, request: Request) -> CarrierResponse:
        started: dict[str, Any] = {}

        def start_response(status: str, headers: list[tuple[str, str]], *_: object) -> None:
            started.update(status=int(status[:3]), headers=dict(headers))

        try:
            body = b"".join(self._application(_environ(request), start_response))
        except ConnectionRefusedError as error:
            raise NotConnected(type(error).__name__) from error
        except ConnectionResetError as error:
            raise NoAnswer(type(error).__name__) from error
        return CarrierResponse(started["status"], started["headers"], body)


def _environ(request: Request) -> dict[str, Any]:
    target = urlsplit(request.url)
    headers = {name.upper().replace("-", "_"): value for name, value in request.headers.items()}
    return {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(target.path),
        "QUERY_STRING": target.query,
        "SERVER_NAME": target.hostname or "",
        "SERVER_PORT": str(target.port or ""),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_TYPE": headers.pop("CONTENT_TYPE", ""),
        "CONTENT_LENGTH": str(len(request.body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": target.scheme,
        "wsgi.input": BytesIO(request.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **{f"HTTP_{name}": value for name, value in headers.items()},
    }
