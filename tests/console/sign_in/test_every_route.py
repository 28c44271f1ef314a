"""Every route, with the real sign-in: who may open it, that a form needs its token, and that its page is true."""

from __future__ import annotations

import re

import pytest

from callrouter.staff.refusals import refusal_counts
from callrouter.staff.roles import Role
from console.route_rights import RouteRights, rights_document, route_rights
from server.console_routes import DOCUMENT, routed_console
from tests.console.sign_in.staffed_console import Browser, StaffedConsole
from tests.console.test_access import SOME
from tests.directories import a_directory, put_in_force
from tests.directories import partner as a_partner
from tests.staff.people import Staff

# No number of a session that there is, or the person would be signed out.
VALUES = SOME | {"<token>": "x", "<int:number>": "999"}
SIGNS_OUT = ("/console/sign-out", "/console/account/sessions/end")
"""asked for last: nobody is signed in after them"""


@pytest.fixture(scope="module")
def routes() -> list[RouteRights]:
    return sorted(route_rights(routed_console()), key=lambda route: route.address in SIGNS_OUT)


def address_of(route: RouteRights) -> str:
    return re.sub("<[^>]+>", lambda found: VALUES[found[0]], route.address)


def status(browser: Browser, route: RouteRights, token: str) -> int:
    if route.method == "GET":
        return browser.opens(address_of(route)).status_code
    headers = {"X-Forwarded-For": browser.address}
    return browser.client.post(address_of(route), data={"csrf_token": token}, headers=headers).status_code


@pytest.mark.parametrize("role", Role)
def test_every_route_is_open_to_whom_the_table_says(
    console: StaffedConsole, routes: list[RouteRights], role: Role
) -> None:
    put_in_force(console.database, a_directory(a_partner("sunrise")))
    person = console.joins("ada", role, "sunrise" if role is Role.PARTNER else None)
    token = person.browser.token("/console/account")
    wrong = []
    for route in routes:
        refused = status(person.browser, route, token) in (401, 403)
        if refused == route.is_open_to(role):
            wrong.append(route)
        if route.address in SIGNS_OUT:
            assert not person.browser.is_in()
            assert person.signs_in(person.browser).status_code == 303
            token = person.browser.token("/console/account")
    assert wrong == []


def test_nobody_opens_what_is_not_open_to_anybody(console: StaffedConsole, routes: list[RouteRights]) -> None:
    browser = console.browser()
    token = browser.token("/console/sign-in")
    for route in routes:
        if route.rights:
            assert status(browser, route, token) == 303, route
            assert not browser.is_in()


def test_a_form_without_its_token_or_with_that_of_another_changes_nothing(
    console: StaffedConsole, routes: list[RouteRights]
) -> None:
    ada, other = console.joins("ada", Role.ADMIN), console.browser()
    before = Staff(console.database).audited()
    forms = [route for route in routes if route.method == "POST"]
    for route in forms:
        for token in ("", other.token("/console/sign-in")):
            assert status(ada.browser, route, token) == 400, route
    assert ada.browser.is_in()
    assert Staff(console.database).audited() == before
    assert Staff(console.database).runs(refusal_counts)["form"] == 2 * len(forms)


def test_no_route_changes_anything_by_another_method(routes: list[RouteRights]) -> None:
    assert {route.method for route in routes} == {"GET", "POST"}


def test_the_page_about_routes_is_what_the_code_says() -> None:
    assert DOCUMENT.read_text() == rights_document(routed_console()), "`make docs` writes it anew"


def test_whoever_reads_the_audit_log_sees_the_table(
    console: StaffedConsole, routes: list[RouteRights]
) -> None:
    page = console.joins("ada", Role.COMPLIANCE).browser.opens("/console/rights").text
    assert f"{len(routes)} routes" in page
    assert "/console/billing" in page
