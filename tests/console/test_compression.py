"""What is read often travels compressed and is small; downloads stream as they are."""

import gzip

import pytest
from flask.testing import FlaskClient

from callrouter.staff.roles import Role
from tests.console.conftest import OpenConsole
from tests.scenarios.three_calls import place_three_calls
from tests.scenarios.world import World

FIRST_PAGE, LATER_PAGE = 60_000, 20_000
PAGES = ("now", "calls", "rotation", "promises", "billing", "pictures", "directory", "audit")
FILES = ("static/console.css", "static/console.js", "static/htmx-4.0.1.min.js", "static/calm.svg")
BROWSER = {"Accept-Encoding": "gzip, deflate, br, zstd"}


@pytest.fixture
def page(world: World, as_role: OpenConsole) -> FlaskClient:
    place_three_calls(world)
    return as_role(Role.ADMIN)


def wire(page: FlaskClient, path: str) -> int:
    """Bytes of an answer."""
    answer = page.get(f"/console/{path}", headers=BROWSER)
    assert answer.status_code == 200
    return len(answer.data)


def test_pages_are_small_over_the_wire(page: FlaskClient) -> None:
    files = sum(wire(page, name) for name in FILES)
    sizes = {path: wire(page, path) for path in PAGES}
    assert all(size <= LATER_PAGE for size in sizes.values()), sizes
    assert files + max(sizes.values()) <= FIRST_PAGE


@pytest.mark.parametrize("path", ["calls", "static/console.css"])
def test_what_is_decompressed_is_the_page(page: FlaskClient, path: str) -> None:
    plain = page.get(f"/console/{path}")
    packed = page.get(f"/console/{path}", headers={"Accept-Encoding": "gzip"})
    assert (plain.headers.get("Content-Encoding"), packed.headers["Content-Encoding"]) == (None, "gzip")
    assert "Accept-Encoding" in plain.headers["Vary"]
    # Only the tokens in forms differ.
    assert gzip.decompress(packed.data)[:500] == plain.data[:500]
    assert abs(len(gzip.decompress(packed.data)) - len(plain.data)) < 100


def test_the_smallest_encoding_is_chosen(page: FlaskClient) -> None:
    assert page.get("/console/calls", headers=BROWSER).headers["Content-Encoding"] == "br"


def test_a_file_that_did_not_change_is_not_sent_again(page: FlaskClient) -> None:
    first = page.get("/console/static/console.css", headers=BROWSER)
    again = page.get(
        "/console/static/console.css", headers=BROWSER | {"If-None-Match": first.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")


def test_a_download_streams_as_it_is(page: FlaskClient) -> None:
    answer = page.get("/console/calls/export.csv", headers=BROWSER)
    assert "Content-Encoding" not in answer.headers
    assert "sid" in answer.text.splitlines()[0].split(",")
