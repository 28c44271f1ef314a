"""Signing in, in a real browser: what a person clicks and types, and a passkey of its virtual authenticator."""

from __future__ import annotations

import re
from base64 import b32decode
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from callrouter.database import Database
from callrouter.staff.accounts import StaffAct, remove_account
from callrouter.staff.roles import Role
from callrouter.staff.tokens import first_token
from tests.browser import fits_the_window, has_no_violation, served, window
from tests.console.sign_in.staffed_console import PASSWORD, SECRET_KEY, Authenticator, StaffedConsole
from tests.server.running import free_port

SIX_MINUTES = timedelta(minutes=6)
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def console(database_url: str) -> Iterator[StaffedConsole]:
    """The console on a port; `localhost` is the host name that a passkey needs."""
    port = free_port()
    with closing(Database(database_url, connections=8)) as database:
        console = StaffedConsole(database, public_url=f"http://127.0.0.1:{port}")
        console.app.config.update(TESTING=False)
        with served(console.app, port):
            yield console


@contextmanager
def opened(chromium: Browser, console: StaffedConsole, **how: Any) -> Iterator[Page]:
    with window(chromium, console.public_url.replace("127.0.0.1", "localhost"), **how) as page:
        yield page


def accepts(page: Page, console: StaffedConsole, link: str) -> Authenticator:
    """Follows a link as a person does; the app that was set up."""
    page.goto(link)
    has_no_violation(page)
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_alt_text("QR code")).to_be_visible()
    page.get_by_text("I cannot scan it").click()
    has_no_violation(page)
    key = b32decode(page.locator("#secret").inner_text().replace(" ", ""))
    app = Authenticator(key, console.clock)
    page.get_by_label("Code", exact=True).fill(app.code())
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Keep these recovery codes")).to_be_visible()
    has_no_violation(page)
    return app


def signs_in(page: Page, name: str, app: Authenticator) -> None:
    page.goto("/console/account")
    page.get_by_label("Sign-in name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_label("Code", exact=True).fill(app.code())
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def test_an_invited_person_chooses_a_password_sets_up_the_app_and_signs_in_again(
    chromium: Browser, console: StaffedConsole
) -> None:
    link = console.invites("ada@example.org", Role.ADMIN)
    with opened(chromium, console, timezone_id="Europe/Berlin") as page:
        app = accepts(page, console, link)
        page.get_by_role("link", name="I have kept them").click()
        page.get_by_role("link", name="ada@example.org").click()
        has_no_violation(page)
        expect(page.get_by_label("Time zone")).to_have_value("Europe/Berlin")
        expect(page.get_by_role("row", name="Chrome on Linux")).to_contain_text("this one")
        page.get_by_role("button", name="Sign out", exact=True).click()
        expect(page.get_by_text("You are signed out.")).to_be_visible()
        has_no_violation(page)
    with opened(chromium, console) as page:
        signs_in(page, "ada@example.org", app)


def test_a_passkey_signs_in_without_name_and_password(chromium: Browser, console: StaffedConsole) -> None:
    link = console.invites("ada")
    with opened(chromium, console) as page:
        devices = page.context.new_cdp_session(page)
        devices.send("WebAuthn.enable")
        devices.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        accepts(page, console, link)
        page.goto("/console/account")
        page.get_by_role("link", name="Add a passkey").click()
        has_no_violation(page)
        page.get_by_label("Name", exact=True).fill("work laptop")
        page.get_by_role("button", name="Make the passkey").click()
        expect(page.get_by_text("The passkey work laptop can sign you in.")).to_be_visible()
        page.get_by_role("button", name="Sign out", exact=True).click()
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.wait_for_url(re.compile("/console/(?!sign-in)"))
        page.goto("/console/account")
        expect(page.get_by_role("row", name="work laptop")).not_to_contain_text("never")
        # And it confirms who one is.
        console.clock.ahead += SIX_MINUTES
        page.get_by_role("button", name="Make new recovery codes").click()
        has_no_violation(page)
        page.get_by_role("button", name="Confirm with a passkey").click()
        expect(page.get_by_role("heading", name="Keep these recovery codes")).to_be_visible()
        page.goto("/console/account")
        page.get_by_role("button", name="Remove work laptop").click()
        expect(page.get_by_text("You have none.")).to_be_visible()


def test_a_browser_without_the_passkey_says_so(chromium: Browser, console: StaffedConsole) -> None:
    with opened(chromium, console) as page:
        devices = page.context.new_cdp_session(page)
        devices.send("WebAuthn.enable")
        devices.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        page.goto("/console/sign-in")
        page.get_by_role("button", name="Sign in with a passkey").click()
        expect(page.get_by_text("this device has no passkey for this site")).to_be_visible()


def test_what_is_wrong_is_focused_and_said_in_the_title(chromium: Browser, console: StaffedConsole) -> None:
    with opened(chromium, console) as page:
        page.goto("/console/sign-in")
        page.get_by_label("Sign-in name").fill("nobody")
        page.get_by_label("Password").fill("wrong")
        page.get_by_role("button", name="Go on").click()
        expect(page).to_have_title(re.compile("^Error: Sign in"))
        expect(page.locator(".errors")).to_be_focused()
        has_no_violation(page)
        page.get_by_role("link", name="The name or the password is wrong.").click()
        expect(page.get_by_label("Password")).to_be_focused()
        expect(page.get_by_label("Sign-in name")).to_have_value("nobody")


def test_the_first_admin_invites_the_second_person_and_a_form_outlasts_the_confirmation(
    chromium: Browser, console: StaffedConsole
) -> None:
    with opened(chromium, console) as page:
        page.goto(f"/console/first/{first_token(SECRET_KEY)}")
        has_no_violation(page)
        page.get_by_label("Your sign-in name").fill("ada")
        page.get_by_role("button", name="Go on").click()
        accepts(page, console, page.url)
        page.goto("/console/staff")
        has_no_violation(page)
        page.get_by_label("Sign-in name").fill("bob")
        page.get_by_label("billing", exact=True).check()
        console.clock.ahead += SIX_MINUTES
        page.get_by_role("button", name="Make the link").click()
        expect(page.get_by_role("heading", name="Confirm that it is you")).to_be_visible()
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Confirm", exact=True).click()
        expect(page.get_by_role("heading", name="bob is invited")).to_be_visible()
        has_no_violation(page)
        page.goto("/console/staff")
        page.get_by_role("link", name="Remove bob").click()
        has_no_violation(page)
        page.get_by_label("Reason").fill("a mistake")
        page.get_by_role("button", name="Remove bob").click()
        expect(page.get_by_text("bob cannot use the console any more.")).to_be_visible()


def test_the_pages_fit_a_telephone(chromium: Browser, console: StaffedConsole) -> None:
    link = console.invites("ada", Role.ADMIN)
    with opened(chromium, console, viewport={"width": 360, "height": 740}) as page:
        accepts(page, console, link)
        for path in ("/console/sign-in", "/console/account", "/console/staff", "/console/rights"):
            page.goto(path)
            fits_the_window(page)
        has_no_violation(page)


def test_a_page_of_somebody_who_was_removed_leaves_when_its_script_asks(
    chromium: Browser, console: StaffedConsole
) -> None:
    link = console.invites("ada")
    with opened(chromium, console) as page:
        accepts(page, console, link)
        page.goto("/console/account")
        act = StaffAct("root", console.clock.now())
        console.database.transact(lambda session: remove_account(session, "ada", act))
        page.evaluate("void htmx.ajax('GET', '/console/calls', {target: '#main'})")
        page.wait_for_url("**/console/sign-in?next=%2Fconsole%2Faccount")
