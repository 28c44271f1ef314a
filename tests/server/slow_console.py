"""A console that answers with what it was asked, streams without end or breaks off, and notes when a reader left."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import waitress
from flask import Flask, Response, request

app = Flask(__name__)
reader_gone = Path(sys.argv[2])


@app.route("/console/echo", methods=["GET", "POST"])
@app.route("/console/directory/import", methods=["POST"])
def echo() -> Response:
    asked: dict[str, Any] = {
        "headers": dict(request.headers),
        "url": request.full_path,
        "body": request.get_data(as_text=True),
    }
    response = Response(json.dumps(asked), status=203)
    response.headers.add("Set-Cookie", "a=1")
    response.headers.add("Set-Cookie", "b=2")
    return response


@app.get("/console/endless")
def endless() -> Response:
    def lines() -> Iterator[bytes]:
        try:
            while True:
                yield b"row\n" * 1000
        finally:
            reader_gone.touch()

    return Response(lines(), content_type="text/csv")


@app.get("/console/broken")
def broken() -> Response:
    def lines() -> Iterator[bytes]:
        yield b"row\n"
        raise RuntimeError("the rest is lost")

    return Response(lines(), content_type="text/csv")


waitress.serve(app, unix_socket=sys.argv[1], threads=4, clear_untrusted_proxy_headers=False)
