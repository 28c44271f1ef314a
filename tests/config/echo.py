"""A WSGI application that tells what it was asked, for the tests of the web server."""

import json
from collections.abc import Callable, Iterable
from typing import Any

TOLD = ("REQUEST_METHOD", "PATH_INFO", "QUERY_STRING", "HTTP_HOST", "SERVER_PROTOCOL")


def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    told = {name: environ[name] for name in TOLD if name in environ}
    answer = json.dumps(told | {"body": environ["wsgi.input"].read().decode()}).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(answer)))])
    return [answer]
