"""The list of calls in a real browser: columns, a view, an export with its manifest, and any id from anywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from zipfile import ZipFile

import pytest
from playwright.sync_api import Browser, Page, expect

from callrouter.privacy.audit import Access, AuditedChange, record_access
from callrouter.staff.accounts import StaffAct, add_account
from callrouter.staff.roles import Role
from tests.browser import fits_the_window, has_no_violation, served, window
from tests.console.pages import KnownPerson, console
from tests.scenarios.three_calls import place_three_calls
from tests.scenarios.world import World
from tests.server.running import free_port

LIST = "/console/calls"
PARTS = (
    "",
    "/views",
    "/views/new?outcome=answered",
    "/export?outcome=answered",
    "?columns=call,partner,simulated",
)


@pytest.fixture
def page(chromium: Browser, world: World) -> Iterator[Page]:
    """Ada, after three calls."""
    place_three_calls(world)
    act = StaffAct("root", world.clock.now())
    world.database.transact(lambda session: add_account(session, "ada", Role.ADMIN, act))
    app = console(world.database, world.vault, world.clock.now, KnownPerson(Role.ADMIN, name="ada"))
    app.config.update(TESTING=False, WTF_CSRF_ENABLED=True)
    port = free_port()
    with served(app, port), window(chromium, f"http://127.0.0.1:{port}") as page:
        yield page


def test_chosen_columns_become_a_view_for_all(page: Page) -> None:
    page.goto(f"{LIST}?outcome=answered")
    page.get_by_text("Columns: 11 of 15").click()
    page.get_by_label("talk").uncheck()
    page.get_by_label("partner").last.check()
    has_no_violation(page)
    page.get_by_role("button", name="Show these").click()
    expect(page.get_by_role("columnheader", name="partner")).to_be_visible()
    expect(page.get_by_role("columnheader", name="talk")).to_have_count(0)
    page.get_by_role("link", name="Save this list as a view").click()
    page.get_by_role("button", name="Save the view").click()
    expect(page.get_by_role("alert")).to_be_focused()
    has_no_violation(page)
    page.get_by_label("Name").fill("answered")
    page.get_by_label("for all").check()
    page.get_by_role("button", name="Save the view").click()
    views = page.get_by_role("navigation", name="Saved views")
    expect(views.get_by_role("link", name="answered")).to_have_attribute("aria-current", "page")
    page.goto(LIST)
    views.get_by_role("link", name="answered").click()
    expect(page.get_by_text("2 calls, the newest first")).to_be_visible()
    expect(page.get_by_role("columnheader", name="partner")).to_be_visible()
    has_no_violation(page)
    views.get_by_role("link", name="change…").click()
    has_no_violation(page)
    page.get_by_label("Name of answered").fill("taken")
    page.get_by_role("button", name="Rename").click()
    expect(page.get_by_role("link", name="taken", exact=True)).to_be_visible()


def test_an_export_comes_with_its_manifest_and_the_page_says_that_it_is_whole(page: Page) -> None:
    page.goto(f"{LIST}?outcome=answered")
    page.get_by_role("link", name="Export all 2").click()
    has_no_violation(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV and manifest").click()
    with ZipFile(download.value.path()) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        assert len(archive.read("calls.csv").splitlines()) == manifest["rows"] + 1 == 3
    expect(page.get_by_text("All 2 calls were sent")).to_be_visible()
    has_no_violation(page)


def test_an_id_is_found_from_anywhere_with_the_keyboard(page: Page, world: World) -> None:
    leg = next(row for row in world.rows("leg") if row["sid"])
    page.goto("/console/audit")
    page.keyboard.press("/")
    page.keyboard.insert_text(f"  {leg['sid']}. ")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=leg["call"])).to_be_visible()
    page.goto("/console/find?q=1")
    expect(page.get_by_role("link", name="version 1 of the directory")).to_be_visible()
    has_no_violation(page)


@pytest.mark.parametrize("width", [390, 1400])
def test_every_page_has_no_violation_and_fits(page: Page, world: World, width: int) -> None:
    change = AuditedChange("open from Monday to Friday, from 9 to 17 o'clock", "closed")
    access = Access(
        "Ada Okafor", "a long reason that says all that there is to say about it", world.clock.now()
    )
    world.database.transact(
        lambda session: record_access(session, access, "center paused", "harbor-sd", change)
    )
    page.set_viewport_size({"width": width, "height": 900})
    for address in (*(f"{LIST}{part}" for part in PARTS), "/console/find?q=1", "/console/audit"):
        page.goto(address)
        has_no_violation(page)
        fits_the_window(page)
