"""Runs a WSGI application in threads, as an ASGI application."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Awaitable, Callable, Iterable
from io import BytesIO
from queue import SimpleQueue
from typing import Any, NamedTuple
from urllib.parse import unquote_to_bytes

Message = dict[str, Any]
"""of ASGI"""
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

_SAME_FOR_ALL = {
    "SCRIPT_NAME": "",
    "wsgi.version": (1, 0),
    "wsgi.errors": sys.stderr,
    "wsgi.multithread": True,
    "wsgi.multiprocess": False,
    "wsgi.run_once": False,
}


class WholeResponse(NamedTuple):
    """A complete response, for ASGI."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


class WholeRequest(NamedTuple):
    """A complete request, and the future that waits for its response."""

    scope: Message
    body: bytes
    answer: asyncio.Future[WholeResponse]


class ThreadedWsgi:
    """Runs requests that `BoundedProtocol` has completed. A response is complete before it is sent.

    The threads are daemons: a thread that hangs does not keep the process alive.
    """

    def __init__(self, app: Wsgi, threads: int) -> None:
        self._app = app
        self._requests: SimpleQueue[WholeRequest] = SimpleQueue()
        for _ in range(threads):
            threading.Thread(target=self._work, daemon=True).start()

    async def __call__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        message = await receive()
        if message["type"] != "http.request":
            return
        request = WholeRequest(scope, message["body"], asyncio.get_running_loop().create_future())
        self._requests.put(request)
        answer = await request.answer
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        await send({"type": "http.response.body", "body": answer.body, "more_body": False})

    def _work(self) -> None:
        while True:
            request = self._requests.get()
            loop = request.answer.get_loop()
            try:
                loop.call_soon_threadsafe(_settle, request.answer, respond(self._app, environ(request)))
            except BaseException as error:  # A thread never ends.
                loop.call_soon_threadsafe(_fail, request.answer, error)


def respond(app: Wsgi, asked: dict[str, Any]) -> WholeResponse:
    """The complete response of the application."""
    heads: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], _: Any = None) -> None:
        heads.append((status, headers))

    parts = app(asked, start_response)
    try:
        body = b"".join(parts)
    finally:
        if close := getattr(parts, "close", None):
            close()
    status, headers = heads[-1]
    encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    return WholeResponse(int(status[:3]), encoded, body)


def environ(request: WholeRequest) -> dict[str, Any]:
    """The WSGI environment of a request (PEP 3333), without the environment of the process."""
    scope, body, _ = request
    server, client = scope["server"] or ("", None), scope["client"] or ("", 0)
    made = _SAME_FOR_ALL | {
        "REQUEST_METHOD": scope["method"],
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "REMOTE_ADDR": client[0],
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": BytesIO(body),
    }
    for name, value in scope["headers"]:
        key = "HTTP_" + name.decode("latin-1").replace("-", "_").upper()
        text = value.decode("latin-1")
        made[key] = f"{made[key]},{text}" if key in made else text
    made["CONTENT_TYPE"] = made.pop("HTTP_CONTENT_TYPE", "")
    made.pop("HTTP_CONTENT_LENGTH", None)
    made["CONTENT_LENGTH"] = str(len(body))
    return made


def _settle(future: asyncio.Future[WholeResponse], answer: WholeResponse) -> None:
    if not future.done():
        future.set_result(answer)


def _fail(future: asyncio.Future[WholeResponse], error: BaseException) -> None:
    if not future.done():
        future.set_exception(error)
