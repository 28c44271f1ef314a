"""The page of a message in a real browser: its player loads the sound, and it is hidden again when one leaves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from callrouter.staff.roles import Role
from simulator.rest.wav import wav
from tests.browser import fits_the_window, has_no_violation, served, window
from tests.console.pages import KnownPerson, console
from tests.messages.voicemail import Voicemail
from tests.scenarios.call import PlacedCall
from tests.scenarios.world import World
from tests.server.running import free_port

LIST = "/console/messages"
PLAYED = "() => document.querySelector('audio').ended"
HEARS_IT = """() => {
    const audio = document.querySelector("audio");
    audio.muted = true;
    return audio.play();
}"""


@pytest.fixture
def kept(world: World) -> PlacedCall:
    voicemail = Voicemail(world)
    call = voicemail.leaves(wav(2, silent=False))
    voicemail.works()
    return call


@pytest.fixture
def origin(world: World) -> Iterator[str]:
    app = console(world.database, world.vault, world.clock.now, KnownPerson(Role.OPERATIONS))
    app.config.update(TESTING=False, WTF_CSRF_ENABLED=True)
    port = free_port()
    with served(app, port):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def page(chromium: Browser, origin: str) -> Iterator[Page]:
    with window(chromium, origin) as page:
        yield page


def opens(page: Page, call: PlacedCall) -> None:
    page.goto(LIST)
    page.get_by_role("link", name=call.sid[:10]).click()
    page.get_by_label("Why do you hear it?").fill("the center asked what was said")
    page.get_by_role("button", name="Hear the message").click()
    expect(page.locator("audio")).to_be_visible()


def test_the_player_plays_it_to_its_end(page: Page, kept: PlacedCall) -> None:
    opens(page, kept)
    page.wait_for_function("() => document.querySelector('audio').readyState >= 3")
    assert page.evaluate("document.querySelector('audio').duration") == pytest.approx(2, abs=0.01)
    page.evaluate(HEARS_IT)
    page.wait_for_function(PLAYED)
    page.evaluate(HEARS_IT)
    page.wait_for_function(PLAYED)


def test_it_is_hidden_when_one_leaves_and_when_one_comes_back(
    page: Page, kept: PlacedCall, world: World
) -> None:
    opens(page, kept)
    address = page.locator("audio").get_attribute("src")
    page.get_by_role("link", name="Promises").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Promises")
    page.wait_for_function("async (address) => (await fetch(address)).status === 404", arg=address)
    assert world.rows("message_playback")[0]["hidden_at"]
    page.go_back()
    expect(page.get_by_label("Why do you hear it?")).to_be_visible()
    expect(page.locator("audio")).to_have_count(0)


def test_it_is_hidden_by_a_click_and_after_its_minutes(page: Page, kept: PlacedCall) -> None:
    opens(page, kept)
    page.get_by_role("button", name="I have heard it").click()
    expect(page.locator("audio")).to_have_count(0)
    page.clock.install()
    opens(page, kept)
    page.clock.run_for(601_000)
    expect(page.locator("audio")).to_have_count(0)
    expect(page.get_by_text("2 times, last")).to_be_visible()


@pytest.mark.parametrize("width", [1400, 390])
def test_the_pages_have_no_violation(chromium: Browser, origin: str, kept: PlacedCall, width: int) -> None:
    with window(chromium, origin, viewport={"width": width, "height": 900}) as page:
        page.goto(LIST)
        has_no_violation(page)
        fits_the_window(page)
        page.goto(f"{LIST}/{kept.sid}")
        has_no_violation(page)
        opens(page, kept)
        has_no_violation(page)
        fits_the_window(page)
