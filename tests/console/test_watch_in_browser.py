"""Promises, rotation and pauses in a real browser: no page has a violation, and a pause needs no mouse."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from callrouter.staff.roles import Role
from tests.browser import fits_the_window, has_no_violation, served, window
from tests.console.pages import KnownPerson, console
from tests.console.test_now import still_rings
from tests.console.test_promises import promised_by_helpline
from tests.scenarios.places import NATIONAL
from tests.scenarios.world import World
from tests.server.running import free_port

HELPLINE = "/console/rotation/helplines/national"
CENTER = "/console/rotation/centers/sunrise-la"


@pytest.fixture
def origin(world: World) -> Iterator[str]:
    app = console(world.database, world.vault, world.clock.now, KnownPerson(Role.OPERATIONS))
    port = free_port()
    with served(app, port):
        yield f"http://127.0.0.1:{port}"


@pytest.mark.parametrize("width", [1400, 390])
def test_no_page_has_a_violation(world: World, chromium: Browser, origin: str, width: int) -> None:
    call = promised_by_helpline(world, "+13105550188")
    paths = (
        "/console/promises",
        f"/console/promises/{call.sid}",
        "/console/rotation",
        HELPLINE,
        f"{HELPLINE}/picks",
        f"{HELPLINE}/picks/1",
        CENTER,
    )
    with window(chromium, origin, viewport={"width": width, "height": 900}) as page:
        for path in paths:
            page.goto(path)
            has_no_violation(page)
            fits_the_window(page)


def test_a_center_is_paused_by_keyboard_alone_while_a_call_rings_it(
    world: World, chromium: Browser, origin: str
) -> None:
    call = still_rings(world, world.caller().dials(NATIONAL))
    with window(chromium, origin) as page:
        page.goto("/console/promises")
        page.keyboard.press("g")
        page.keyboard.press("n")
        expect(page.locator(f"#row-{call.sid}")).to_contain_text("sunrise-la is rung")
        page.goto(CENTER)
        page.get_by_label("1 hour").focus()
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        summary = page.locator(".errors")
        expect(summary).to_be_focused()
        expect(summary).to_contain_text("Say why")
        expect(page).to_have_title("Error: Pause of sunrise-la – callrouter")
        expect(page.get_by_label("1 hour")).to_be_checked()
        page.get_by_label("Reason").focus()
        page.keyboard.type("power failure")
        page.keyboard.press("Enter")
        expect(page.get_by_text("sunrise-la pauses until")).to_be_visible()
        world.passes(seconds=3)
        page.goto("/console/now")
        expect(page.locator("#center-sunrise-la")).to_contain_text("paused by staff")
        expect(page.locator(f"#row-{call.sid}")).to_contain_text("sunrise-la is rung")


def test_a_pick_is_recomputed_with_a_button(world: World, chromium: Browser, origin: str) -> None:
    promised_by_helpline(world, "+13105550188")
    with window(chromium, origin) as page:
        page.goto(f"{HELPLINE}/picks")
        page.get_by_role("link", name="1", exact=True).click()
        page.get_by_role("button", name="Recompute this pick").click()
        expect(page.get_by_role("status").filter(has_text="it is the same")).to_be_visible()
        expect(page.get_by_text("owed most")).to_be_visible()
