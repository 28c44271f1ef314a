"""Recorded texts, which the carrier plays to callers. Anybody may fetch one who knows its checksum."""

from __future__ import annotations

from functools import lru_cache
from http import HTTPStatus

from flask import Blueprint, Response

from callrouter.database import Database
from callrouter.errors import NotKnown
from callrouter.wordings.audio_files import audio_content

MOST_FILES = 64
"""in memory, so that a caller does not wait for the database"""
_A_YEAR = "public, max-age=31536000, immutable"


def audio_files(database: Database) -> Blueprint:
    """The blueprint of `/audio/CHECKSUM.wav`."""
    pages = Blueprint("audio", __name__)

    @lru_cache(maxsize=MOST_FILES)
    def content(digest: str) -> bytes:
        return database.transact(lambda session: audio_content(session, digest))

    @pages.get("/audio/<digest>.wav")
    def audio(digest: str) -> Response:
        try:
            response = Response(content(digest), mimetype="audio/wav")
        except NotKnown as error:
            return Response(str(error), status=HTTPStatus.NOT_FOUND, mimetype="text/plain")
        response.headers["Cache-Control"] = _A_YEAR
        return response

    return pages
