"""The money pages in a real browser: from a figure to its calls, a credit, and the close of a month that goes on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from callrouter.staff.roles import Role
from tests.browser import fits_the_window, has_no_violation, served, window
from tests.console.pages import KnownPerson, console
from tests.scenarios.places import HARBOR_PAGE, SUNRISE_PAGE
from tests.scenarios.world import START, World
from tests.server.running import free_port

MONEY = "/console/billing"
MONTH = f"{START:%Y-%m}"
PARTS = (
    "accounts",
    "accounts/sunrise",
    "invoices",
    "disputes",
    "differences",
    "rates",
    f"close?month={MONTH}",
)


@pytest.fixture
def page(chromium: Browser, world: World) -> Iterator[Page]:
    """Somebody at the billing desk, after a day with a call of two partners that the carrier confirms."""
    for number, line, center in (
        ("+13105550188", SUNRISE_PAGE, "sunrise-la"),
        ("+13105550189", HARBOR_PAGE, "harbor-sd"),
    ):
        world.caller(number).dials(line)
        world.center(center).accepts()
        world.settles()
    world.passes(days=2)
    world.compares(START.date())
    app = console(world.database, world.vault, world.clock.now, KnownPerson(Role.ADMIN))
    app.config.update(TESTING=False, WTF_CSRF_ENABLED=True)
    port = free_port()
    with served(app, port), window(chromium, f"http://127.0.0.1:{port}") as page:
        yield page


def test_a_figure_opens_its_calls_and_one_of_them_is_credited(page: Page) -> None:
    page.goto(f"{MONEY}?month={MONTH}&by=partner")
    has_no_violation(page)
    page.get_by_role("row", name="sunrise").get_by_role("link").first.click()
    expect(page.get_by_text("1 call, the newest first")).to_be_visible()
    page.get_by_role("row").nth(1).get_by_role("link").first.click()
    page.get_by_role("link", name="Credit", exact=True).click()
    has_no_violation(page)
    page.get_by_role("button", name="Show what it does").click()
    expect(page.get_by_role("alert")).to_be_focused()
    has_no_violation(page)
    page.get_by_label("Reason").fill("the line was bad")
    page.keyboard.press("Enter")
    expect(page.get_by_text("20.00 USD credited")).to_be_visible()
    expect(page.get_by_text("1 charge changes")).to_be_visible()
    has_no_violation(page)
    page.get_by_role("button", name="Credit call").click()
    expect(page.get_by_role("status")).to_contain_text("20.00 USD credited")


def test_a_double_click_enters_an_adjustment_once(page: Page, world: World) -> None:
    page.goto(f"{MONEY}/accounts/sunrise/adjustment")
    page.get_by_label("Direction").select_option("add")
    page.get_by_label("Amount").fill("7.00")
    page.get_by_label("Reason").fill("agreed")
    page.get_by_role("button", name="Show what it does").click()
    page.get_by_role("button", name="Change it").click()
    expect(page.get_by_label("Amount")).to_have_value("7.00")
    page.get_by_role("button", name="Show what it does").click()
    page.get_by_role("button", name="Adjust the account").dblclick()
    expect(page.get_by_role("status")).to_contain_text("7.00 USD added to what sunrise owes")
    expect(page.get_by_role("status")).not_to_contain_text("already")
    assert [row["amount"] for row in world.rows("ledger_entry") if row["entry_type"] == "adjustment"] == [700]


def test_closing_a_month_goes_on_by_itself(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.billing.close.MOMENT", -1)
    page.goto(f"{MONEY}/close?month={MONTH}")
    has_no_violation(page)
    page.get_by_label("Reason").fill("the books are checked")
    page.get_by_role("button", name="Show what closing does").click()
    expect(page.get_by_text("an invoice of 20.00 USD")).to_have_count(2)
    has_no_violation(page)
    page.get_by_role("button", name=f"Close {MONTH}").click()
    expect(page.get_by_text("2 of 2 partners closed")).to_be_visible()
    page.get_by_role("link", name="SIM-000001").click()
    has_no_violation(page)


@pytest.mark.parametrize("width", [390, 1400])
def test_every_page_has_no_violation_and_fits(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    for address in (
        *(f"{MONEY}/{part}" for part in PARTS),
        f"{MONEY}/accounts/sunrise/payment",
        "/console/audit",
    ):
        page.goto(address)
        has_no_violation(page)
        fits_the_window(page)
