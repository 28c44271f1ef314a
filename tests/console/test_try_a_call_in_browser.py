"""Try a call, whole: from the form, through the simulated carrier and our server's door, to the page of the call."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from callrouter.carrier.trial_calls import TrialCalls
from callrouter.database import Database
from callrouter.privacy.vault import Vault
from callrouter.staff.roles import Role
from simulator.server import start_server
from tests.browser import fits_the_window, has_no_violation, served, window
from tests.cli.running import SECRETS, CommandLine
from tests.cli.serving import serving
from tests.cli.test_call import DIRECTORY
from tests.console.pages import KnownPerson, console
from tests.server.running import free_port

PAGE = "/console/try-a-call"
WITHIN = 20_000


@pytest.fixture
def installation(tmp_path: Path, database_url: str) -> Iterator[CommandLine]:
    """The door and the simulated carrier, each listening."""
    api = f"http://127.0.0.1:{free_port()}"
    where = {"DATABASE_URL": database_url, "PORT": str(free_port()), "TWILIO_API_URL": api}
    callrouter = CommandLine(tmp_path, **where, **SECRETS)
    callrouter.loads(DIRECTORY)
    with serving(callrouter.settings), start_server(callrouter.settings, lambda _: None) as carrier:
        thread = threading.Thread(target=carrier.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield callrouter
        carrier.shutdown()
        thread.join()


@pytest.fixture
def origin(installation: CommandLine) -> Iterator[str]:
    settings = installation.settings
    database, port = Database(settings.database_url, connections=4), free_port()
    trial_calls = TrialCalls(settings.account_sid, settings.auth_tokens[0], settings.carrier_api_url)
    person = KnownPerson(Role.OPERATIONS)
    app = console(database, Vault(settings.vault_keys), lambda: datetime.now(UTC), person, trial_calls)
    with served(app, port):
        yield f"http://127.0.0.1:{port}"
    database.close()


@pytest.fixture
def page(chromium: Browser, origin: str) -> Iterator[Page]:
    with window(chromium, origin) as page:
        page.goto("/console/now")
        page.get_by_role("link", name="Try a call").first.click()
        yield page


def test_a_call_is_placed_watched_and_seen_whole(page: Page) -> None:
    page.get_by_label("The call passes").select_option("at once")
    page.get_by_role("button", name="Place the call").click()
    expect(page.get_by_text("The call is over.")).to_be_visible(timeout=WITHIN)
    expect(page.get_by_text("heard by the caller").first).to_be_visible()
    page.get_by_role("link", name="See the whole call").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Call CA")


def test_its_turns_appear_while_it_lasts(page: Page) -> None:
    page.get_by_label("Talk with the center").fill("600")
    page.get_by_role("button", name="Place the call").click()
    expect(page.get_by_text("in progress")).to_be_visible(timeout=WITHIN)
    expect(page.get_by_text("heard by the caller").first).to_be_visible(timeout=WITHIN)
    page.get_by_role("link", name="Now", exact=True).first.click()
    expect(page.locator("[id^=row-CA]")).to_have_count(1, timeout=WITHIN)


@pytest.mark.parametrize("width", [1400, 390])
def test_the_pages_have_no_violation(chromium: Browser, origin: str, width: int) -> None:
    with window(chromium, origin, viewport={"width": width, "height": 900}) as page:
        page.goto(PAGE)
        has_no_violation(page)
        fits_the_window(page)
        page.get_by_label("The call passes").select_option("at once")
        page.get_by_role("button", name="Place the call").click()
        expect(page.get_by_text("The call is over.")).to_be_visible(timeout=WITHIN)
        has_no_violation(page)
        fits_the_window(page)
