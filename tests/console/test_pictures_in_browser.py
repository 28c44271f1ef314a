"""The page Pictures in a real browser: no violation with its tables open, in both schemes, and it fits a telephone."""

import pytest
from playwright.sync_api import Browser

from callrouter.staff.roles import Role
from tests.browser import fits_the_window, has_no_violation, served, window
from tests.console.pages import KnownPerson, console
from tests.scenarios.places import NATIONAL
from tests.scenarios.world import World
from tests.server.running import free_port


@pytest.mark.parametrize("width", [1400, 390])
def test_pictures_and_their_tables_have_no_violation(chromium: Browser, world: World, width: int) -> None:
    world.caller().dials(NATIONAL)
    world.center("sunrise-la").accepts()
    world.settles()
    port = free_port()
    app = console(world.database, world.vault, world.clock.now, KnownPerson(Role.ADMIN))
    size = {"width": width, "height": 900}
    with served(app, port), window(chromium, f"http://127.0.0.1:{port}", viewport=size) as page:
        page.goto("/console/pictures")
        assert page.get_by_role("img").count() > 5
        fits_the_window(page)
        page.locator("#by-time summary").click()
        page.locator("#wait summary").click()
        fits_the_window(page)
        has_no_violation(page)
        page.locator("#by-time tfoot a").first.click()
        assert page.locator("#list-caption").inner_text().startswith("1 call,")
