"""A caller's number in a real browser: shown for 30 seconds, and by no way back again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from callrouter.staff.roles import Role
from tests.browser import fits_the_window, has_no_violation, served, window
from tests.console.pages import KnownPerson, console
from tests.console.revealing import ADA, ALICE, BOB, WHY, asks, browser, placed
from tests.evidence.logs import KEY
from tests.scenarios.call import PlacedCall
from tests.scenarios.world import START, World
from tests.server.running import free_port
from workers.evidence_writer import EvidenceWriter, write_until


@pytest.fixture
def call(world: World) -> PlacedCall:
    return placed(world, ALICE)


@pytest.fixture
def writer(world: World, tmp_path: Path) -> Iterator[None]:
    """Writes the evidence log, as the outbox sweeper does."""
    stopped, writer = threading.Event(), EvidenceWriter(world.database, KEY, tmp_path, world.clock.now)
    thread = threading.Thread(target=write_until, args=(stopped, writer, 0.05))
    thread.start()
    yield
    stopped.set()
    thread.join()


@pytest.fixture
def origin(world: World) -> Iterator[str]:
    app = console(world.database, world.vault, world.clock.now, KnownPerson(Role.COMPLIANCE, name=ADA))
    app.config.update(TESTING=False, WTF_CSRF_ENABLED=True)
    port = free_port()
    with served(app, port):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def shown_for_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a page can be looked at however slow the machine is."""
    monkeypatch.setattr("console.reveals.number.SHOWN_FOR", timedelta(minutes=10))


@pytest.fixture
def page(chromium: Browser, origin: str) -> Iterator[Page]:
    with window(chromium, origin) as page:
        yield page


def number(page: Page) -> Locator:
    return page.locator("[data-revealed]")


def asks_in(page: Page, call: PlacedCall) -> None:
    page.goto(f"/console/calls/{call.sid}")
    page.get_by_role("link", name="See the number").click()
    page.get_by_label("Why do you need it?").fill(WHY)
    page.get_by_role("button", name="Show the number").click()


def sees_in(page: Page, call: PlacedCall) -> None:
    asks_in(page, call)
    expect(number(page)).to_have_text(ALICE)


def is_hidden(page: Page) -> None:
    expect(number(page)).to_have_count(0)
    assert ALICE not in page.content()


def test_it_counts_down_and_goes_back_to_the_call_after_30_seconds(
    page: Page, call: PlacedCall, writer: None
) -> None:
    page.clock.install(time=START)
    page.clock.pause_at(START + timedelta(seconds=1))
    sees_in(page, call)
    expect(page.get_by_text("for 30 more seconds")).to_be_visible()
    expect(number(page)).to_be_focused()
    page.clock.run_for(29_000)
    expect(page.get_by_text("for 1 more second.")).to_be_visible()
    expect(number(page)).to_have_text(ALICE)
    page.clock.run_for(1_500)
    page.wait_for_url(f"**/console/calls/{call.sid}")
    is_hidden(page)


def test_no_way_through_the_history_shows_it_again(page: Page, call: PlacedCall, writer: None) -> None:
    sees_in(page, call)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("The number is not shown")
    is_hidden(page)
    sees_in(page, call)
    page.get_by_role("link", name="I have seen it").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Call CA")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("A number of")
    is_hidden(page)
    page.go_back()
    expect(page.get_by_label("Why do you need it?")).to_have_value("")
    is_hidden(page)


def test_without_script_it_waits_for_the_log_and_goes_back_by_itself(
    chromium: Browser, origin: str, call: PlacedCall, writer: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.reveals.number.SHOWN_FOR", timedelta(seconds=4))
    with window(chromium, origin, java_script_enabled=False) as page:
        sees_in(page, call)
        page.wait_for_url(f"**/console/calls/{call.sid}")
        is_hidden(page)


def test_where_nobody_writes_the_log_it_says_so(page: Page, call: PlacedCall, world: World) -> None:
    asks_in(page, call)
    expect(page.get_by_role("heading", level=1)).to_have_text("Waiting for the evidence log")
    world.passes(seconds=10)
    expect(page.get_by_text("the evidence log did not have the request")).to_be_visible()
    is_hidden(page)
    has_no_violation(page)


def test_the_page_that_waits_has_no_violation(
    page: Page, call: PlacedCall, monkeypatch: pytest.MonkeyPatch
) -> None:
    # It would look again in the middle of the check.
    monkeypatch.setattr("console.reveals.number._LOOK_AGAIN_SECONDS", 3600)
    asks_in(page, call)
    expect(page.get_by_role("heading", level=1)).to_have_text("Waiting for the evidence log")
    has_no_violation(page)


@pytest.mark.parametrize("width", [1400, 390])
@pytest.mark.usefixtures("writer", "shown_for_minutes")
def test_the_pages_have_no_violation(
    chromium: Browser, origin: str, call: PlacedCall, world: World, width: int
) -> None:
    asks(browser(world, BOB, alone=0), call.sid)
    with window(chromium, origin, viewport={"width": width, "height": 900}) as page:
        for there in (f"calls/{call.sid}/number", "reveals", "reveals/requests/1"):
            page.goto(f"/console/{there}")
            has_no_violation(page)
            fits_the_window(page)
        sees_in(page, call)
        has_no_violation(page)
        fits_the_window(page)
