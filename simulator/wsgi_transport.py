"""A transport of the simulated carrier that calls a WSGI application directly, in this process."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from io import BytesIO
from sys import stderr
from typing import Any
from urllib.parse import SplitResult, quote_plus, unquote_to_bytes, urlsplit
from wsgiref.types import WSGIApplication

from simulator.fields import Fields
from simulator.transport import FORM, WebhookResponse


class WsgiTransport:
    """Brings the carrier's requests to an application; whatever it raises is raised here."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def post(self, url: str, fields: Fields, headers: Mapping[str, str]) -> WebhookResponse:
        answer: dict[str, Any] = {}

        def start_response(status: str, answered: list[tuple[str, str]], *_: object) -> Any:
            names = {name.lower(): value for name, value in answered}
            answer.update(status=int(status[:3]), type=names.get("content-type", ""))

        parts = self._application(_environ(urlsplit(url), _form(fields), headers), start_response)
        body = _collected(parts)
        return WebhookResponse(answer["status"], answer["type"], body)


def _form(fields: Fields) -> bytes:
    return "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in fields).encode()


@lru_cache(maxsize=10_000)
def _quoted(text: str) -> str:
    """Most of what is sent is the same in every request."""
    return quote_plus(text)


def _collected(parts: Iterable[bytes]) -> bytes:
    try:
        return b"".join(parts)
    finally:
        close = getattr(parts, "close", None)
        if close:
            close()


def _environ(url: SplitResult, body: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
    target = url.path + (f"?{url.query}" if url.query else "")
    return {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(url.path).decode("latin-1"),
        "QUERY_STRING": url.query,
        "RAW_URI": target,
        "REQUEST_URI": target,
        "SERVER_NAME": url.hostname or "",
        "SERVER_PORT": str(url.port or (443 if url.scheme == "https" else 80)),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": url.netloc,
        "CONTENT_TYPE": FORM,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": url.scheme,
        "wsgi.input": BytesIO(body),
        "wsgi.errors": stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()},
    }
