"""What everybody can read of the evidence log: heads and tiles, and nothing about anybody."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from callrouter.database import Database
from callrouter.evidence.offline_verifier import leaf_hash
from callrouter.evidence.stored_tree import latest_head
from callrouter.evidence.witness import observe
from tests.databases import open_database
from tests.evidence.logs import LOG_KEY, head_of, logs
from tests.evidence.trees import hashes_of
from tests.owner import as_owner
from tests.server.running import free_port
from webhooks.evidence import evidence_pages

SEED = """
INSERT INTO disclosure (sequence, call, turn, at, what, wording, language, words)
SELECT n, 'CA1', n, now(), 'greeting', 'greeting@1', 'en', 'Thank you' FROM generate_series(1, 300) n
"""


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with open_database(database_url) as database:
        yield database


@pytest.fixture
def log(database: Database) -> Database:
    """300 entries."""
    with as_owner(database) as connection:
        connection.exec_driver_sql(SEED)
    assert logs(database) == 300
    return database


@pytest.fixture
def pages(database: Database) -> FlaskClient:
    app = Flask("test")
    app.register_blueprint(evidence_pages(database))
    return app.test_client()


def test_the_checkpoint_is_the_latest_signed_head(log: Database, pages: FlaskClient) -> None:
    answer = pages.get("/evidence/checkpoint")
    assert (answer.status_code, answer.text) == (200, head_of(log).note)
    assert answer.content_type == "text/plain; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert pages.get("/evidence/key").text == f"{LOG_KEY}\n"


@pytest.mark.parametrize(
    ("path", "hashes"),
    [("0/000", 256), ("0/001.p/44", 44), ("1/000.p/1", 1), ("0/000.p/7", 7), ("0/001.p/1", 1)],
)
def test_tiles_are_served_for_ever(log: Database, pages: FlaskClient, path: str, hashes: int) -> None:
    answer = pages.get(f"/evidence/tile/{path}")
    assert (answer.status_code, len(answer.data)) == (200, hashes * 32)
    assert answer.content_type == "application/octet-stream"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize(("number", "width"), [(0, 256), (1, 44)])
def test_entry_bundles_hash_to_their_tiles(
    log: Database, pages: FlaskClient, number: int, width: int
) -> None:
    suffix = f"{number:03}" + (f".p/{width}" if width < 256 else "")
    bundle = pages.get(f"/evidence/tile/entries/{suffix}").data
    entries = [bundle[at + 2 : at + 34] for at in range(0, len(bundle), 34)]
    assert {bundle[at : at + 2] for at in range(0, len(bundle), 34)} == {b"\x00\x20"}
    assert [leaf_hash(entry) for entry in entries] == hashes_of(pages.get(f"/evidence/tile/0/{suffix}").data)
    assert len(entries) == width


@pytest.mark.parametrize(
    "path",
    [
        "0/001",
        "0/002",
        "0/001.p/45",
        "1/000",
        "1/000.p/2",
        "2/000.p/1",
        "entries/001",
        "0/1",
        "x",
        "entries/002",
    ],
)
def test_what_the_log_has_not_is_not_found(log: Database, pages: FlaskClient, path: str) -> None:
    assert pages.get(f"/evidence/tile/{path}").status_code == 404


@pytest.mark.parametrize("path", ["checkpoint", "key", "tile/0/000"])
def test_a_log_that_has_not_begun_is_not_found(pages: FlaskClient, path: str) -> None:
    assert pages.get(f"/evidence/{path}").status_code == 404


def test_a_witness_follows_what_is_served(log: Database, pages: FlaskClient) -> None:
    first = observe(lambda path: pages.get(f"/evidence/{path}").data, LOG_KEY, None)
    with as_owner(log) as connection:
        connection.exec_driver_sql(SEED.replace("SELECT n", "SELECT 1000 + n").replace("'CA1'", "'CA2'"))
    logs(log)
    observed = observe(lambda path: pages.get(f"/evidence/{path}").data, LOG_KEY, first.note)
    assert (observed.head.size, observed.is_newer) == (600, True)


def test_the_offline_verifier_is_given_to_everybody(pages: FlaskClient) -> None:
    assert "def verify_lines(" in pages.get("/evidence/offline_verifier.py").text


def test_nothing_is_written(log: Database, pages: FlaskClient) -> None:
    before = log.transact(latest_head)
    assert pages.post("/evidence/checkpoint").status_code == 405
    assert log.transact(latest_head) == before


def test_a_database_that_is_down_is_told() -> None:
    app = Flask("test")
    app.register_blueprint(evidence_pages(Database(f"postgresql+psycopg://x@127.0.0.1:{free_port()}/x")))
    assert app.test_client().get("/evidence/checkpoint").status_code == 503
