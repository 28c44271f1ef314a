"""Hands requests under `/console` to the console's own process, so that both stand under one address.

It works in the event loop and takes no thread: no number of open pages keeps a caller waiting. An answer is handed on
as it comes, so an export of any size takes no memory here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import aiohttp
from yarl import URL

from config.proxies import Network, forwarded_chain, up_to_client
from config.settings import Settings

Message = dict[str, Any]
"""of ASGI"""
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Message, Receive, Send], Awaitable[None]]

PREFIX = "/console"
CHUNK = 65_536
CONNECT_SECONDS = 2.0
SILENT_SECONDS = 60.0
"""in which the console must send something; a filter without an index takes a while"""
MOST_AT_ONCE = 64
_OWN_TO_A_CONNECTION = frozenset(
    {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"}
)
"""headers that a proxy must not hand on (RFC 9110, 7.6.1)"""
_WRITTEN_HERE = frozenset({"date"})
"""by uvicorn, for every answer"""
_DOWN = b"The console does not answer. Look whether its process (`console` in the Procfile) runs.\n"


def with_console(app: Asgi, settings: Settings) -> Asgi:
    """The application that forwards what belongs to the console, and leaves the rest to `app`."""
    forward = ConsoleForwarder(
        settings.console_address or settings.console_socket, settings.trusted_proxies or ()
    )

    async def by_path(scope: Message, receive: Receive, send: Send) -> None:
        wanted = forward if is_of_console(scope["path"]) else app
        await wanted(scope, receive, send)

    return by_path


def is_of_console(path: str) -> bool:
    return path == PREFIX or path.startswith(PREFIX + "/")


class ConsoleForwarder:
    """An ASGI application; `at` is where the console listens: a socket, or host and port."""

    def __init__(self, at: Path | tuple[str, int], trusted: Sequence[Network] = ()) -> None:
        self._at = at
        self._trusted = trusted
        self._session: aiohttp.ClientSession | None = None

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        request = await receive()
        if request["type"] != "http.request":
            return
        gone = asyncio.ensure_future(_until_gone(receive))
        forwarded = asyncio.ensure_future(self._forward(scope, request["body"], send))
        ended, _ = await asyncio.wait({gone, forwarded}, return_when=asyncio.FIRST_COMPLETED)
        gone.cancel()
        forwarded.cancel()
        await asyncio.gather(gone, forwarded, return_exceptions=True)
        if forwarded in ended:
            forwarded.result()  # An error after the first byte ends the connection.

    async def _forward(self, scope: Message, body: bytes, send: Send) -> None:
        started = False
        try:
            async with self._client().request(
                scope["method"],
                self._address(scope),
                headers=_headers(scope, self._trusted),
                data=body,
                allow_redirects=False,
            ) as answer:
                headers = [pair for pair in answer.raw_headers if _is_handed_on(pair[0], _WRITTEN_HERE)]
                await send({"type": "http.response.start", "status": answer.status, "headers": headers})
                started = True
                async for chunk in answer.content.iter_chunked(CHUNK):
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except (aiohttp.ClientError, TimeoutError):
            if started:
                raise  # The connection is cut, so nobody takes half an export for a whole one.
            await send(
                {"type": "http.response.start", "status": 502, "headers": [(b"content-type", b"text/plain")]}
            )
            await send({"type": "http.response.body", "body": _DOWN, "more_body": False})

    def _client(self) -> aiohttp.ClientSession:
        # Made in the loop that uses it.
        if self._session is None:
            limits: dict[str, Any] = {"limit": MOST_AT_ONCE}
            at = self._at
            connector = (
                aiohttp.UnixConnector(str(at), **limits)
                if isinstance(at, Path)
                else aiohttp.TCPConnector(**limits)
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                auto_decompress=False,
                cookie_jar=aiohttp.DummyCookieJar(),
                skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
                timeout=aiohttp.ClientTimeout(
                    total=None, sock_connect=CONNECT_SECONDS, sock_read=SILENT_SECONDS
                ),
            )
        return self._session

    def _address(self, scope: Message) -> URL:
        host, port = self._at if isinstance(self._at, tuple) else ("console", 80)
        host = f"[{host}]" if ":" in host else host
        query = scope["query_string"].decode("latin-1")
        path = scope["raw_path"].decode("latin-1")
        return URL(f"http://{host}:{port}{path}{'?' if query else ''}{query}", encoded=True)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _headers(scope: Message, trusted: Sequence[Network]) -> list[tuple[str, str]]:
    """Those of the client, and its address at the end of X-Forwarded-For: the proxies before us are left out."""
    pairs = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
    handed_on = [
        (name, value)
        for name, value in pairs
        if _is_handed_on(name.encode()) and name not in {"content-length", "x-forwarded-for"}
    ]
    before = forwarded_chain(value for name, value in pairs if name == "x-forwarded-for")
    peer = [scope["client"][0]] if scope["client"] else []
    return [*handed_on, ("x-forwarded-for", ", ".join(up_to_client(before + peer, trusted)))]


def _is_handed_on(name: bytes, without: frozenset[str] = frozenset()) -> bool:
    return name.decode("latin-1").lower() not in _OWN_TO_A_CONNECTION | without
