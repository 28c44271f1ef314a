"""The evidence log for everybody: its signed head and its tiles, which tell nothing about anybody.

Monitors and witnesses read it as https://c2sp.org/tlog-tiles has it.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

import psycopg
import sqlalchemy as sa
from flask import Blueprint, Response
from sqlalchemy.exc import SQLAlchemyError

from callrouter.database import Database
from callrouter.errors import NotKnown
from callrouter.evidence import offline_verifier
from callrouter.evidence.stored_tree import StoredTiles, latest_head, log_identity
from callrouter.evidence.tile_paths import tile_path
from callrouter.reports.reading import reading

TEXT = "text/plain; charset=utf-8"
BYTES = "application/octet-stream"
FOR_EVER = "public, max-age=31536000, immutable"


def evidence_pages(database: Database) -> Blueprint:
    """The blueprint of everything under `/evidence`."""
    pages = Blueprint("evidence", __name__, url_prefix="/evidence")

    @pages.get("/checkpoint")
    def checkpoint() -> Response:
        return _answer(database, _checkpoint, TEXT, "no-cache")

    @pages.get("/tile/<path:path>")
    def tile(path: str) -> Response:
        return _answer(database, lambda connection: _tile(connection, path), BYTES, FOR_EVER)

    @pages.get("/key")
    def key() -> Response:
        return _answer(database, _key, TEXT, "no-cache")

    @pages.get("/offline_verifier.py")
    def verifier() -> Response:
        return Response(Path(offline_verifier.__file__).read_text(encoding="utf-8"), content_type=TEXT)

    return pages


def _checkpoint(connection: sa.Connection) -> str:
    if head := latest_head(connection):
        return head.note
    raise NotKnown("nothing was logged yet")


def _key(connection: sa.Connection) -> str:
    if identity := log_identity(connection):
        return f"{identity.public_key}\n"
    raise NotKnown("nothing was logged yet")


def _tile(connection: sa.Connection, path: str) -> bytes:
    tile, head = tile_path(path), latest_head(connection)
    if tile is None or head is None:
        raise NotKnown("the log has no such tile yet")
    return StoredTiles(connection, head.size).content(tile)


def _answer(
    database: Database, read: Callable[[sa.Connection], str | bytes], content_type: str, caching: str
) -> Response:
    try:
        with reading(database.engine) as connection:
            content = read(connection)
    except NotKnown as error:
        return Response(f"{error}\n", HTTPStatus.NOT_FOUND, content_type=TEXT)
    except (SQLAlchemyError, psycopg.Error):
        return Response("the database does not answer\n", HTTPStatus.SERVICE_UNAVAILABLE, content_type=TEXT)
    return Response(content, content_type=content_type, headers={"Cache-Control": caching})
