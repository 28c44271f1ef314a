"""Somebody of a partner in a real browser: they sign in, look at what is theirs, and try to reach another's call."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from callrouter.staff.roles import Role
from tests.browser import fits_the_window, has_no_violation, served, window
from tests.console.sign_in.staffed_console import PASSWORD, Clock, StaffedConsole
from tests.scenarios.two_partners import TwoPartners, two_partners
from tests.scenarios.world import World
from tests.server.running import free_port

OWN = "/console/partner"
EVERYTHING = "since=2000-01-01&state=all"
PAGES = ("calls", "promises", "centers", "account", "invoices", "invoices/SIM-000001", "disputes")


@pytest.fixture
def calls(world: World) -> TwoPartners:
    return two_partners(world)


@pytest.fixture
def page(chromium: Browser, world: World, calls: TwoPartners) -> Iterator[Page]:
    """Pat of Sunrise, who has just signed in with password and code."""
    port = free_port()
    clock = Clock(world.clock.now() - datetime.now(UTC))
    console = StaffedConsole(world.database, clock, public_url=f"http://127.0.0.1:{port}")
    pat = console.joins("pat", Role.PARTNER, "sunrise")
    console.app.config.update(TESTING=False)
    with served(console.app, port), window(chromium, console.public_url) as page:
        page.goto("/console/")
        page.get_by_label("Sign-in name").fill("pat")
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.get_by_label("Code", exact=True).fill(pat.app.code())
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Your calls")).to_be_visible()
        yield page


def test_a_partner_who_edits_the_address_reaches_nothing_of_another(
    world: World, calls: TwoPartners, page: Page
) -> None:
    page.get_by_role("link", name="show all").click()
    expect(page.get_by_text("4 calls, the newest first")).to_be_visible()
    page.get_by_role("link", name=f"{calls.of_sunrise.sid[:10]}…").click()
    expect(page.get_by_text("sunrise-la: accepted")).to_be_visible()
    has_no_violation(page)
    address = page.url
    page.goto(address.replace(calls.of_sunrise.sid, calls.of_harbor.sid))
    expect(page.get_by_role("heading", name="There is no such page")).to_be_visible()
    assert "arbor" not in page.content()
    has_no_violation(page)
    for path in (
        f"/console/calls/{calls.of_harbor.sid}",
        f"/console/promises/{calls.promised_by_harbor.sid}",
        "/console/billing/invoices/SIM-000002",
        "/console/now",
        "/console/staff",
    ):
        page.goto(path)
        expect(page.get_by_role("heading", name="You may not open this page")).to_be_visible()
        assert "arbor" not in page.content()
    audited = [
        row["subject"] for row in world.rows("audit_log", person="pat", action="another partner's asked for")
    ]
    assert audited == [calls.of_harbor.sid, calls.promised_by_harbor.sid, "SIM-000002"]


def test_a_dispute_is_raised_by_keyboard_and_seen_afterwards(page: Page, calls: TwoPartners) -> None:
    page.goto(f"{OWN}/calls/{calls.given_up.sid}")
    page.get_by_role("link", name="Raise a dispute").press("Enter")
    has_no_violation(page)
    page.get_by_label("Reason").select_option("bad-line")
    page.get_by_label("What was wrong").fill("nobody could be understood")
    page.get_by_role("button", name="Show what it does").press("Enter")
    expect(page.get_by_text("A dispute about 35.00 USD")).to_be_visible()
    page.get_by_role("button", name="Raise a dispute").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("A dispute about 35.00 USD")
    page.get_by_role("link", name=re.compile(r"^Dispute \d+$")).click()
    expect(page.get_by_text("2 disputes, 1 open")).to_be_visible()


@pytest.mark.parametrize("width", [390, 1400])
def test_every_page_has_no_violation_and_fits(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    for path in PAGES:
        page.goto(f"{OWN}/{path}?{EVERYTHING}")
        has_no_violation(page)
        fits_the_window(page)
