"""The page Now in a real browser: it follows a call, a caller at risk cannot be missed, and it says when it is old."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from callrouter.staff.roles import Role
from tests.browser import fits_the_window, has_no_violation, served, window
from tests.console.pages import KnownPerson, console
from tests.console.test_now import still_rings
from tests.scenarios.places import NATIONAL
from tests.scenarios.world import World
from tests.server.running import free_port

COUNT_TONES = """() => {
    window.tones = 0;
    AudioContext.prototype.createOscillator = function () {
        window.tones += 1;
        return BaseAudioContext.prototype.createOscillator.call(this);
    };
}"""
SUSPENDED_UNTIL_RESUMED = """
    // As a browser does that lets no page make a sound before it is clicked.
    let allowed = false;
    Object.defineProperty(AudioContext.prototype, "state", { get: () => allowed ? "running" : "suspended" });
    AudioContext.prototype.resume = function () {
        allowed = true;
        this.dispatchEvent(new Event("statechange"));
        return Promise.resolve();
    };
"""
WITHIN_A_POLL = 5_000


@pytest.fixture
def origin(world: World) -> Iterator[str]:
    app = console(world.database, world.vault, world.clock.now, KnownPerson(Role.OPERATIONS))
    port = free_port()
    with served(app, port):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def page(chromium: Browser, origin: str) -> Iterator[Page]:
    with window(chromium, origin) as page:
        page.goto("/console/now")
        yield page


def test_a_call_appears_and_goes_without_a_click(world: World, page: Page) -> None:
    expect(page.get_by_text("No call is in progress.")).to_be_visible()
    call = still_rings(world, world.caller().dials(NATIONAL))
    row = page.locator(f"#row-{call.sid}")
    expect(row).to_contain_text("sunrise-la is rung", timeout=WITHIN_A_POLL)
    world.talks_end()
    world.passes(seconds=2)
    expect(row).to_have_count(0, timeout=WITHIN_A_POLL)


def test_a_caller_at_risk_is_in_the_title_the_icon_and_the_ear(world: World, page: Page) -> None:
    expect(page).to_have_title("Now – callrouter")
    page.evaluate(COUNT_TONES)
    page.get_by_role("button", name="Turn sound on").click()
    expect(page.get_by_role("button", name="Sound is on")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("tones") == 1, "it sounds once when it is armed"
    still_rings(world, world.caller().dials(NATIONAL))
    world.passes(seconds=400)
    expect(page).to_have_title("▲ 1 at risk – Now – callrouter", timeout=WITHIN_A_POLL)
    expect(page.locator("link[rel=icon]")).to_have_attribute("href", "/console/static/risk.svg")
    page.wait_for_function("tones > 1", timeout=WITHIN_A_POLL)
    expect(page.locator("#tile-risk")).to_contain_text("1 at risk")
    expect(page.get_by_role("button", name="Sound is on")).to_be_visible()


def test_sound_stays_on_from_page_to_page_and_alarms_there(world: World, page: Page) -> None:
    page.get_by_role("button", name="Turn sound on").click()
    page.add_init_script(f"({COUNT_TONES})()")
    page.get_by_role("link", name="Calls", exact=True).click()
    expect(page).to_have_title("Calls – callrouter")
    expect(page.locator(".silent")).to_be_hidden()
    still_rings(world, world.caller().dials(NATIONAL))
    world.passes(seconds=400)
    expect(page).to_have_title("▲ 1 at risk – Calls – callrouter", timeout=2 * WITHIN_A_POLL)
    page.wait_for_function("tones > 0")
    page.get_by_role("link", name="Now", exact=True).click()
    page.get_by_role("button", name="Sound is on").click()
    expect(page.get_by_role("button", name="Turn sound on")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="Turn sound on")).to_be_visible()
    expect(page.locator(".silent")).to_be_hidden()


def test_a_page_that_may_not_sound_says_so_until_it_is_clicked(page: Page) -> None:
    page.get_by_role("button", name="Turn sound on").click()
    page.add_init_script(SUSPENDED_UNTIL_RESUMED)
    page.reload()
    expect(page.locator(".silent")).to_contain_text("Sound is off: the browser lets no page make a sound")
    expect(page.locator(".heading button")).to_have_text("Turn sound on")
    page.get_by_role("heading", name="Now").click()
    expect(page.locator(".silent")).to_be_hidden()
    expect(page.get_by_role("button", name="Sound is on")).to_be_visible()


def test_an_alarm_that_is_not_answered_says_so(page: Page) -> None:
    page.get_by_role("button", name="Turn sound on").click()
    page.clock.install()
    page.route("**/now/at-risk", lambda route: route.abort())
    page.get_by_role("link", name="Calls", exact=True).click()
    expect(page).to_have_title("Calls – callrouter")
    page.clock.run_for(30_000)
    expect(page.locator(".silent")).to_contain_text("No alarm: the server does not answer")
    page.unroute("**/now/at-risk")
    page.clock.run_for(6_000)
    expect(page.locator(".silent")).to_be_hidden()


@pytest.fixture
def unwatched(chromium: Browser, origin: str) -> Iterator[Page]:
    """A page with a clock that the test moves, whose requests may fail."""
    page = chromium.new_page(base_url=origin)
    page.clock.install()
    page.goto("/console/now")
    yield page
    page.close()


def test_a_page_whose_answers_stop_says_that_it_is_old(unwatched: Page) -> None:
    page = unwatched
    page.route("**/console/now*", lambda route: route.abort())
    page.clock.run_for(5_000)
    expect(page.locator(".staleness")).to_be_hidden()
    page.clock.run_for(8_000)
    expect(page.locator(".staleness")).to_contain_text("What you see is old")
    expect(page.locator("body")).to_have_class("stale")
    page.unroute("**/console/now*")
    page.clock.run_for(5_000)
    expect(page.locator(".staleness")).to_be_hidden(timeout=15_000)


def test_an_error_is_not_shown_in_place_of_the_calls(unwatched: Page) -> None:
    page = unwatched
    page.route("**/console/now*", lambda route: route.fulfill(status=500, body="<p>broken</p>"))
    page.clock.run_for(15_000)
    expect(page.locator(".staleness")).to_contain_text("What you see is old")
    expect(page.get_by_text("No call is in progress.")).to_be_visible()
    expect(page.get_by_text("broken")).to_have_count(0)


def test_who_is_signed_out_meanwhile_is_led_to_sign_in(unwatched: Page, origin: str) -> None:
    page = unwatched
    page.route("**/console/now*", lambda route: route.fulfill(status=302, headers={"Location": "/elsewhere"}))
    page.clock.run_for(5_000)
    expect(page).to_have_url(f"{origin}/elsewhere")
    expect(page.locator("[data-live]")).to_have_count(0)


def test_a_hidden_page_asks_nothing(unwatched: Page) -> None:
    page = unwatched
    page.evaluate("Object.defineProperty(document, 'hidden', { get: () => true })")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.run_for(20_000)
    page.evaluate("1")
    assert asked == []


@pytest.mark.parametrize("width", [1400, 390])
def test_the_page_has_no_violation(world: World, chromium: Browser, origin: str, width: int) -> None:
    still_rings(world, world.caller().dials(NATIONAL))
    world.passes(seconds=400)
    with window(chromium, origin, viewport={"width": width, "height": 900}) as page:
        for path in ("/console/now", "/console/now/centers"):
            page.goto(path)
            has_no_violation(page)
            fits_the_window(page)
