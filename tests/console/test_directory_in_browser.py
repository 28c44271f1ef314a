"""The forms of the directory in a real browser: two people edit one center, by keyboard alone, on any screen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from callrouter.staff.roles import Role
from tests.browser import fits_the_window, has_no_violation, served, window
from tests.console.pages import KnownPerson, console
from tests.scenarios.places import NATIONAL
from tests.scenarios.world import World
from tests.server.running import free_port

DIRECTORY = "/console/directory"
CENTER = f"{DIRECTORY}/centers/harbor-sd"
PAGES = (
    "centers",
    "centers/new",
    "centers/harbor-sd",
    "centers/harbor-sd/history",
    "centers/harbor-sd/retire",
    "listings/harbor-sd-page",
    "listings/harbor-sd-page/retire",
    "partners/harbor",
    "partners/harbor/rates/helpline:2026-01-01",
    "partners/new",
    "helplines/national",
    "helplines/national/seats",
    "helplines/national/seats/harbor-sd",
    "helplines/new",
    f"numbers/{NATIONAL}",
    "import",
    "",
)


@pytest.fixture
def people(chromium: Browser, world: World) -> Iterator[tuple[Page, Page]]:
    """Ann and Bob, each at a browser of their own."""
    with ExitStack() as open_windows:
        pages = []
        for name in ("Ann Example", "Bob Example"):
            person = KnownPerson(Role.OPERATIONS, name=name)
            app = console(world.database, world.vault, world.clock.now, person)
            app.config.update(TESTING=False, WTF_CSRF_ENABLED=True)
            port = free_port()
            open_windows.enter_context(served(app, port))
            pages.append(open_windows.enter_context(window(chromium, f"http://127.0.0.1:{port}")))
        yield pages[0], pages[1]


def test_two_people_edit_one_center_and_both_changes_survive(people: tuple[Page, Page]) -> None:
    ann, bob = people
    for page in people:
        page.goto(CENTER)
    bob.get_by_label("Telephone", exact=True).fill("(619) 555-0123")
    bob.get_by_label("Saturday").fill("")
    bob.get_by_role("button", name="Show what saving does").click()
    expect(bob.get_by_role("heading", name="What saving does")).to_be_focused()
    has_no_violation(bob)
    bob.get_by_label("Reason").fill("they moved")
    bob.get_by_role("button", name="Save it").click()
    expect(bob.get_by_role("status")).to_contain_text("Version 2 of the directory is in force")

    ann.get_by_label("Name", exact=True).fill("Harbor Downtown")
    ann.get_by_role("button", name="Show what saving does").click()
    told = ann.get_by_role("region", name="Your changes and theirs")
    expect(told.get_by_role("row", name="Telephone")).to_contain_text("+16195550123")
    expect(told.get_by_role("row", name="Name")).to_contain_text("Harbor Downtown")
    expect(ann.get_by_label("Telephone", exact=True)).to_have_value("+16195550123")
    has_no_violation(ann)
    fits_the_window(ann)
    ann.get_by_label("Reason").fill("a better name")
    ann.get_by_role("button", name="Save it").click()
    expect(ann.get_by_role("status")).to_contain_text("Version 3 of the directory is in force")

    bob.goto(CENTER)
    expect(bob.get_by_label("Name", exact=True)).to_have_value("Harbor Downtown")
    expect(bob.get_by_label("Telephone", exact=True)).to_have_value("+16195550123")
    expect(bob.get_by_label("Saturday")).to_have_value("")
    bob.get_by_role("link", name="history").click()
    for text in ("Ann Example", "Bob Example", "they moved", "a better name"):
        expect(bob.get_by_text(text, exact=True)).to_be_visible()


def test_the_same_field_is_shown_three_times_and_nothing_typed_is_lost(people: tuple[Page, Page]) -> None:
    ann, bob = people
    for page in people:
        page.goto(CENTER)
        page.get_by_label("Name", exact=True).fill(f"Harbor of {'Ann' if page is ann else 'Bob'}")
        page.get_by_role("button", name="Show what saving does").click()
        page.get_by_label("Reason").fill("the name is wrong")
    for page in (bob, ann):
        page.get_by_role("button", name="Save it").click()
    row = ann.get_by_role("region", name="Your changes and theirs").get_by_role("row", name="Name")
    for text in ("Harbor Sd", "Harbor of Ann", "Harbor of Bob", "yours, in place of theirs"):
        expect(row).to_contain_text(text)
    expect(ann.get_by_label("Name", exact=True)).to_have_value("Harbor of Ann")
    expect(ann.get_by_label("Reason")).to_have_value("the name is wrong")


def test_a_center_is_changed_by_keyboard_alone(people: tuple[Page, Page]) -> None:
    page, _ = people
    page.goto(CENTER)
    name = page.get_by_label("Name", exact=True)
    for _ in range(60):
        page.keyboard.press("Tab")
        if name.evaluate("each => each === document.activeElement"):
            break
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("Harbor Downtown")
    page.keyboard.press("Tab")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("no telephone")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Telephone", exact=True)).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("(619) 555-0123")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="What saving does")).to_be_focused()
    for _ in range(4):
        page.keyboard.press("Tab")
        if page.get_by_label("Reason").evaluate("each => each === document.activeElement"):
            break
    page.keyboard.type("they moved")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Version 2 of the directory is in force")


def test_a_file_is_imported_after_its_effect_was_seen(people: tuple[Page, Page], tmp_path: Path) -> None:
    page, _ = people
    page.goto(DIRECTORY)
    with page.expect_download() as downloaded:
        page.get_by_role("link", name="Download the file").click()
    file = tmp_path / "directory.yaml"
    text = Path(downloaded.value.path()).read_text()
    file.write_text(text.replace("weight: 1", "weight: two", 1))
    page.get_by_role("link", name="Import a file").click()
    page.get_by_label("Directory file").set_input_files(file)
    page.get_by_role("button", name="Show what it does").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("cell", name="is not a whole number of shares")).to_be_visible()
    has_no_violation(page)
    file.write_text(text.replace("max_wait_seconds: 300", "max_wait_seconds: 320"))
    page.get_by_label("Directory file").set_input_files(file)
    page.get_by_role("button", name="Show what it does").click()
    expect(page.get_by_role("region", name="Effect on callers")).to_contain_text("320 s")
    has_no_violation(page)
    fits_the_window(page)
    page.get_by_label("Reason").fill("callers wait longer")
    page.get_by_role("button", name="Put it in force").click()
    expect(page.get_by_role("status")).to_contain_text("Version 2 of the directory is in force")


def test_the_whole_file_is_saved_after_its_effect_was_seen(people: tuple[Page, Page]) -> None:
    page, _ = people
    page.goto(f"{DIRECTORY}/edit")
    file = page.get_by_label("The directory file")
    file.fill(file.input_value().replace("max_wait_seconds: 300", "max_wait_seconds: 320"))
    page.get_by_role("button", name="Show what it does").click()
    page.get_by_role("button", name="Save it").click()
    expect(page.get_by_role("alert")).to_be_focused()
    has_no_violation(page)
    fits_the_window(page)
    page.get_by_label("Reason").fill("callers wait longer")
    page.get_by_role("button", name="Save it").click()
    expect(page.get_by_role("status")).to_contain_text("Version 2 is in force")


@pytest.mark.parametrize("width", [390, 1400])
def test_every_page_has_no_violation_and_fits(people: tuple[Page, Page], width: int) -> None:
    page, _ = people
    page.set_viewport_size({"width": width, "height": 900})
    for address in PAGES:
        page.goto(f"{DIRECTORY}/{address}".rstrip("/"))
        has_no_violation(page)
        fits_the_window(page)
    page.goto(f"{DIRECTORY}/centers/new")
    page.get_by_role("button", name="Show what saving does").click()
    expect(page.get_by_role("alert")).to_be_focused()
    has_no_violation(page)
    fits_the_window(page)
