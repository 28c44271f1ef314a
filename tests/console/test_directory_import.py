"""A directory file is imported: its faults and its effect are shown first, and a large one works too."""

from __future__ import annotations

import io
import re
from functools import partial
from typing import Any

import pytest
from flask.testing import FlaskClient

from callrouter.directory.directory_file.dump import dump_directory
from callrouter.staff.roles import Role
from console.directory.file_import import LARGEST_FILE
from tests.at_once import at_once
from tests.console.conftest import OpenConsole
from tests.console.test_directory import LOCK_HEAD
from tests.console.test_directory_entries import opened, saves, version
from tests.directories import a_directory, center, helpline, listing
from tests.directories import put_in_force as load_at_once
from tests.scenarios.world import World

IMPORT = "/console/directory/import"


@pytest.fixture
def page(as_role: OpenConsole) -> FlaskClient:
    return as_role(Role.OPERATIONS)


@pytest.fixture
def text(page: FlaskClient) -> str:
    """The file of the directory in force."""
    return page.get("/console/directory/file").text


def upload(page: FlaskClient, content: str | bytes, name: str = "new.yaml") -> Any:
    data = content.encode() if isinstance(content, str) else content
    return page.post(IMPORT, data={"file": (io.BytesIO(data), name)}, content_type="multipart/form-data")


def put_in_force(page: FlaskClient, address: str, reason: str = "a new season") -> Any:
    seen = re.search(r'name="version" value="(\d+)"', page.get(address).text)
    assert seen
    return page.post(address, data={"version": seen[1], "reason": reason})


def test_what_a_file_does_is_shown_before_it_is_in_force(page: FlaskClient, text: str) -> None:
    uploaded = upload(page, text.replace("max_wait_seconds: 300", "max_wait_seconds: 320"))
    shown = page.get(uploaded.location).text
    for part in ("max_wait_seconds", "320", "320 s"):
        assert part in shown
    assert version(page) == 1
    assert "Say why" in put_in_force(page, uploaded.location, reason="").text
    assert put_in_force(page, uploaded.location).status_code == 302
    assert version(page) == 2
    assert "a new season" in page.get("/console/directory/versions").text
    assert page.get(uploaded.location).status_code == 404


def test_an_export_and_its_import_change_nothing(page: FlaskClient, text: str) -> None:
    assert "There is nothing to import" in page.get(upload(page, text).location).text


def test_every_fault_is_told_with_its_line(page: FlaskClient, text: str) -> None:
    answer = upload(page, text.replace("weight: 1", "weight: two", 1))
    assert answer.status_code == 400
    assert "1 fault" in answer.text
    assert "not a whole number of shares" in answer.text
    assert version(page) == 1


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"x" * (LARGEST_FILE + 1), b"\0", b"[[[["])
def test_what_is_no_directory_file_is_refused(page: FlaskClient, content: bytes) -> None:
    assert upload(page, content).status_code == 400
    assert version(page) == 1


def test_what_others_changed_since_is_shown_and_the_file_is_looked_at_again(
    page: FlaskClient, text: str
) -> None:
    uploaded = upload(page, text.replace("max_wait_seconds: 300", "max_wait_seconds: 320"))
    address = "/console/directory/centers/harbor-sd"
    saves(page, address, opened(page, address), ring_seconds="30")
    answer = page.post(uploaded.location, data={"version": "1", "reason": "a new season"})
    assert "Somebody changed the directory since you uploaded it" in answer.text
    assert "ring_seconds" in answer.text
    assert version(page) == 2


def test_of_two_imports_at_the_same_moment_one_is_shown_what_the_other_changed(
    as_role: OpenConsole, text: str, world: World
) -> None:
    changes = (
        text.replace("max_wait_seconds: 300", "max_wait_seconds: 320", 1),
        text.replace("pause_after_missed: 0", "pause_after_missed: 4", 1),
    )
    pages = [as_role(Role.OPERATIONS) for _ in changes]
    files = [upload(page, changed).location for page, changed in zip(pages, changes, strict=True)]
    sent = {"version": "1", "reason": "a new season"}
    answers = at_once(
        world.database,
        LOCK_HEAD,
        *(partial(page.post, file, data=sent) for page, file in zip(pages, files, strict=True)),
    )
    assert sorted(answer.status_code for answer in answers) == [302, 409]
    assert version(pages[0]) == 2
    [refused] = [answer.text for answer in answers if answer.status_code == 409]
    assert "Somebody changed the directory since you uploaded it" in refused
    assert 'value="a new season"' in refused


def test_a_file_that_takes_two_waits_as_a_proposal(page: FlaskClient, text: str) -> None:
    uploaded = upload(page, text.replace('"35.00"', '"36.00"', 1))
    assert "takes a second person" in page.get(uploaded.location).text
    assert "/proposals/" in put_in_force(page, uploaded.location).location
    assert version(page) == 1


def test_forgotten_files_are_deleted_after_a_day(page: FlaskClient, text: str, world: World) -> None:
    first = upload(page, text).location
    world.passes(hours=25)
    upload(page, text)
    assert page.get(first).status_code == 404


def test_a_directory_of_thousands_is_edited_without_its_file(page: FlaskClient, world: World) -> None:
    keys = [f"center-{number:04}" for number in range(2_000)]
    many = a_directory(
        *(center(key, partner="sunrise", phone=f"+1310{5550000 + number}") for number, key in enumerate(keys))
    )
    large = a_directory(
        *many.centers.values(), *(listing(f"{key}-page", key) for key in keys[:100]), helpline(*keys[:50])
    )
    load_at_once(world.database, large)
    renamed = dump_directory(large).replace("Center 1", "House 1")
    uploaded = upload(page, renamed, "large.yaml")
    shown = page.get(uploaded.location)
    assert "1,000 values change" in shown.text
    assert "The first 200 of 1,000 are shown" in shown.text
    put_in_force(page, uploaded.location)
    found = page.get("/console/directory/centers?search=center-1999").text
    assert "1 of 2,000 center" in found
    assert len(page.get("/console/directory").data) < 60_000
    address = "/console/directory/centers/center-1999"
    assert saves(page, address, opened(page, address), name="The last one").status_code == 302
    assert "The last one" in page.get(address).text
    listed = page.get("/console/directory/centers").text
    later = re.search(r'rel="next" href="([^"]+)"', listed)
    assert later
    assert "center-0050" in page.get(later[1].replace("&amp;", "&")).text
