"""First steps: an empty installation leads through what is to be set up, and ticks it off from the database."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect

from callrouter.database import Database
from callrouter.directory.sample import sample_directory
from callrouter.privacy.vault import Vault
from callrouter.reports.first_use import SetupStep, first_use
from callrouter.reports.reading import reading
from callrouter.staff.roles import Role
from tests.browser import fits_the_window, has_no_violation, served, window
from tests.console.pages import NO_CARRIER, KnownPerson, console
from tests.directories import put_in_force
from tests.scenarios.places import NATIONAL
from tests.scenarios.world import World
from tests.server.running import free_port

NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
EMPTY_PAGES = (
    "now",
    "now/centers",
    "calls",
    "rotation",
    "promises",
    "messages",
    "billing",
    "billing/accounts",
    "billing/invoices",
    "billing/disputes",
    "billing/differences",
    "billing/rates",
    "billing/close",
    "directory",
    "directory/versions",
    "directory/partners",
    "directory/centers",
    "directory/listings",
    "directory/helplines",
    "directory/numbers",
    "audit",
    "pictures",
    "calls/views",
    "start",
    "try-a-call",
)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Nothing is in it."""
    with closing(Database(database_url, connections=4)) as database:
        yield database


def opens(database: Database, role: Role, *, real: bool = False) -> FlaskClient:
    carrier = None if real else NO_CARRIER
    vault = Vault({"k1": b"1" * 32})
    return console(database, vault, lambda: NOW, KnownPerson(role), carrier).test_client()


def test_an_empty_installation_names_every_step_on_the_page_that_opens_first(database: Database) -> None:
    page = opens(database, Role.ADMIN, real=True)
    text = page.get("/console/", follow_redirects=True).text
    assert "First steps: 0 of 6 are done" in text
    for step in ("Add a partner", "Add a center", "Add a listing", "Add a helpline", "Add a number"):
        assert step in text
    assert "callrouter numbers sync" in text
    assert "Try a call" not in text
    assert "do not point real numbers at this server" in text
    assert "Try a call" in opens(database, Role.ADMIN).get("/console/now").text


def test_steps_are_for_those_who_can_take_them(database: Database) -> None:
    viewer = opens(database, Role.VIEWER)
    assert "First steps" not in viewer.get("/console/now").text
    assert "first steps" not in viewer.get("/console/promises").text
    assert "see the first steps" in opens(database, Role.ADMIN).get("/console/promises").text


def test_the_sample_is_loaded_by_one_click_and_only_into_nothing(database: Database) -> None:
    page = opens(database, Role.ADMIN)
    assert page.get("/console/start/sample").text.startswith("# A sample directory")
    text = page.post("/console/start/sample", follow_redirects=True).text
    assert "The sample is in force" in text
    assert "Load the sample directory" not in text
    assert "First steps: 5 of 6 are done" in page.get("/console/now").text
    again = page.post("/console/start/sample")
    assert again.status_code == 400
    assert "not empty any more" in again.text


def test_each_step_is_ticked_off_by_what_is_in_the_directory(database: Database) -> None:
    whole = sample_directory().directory
    partners_only = replace(whole, centers={}, listings={}, helplines={})
    without_lines = replace(whole, listings={}, helplines={})
    for directory, done in (
        (partners_only, {SetupStep.PARTNER}),
        (without_lines, {SetupStep.PARTNER, SetupStep.CENTER}),
        (whole, set(SetupStep) - {SetupStep.CALL}),
    ):
        put_in_force(database, directory, NOW)
        with reading(database.engine) as connection:
            found = first_use(connection, directory)
        assert found.done == done
        assert not found.is_over


def test_after_the_first_call_the_steps_are_gone(world: World) -> None:
    person = KnownPerson(Role.ADMIN)
    page = console(world.database, world.vault, world.clock.now, person).test_client()
    assert "First steps: 5 of 6" in page.get("/console/now").text
    assert world.caller().presses("9").dials(NATIONAL).outcome == "crisis"
    assert "First steps" not in page.get("/console/now").text
    assert "All is set up" in page.get("/console/start").text


def test_every_empty_page_says_what_would_be_here(database: Database) -> None:
    page = opens(database, Role.ADMIN)
    for path in EMPTY_PAGES:
        answer = page.get(f"/console/{path}", follow_redirects=True)
        assert answer.status_code == 200, path
        assert 'class="blank"' in answer.text or "First steps" in answer.text, path


@pytest.mark.parametrize("width", [1400, 390])
def test_an_empty_installation_has_no_violation(database: Database, chromium: Browser, width: int) -> None:
    app = console(database, Vault({"k1": b"1" * 32}), lambda: NOW, KnownPerson(Role.ADMIN))
    port = free_port()
    origin = f"http://127.0.0.1:{port}"
    with served(app, port), window(chromium, origin, viewport={"width": width, "height": 900}) as page:
        page.goto("/console/start")
        has_no_violation(page)
        fits_the_window(page)
        page.get_by_role("button", name="Load the sample directory").click()
        page.get_by_role("link", name="Try a call").last.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Try a call")
