"""Single sign-on in a real browser, through the pages of a real provider."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, Page, expect

from callrouter.database import Database
from callrouter.staff.roles import Role
from tests.browser import fits_the_window, has_no_violation, served, window
from tests.console.sign_in.provider_console import RETURN, ConsoleWithProvider, PersonOfBoth, client_of
from tests.console.sign_in.staffed_console import StaffedConsole
from tests.console.sign_in.test_provider_confirmation import was_a_while_ago
from tests.server.running import free_port
from tests.servers.identity_provider import PASSWORD, IdentityProvider

PROVIDER = "127.0.0.1"


@pytest.fixture
def sso(database_url: str, provider: IdentityProvider) -> Iterator[ConsoleWithProvider]:
    """The console on a port, under the name `localhost`."""
    port = free_port()
    provider.sends_back_to(f"http://localhost:{port}{RETURN}")
    with closing(Database(database_url, connections=8)) as database:
        public_url = f"http://127.0.0.1:{port}"
        console = StaffedConsole(database, public_url=public_url, single_sign_on=client_of(provider))
        console.app.config.update(TESTING=False)
        with served(console.app, port):
            yield ConsoleWithProvider(console, provider)


@pytest.fixture
def page(chromium: Browser, sso: ConsoleWithProvider) -> Iterator[Page]:
    with window(chromium, sso.console.public_url.replace("127.0.0.1", "localhost")) as page:
        yield page


def types_password(page: Page) -> None:
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")


def signs_in_there(page: Page, person: PersonOfBoth) -> None:
    page.locator("input[name=login]").fill(person.there.user.user_name)
    page.locator("button[type=submit]").first.click()
    types_password(page)


def test_a_person_signs_in_confirms_and_signs_out(page: Page, sso: ConsoleWithProvider) -> None:
    ada = sso.has_person("ada@example.org", Role.ADMIN)
    page.goto("/console/account")
    has_no_violation(page)
    page.get_by_role("link", name=f"Sign in with {PROVIDER}").click()
    signs_in_there(page, ada)
    expect(page.get_by_role("heading", name="ada@example.org")).to_be_visible()
    expect(page.get_by_role("row", name="this one")).to_contain_text(PROVIDER)
    has_no_violation(page)
    # An act that needs a fresh proof: what was typed waits in this tab.
    page.goto("/console/staff")
    page.get_by_label("Sign-in name").fill("bob")
    page.get_by_label("billing", exact=True).check()
    was_a_while_ago(sso)
    page.get_by_role("button", name="Make the link").click()
    expect(page.get_by_role("heading", name="Confirm that it is you")).to_be_visible()
    has_no_violation(page)
    with page.context.expect_page() as opened:
        page.get_by_role("link", name=f"Confirm with {PROVIDER}").click()
    other = opened.value
    types_password(other)
    expect(other.get_by_role("heading", name="You have confirmed that it is you")).to_be_visible()
    has_no_violation(other)
    other.close()
    page.get_by_role("button", name="I have confirmed: go on").click()
    expect(page.get_by_role("heading", name="bob is invited")).to_be_visible()
    # And out, at both.
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("heading", name=f"You may still be signed in at {PROVIDER}")).to_be_visible()
    has_no_violation(page)
    page.get_by_role("link", name=f"Sign out of {PROVIDER} too").click()
    page.wait_for_url(f"{sso.provider.issuer}/**")
    page.goto("/console/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_an_invitation_is_accepted_without_a_password(page: Page, sso: ConsoleWithProvider) -> None:
    link, ada = sso.console.invites("ada", Role.OPERATIONS), sso.knows("someone@example.org")
    page.goto(link)
    has_no_violation(page)
    page.get_by_role("link", name=f"Go on with {PROVIDER}").click()
    signs_in_there(page, ada)
    expect(page.get_by_role("link", name="ada · operations")).to_be_visible()
    page.goto("/console/account")
    expect(page.get_by_text("You have none here")).to_be_visible()


def test_who_is_refused_reads_why_on_a_page_for_everybody(page: Page, sso: ConsoleWithProvider) -> None:
    eve = sso.knows("eve@example.org")
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/console/sign-in")
    fits_the_window(page)
    page.get_by_role("link", name=f"Sign in with {PROVIDER}").click()
    signs_in_there(page, eve)
    expect(page.get_by_role("heading", name="You have no account here")).to_be_visible()
    has_no_violation(page)
    fits_the_window(page)
