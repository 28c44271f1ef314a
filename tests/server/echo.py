"""A WSGI application that tells what it was asked, for the tests of the web server."""

import json
import os
from collections.abc import Callable, Iterable
from typing import Any

TOLD = ("REQUEST_METHOD", "PATH_INFO", "QUERY_STRING", "HTTP_HOST", "SERVER_PROTOCOL")


def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    if environ["QUERY_STRING"].endswith("/gate"):
        _wait_at(environ["QUERY_STRING"])
    told = {name: environ[name] for name in TOLD if name in environ}
    answer = json.dumps(told | {"body": environ["wsgi.input"].read().decode()}).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(answer)))])
    return [answer]


def _wait_at(gate: str) -> None:
    """Until somebody writes into a pipe of this name."""
    os.mkfifo(gate)
    with open(gate, encoding="utf-8") as pipe:
        pipe.read()
