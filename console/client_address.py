"""Gives each request the address that it came from, as the sign-in counts and shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from config.proxies import Network, forwarded_chain, up_to_client

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]
LONGEST = 100


class ClientAddress:
    """A WSGI application around another. Whoever reaches the console is our web server, or a proxy.

    Werkzeug's ProxyFix counts entries. Requests come through the web server and, where an operator likes, directly, so
    no count would be right for both (docs/decisions/0047-how-staff-sign-in.md).
    """

    def __init__(self, app: Wsgi, trusted: Sequence[Network]) -> None:
        self._app, self._trusted = app, trusted

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        chain = forwarded_chain([environ.get("HTTP_X_FORWARDED_FOR", "")])
        if chain:
            environ["REMOTE_ADDR"] = up_to_client(chain, self._trusted)[-1][:LONGEST]
        return self._app(environ, start_response)
