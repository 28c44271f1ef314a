"""Refuses what no page can read, before a page reads it: an unknown time zone, and the NUL character."""

from __future__ import annotations

from http import HTTPStatus

from flask import Flask, abort, g, request

from console.zones import reader_zone

NUL = "\x00"
"""PostgreSQL stores none, and nobody types one"""


def refuse_unreadable(app: Flask) -> None:
    """Look at each request, once it is known who asks."""

    @app.before_request
    def look() -> None:
        if g.get("viewer"):
            reader_zone()
        typed = [*request.args.values(), *request.form.values(), *(request.view_args or {}).values()]
        if any(NUL in str(value) for value in typed):
            abort(HTTPStatus.BAD_REQUEST, "What you sent has a character in it that cannot be stored.")
