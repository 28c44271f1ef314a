"""Who answers, in a real browser: alone, in a frame of another website, and on a telephone.

It stands here because all tests share one browser, which is the console's fixture.
"""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from tests.browser import fits_the_window, has_no_violation, served, window
from tests.directories import partner
from tests.scenarios.places import HARBOR, NATIONAL
from tests.scenarios.world import World
from tests.server.running import free_port
from webhooks.who_answers.pages import who_answers_pages


@pytest.fixture
def origin(world: World) -> Iterator[str]:
    """Twenty calls of the day before, a partner that was suspended, and a center that is closed."""
    for number in range(20):
        world.caller(f"+131055501{number:02}").dials(NATIONAL)
        world.center("sunrise-la").accepts()
    world.settles()
    world.edits(partner("meadow", status="suspended"), replace(HARBOR, hours="Mo-Fr 08:00-09:00; PH off"))
    world.passes(days=1)
    app = Flask("test")
    app.register_blueprint(who_answers_pages(world.database, world.clock.now, lambda: None, simulated=True))
    port = free_port()
    with served(app, port):
        yield f"http://127.0.0.1:{port}"


def website(address: str) -> Flask:
    """The website of a helpline, which has the page in a frame."""
    app = Flask("website")

    @app.get("/")
    def home() -> str:
        frame = f"<iframe title='Who answers' src='{address}' width='100%' height='900'></iframe>"
        return f"<!doctype html><html lang=en><title>Our helpline</title><main><h1>Help</h1>{frame}</main></html>"

    return app


@pytest.mark.parametrize("width", [1400, 390])
def test_everybody_can_read_it(chromium: Browser, origin: str, width: int) -> None:
    with window(chromium, origin, viewport={"width": width, "height": 900}) as page:
        for query in ("", "?helpline=national", "?at=2026-03-04T18:00:00Z"):
            page.goto(f"/who-answers{query}")
            has_no_violation(page)
            fits_the_window(page)


def test_it_is_shown_in_a_frame_of_another_website(chromium: Browser, origin: str) -> None:
    port = free_port()
    with (
        served(website(f"{origin}/who-answers?helpline=national"), port),
        window(chromium, f"http://127.0.0.1:{port}") as page,
    ):
        page.goto("/")
        frame = page.frame_locator("iframe")
        expect(frame.get_by_role("heading", name="Who answers")).to_be_visible()
        expect(frame.get_by_text("Sunrise Recovery pays for this place")).to_be_visible()
        assert is_styled(page)


def is_styled(page: Page) -> bool:
    """Whether the frame's own style sheet was allowed."""
    width = page.frames[1].evaluate("getComputedStyle(document.querySelector('main')).maxWidth")
    return bool(width == "1024px")
