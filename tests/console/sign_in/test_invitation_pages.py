"""A link becomes an account: a password, an authenticator app, recovery codes, and in."""

import re
from datetime import timedelta

import pytest

from callrouter.staff.roles import Role
from callrouter.staff.tokens import first_token
from tests.console.sign_in.staffed_console import PASSWORD, SECRET_KEY, StaffedConsole, authenticator

FIRST = f"/console/first/{first_token(SECRET_KEY)}"


def test_whoever_follows_a_link_is_in_with_ten_recovery_codes(console: StaffedConsole) -> None:
    ada = console.joins("ada@example.org")
    assert len(set(ada.codes)) == 10
    page = ada.browser.opens("/console/account").text
    assert "ada@example.org · viewer" in page
    assert 'value="Europe/Paris"' in page


def test_a_link_works_once(console: StaffedConsole) -> None:
    link = console.invites("ada")
    console.accepts(link, console.browser())
    answer = console.browser().opens(link)
    assert answer.status_code == 410
    assert "This link is not valid any more" in answer.text


def test_an_old_link_and_a_forged_one_look_the_same(console: StaffedConsole) -> None:
    link = console.invites("ada")
    assert console.browser().opens(link + "x").status_code == 410
    console.clock.ahead = timedelta(hours=72)
    assert console.browser().opens(link).status_code == 410
    assert console.browser().sends(link, {"password": PASSWORD}, page="/console/sign-in").status_code == 410


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("", "at least 12 characters"),
        ("elevenchars", "at least 12 characters"),
        ("x" * 201, "at most 200 characters"),
        ("passwordpassword", "too common"),
        ("qwertyuiop123", "too common"),
        ("123456789012", "too common"),
        ("iloveyou1234", "too common"),
        ("ada@example.org", "too common"),
    ],
)
def test_a_weak_password_is_refused_with_a_reason(console: StaffedConsole, password: str, said: str) -> None:
    answer = console.browser().sends(console.invites("ada@example.org"), {"password": password})
    assert answer.status_code == 400
    assert said in answer.text
    assert "<title>Error: " in answer.text


def test_a_wrong_first_code_lets_nothing_hold(console: StaffedConsole) -> None:
    link, browser = console.invites("ada"), console.browser()
    browser.sends(link, {"password": PASSWORD})
    assert browser.sends(f"{link}/code", {"code": "000000"}, page=link).status_code == 400
    assert not browser.is_in()
    answer = console.browser().sends("/console/sign-in", {"name": "ada", "password": PASSWORD})
    assert answer.status_code == 400


def test_whoever_opens_a_link_elsewhere_chooses_a_password_of_their_own(console: StaffedConsole) -> None:
    link, thief, ada = console.invites("ada"), console.browser(), console.browser()
    thief.sends(link, {"password": PASSWORD})
    app = authenticator(thief.opens(link), console.clock)
    assert "Choose a password" in ada.opens(link).text
    ada.sends(link, {"password": "copper otter 42 violin"})
    assert thief.sends(f"{link}/code", {"code": app.code()}, page="/console/sign-in").status_code == 303
    assert not thief.is_in()


def test_the_page_shows_the_key_as_a_picture_and_in_groups(console: StaffedConsole) -> None:
    link, browser = console.invites("ada"), console.browser()
    browser.sends(link, {"password": PASSWORD})
    page = browser.opens(link).text
    assert 'src="data:image/svg+xml;base64,' in page
    assert re.search(r'id="secret">([A-Z2-7]{4} ){7}[A-Z2-7]{4}<', page)
    assert "style=" not in page


def test_the_link_of_a_fresh_installation_makes_the_first_admin_and_is_dead_then(
    console: StaffedConsole,
) -> None:
    browser = console.browser()
    answer = browser.sends(FIRST, {"name": "Ada@Example.org"})
    assert answer.status_code == 303
    console.accepts(answer.location, browser)
    assert "ada@example.org · admin" in browser.opens("/console/account").text
    assert console.browser().opens(FIRST).status_code == 410
    assert console.browser().sends(FIRST, {"name": "eve"}, page="/console/sign-in").status_code == 410


def test_the_first_link_begins_anew_until_somebody_has_come_in(console: StaffedConsole) -> None:
    left = console.browser().sends(FIRST, {"name": "ada"}).location
    other = console.browser().sends(FIRST, {"name": "eve"}).location
    browser = console.browser()
    again = browser.sends(FIRST, {"name": "ada"}).location
    console.accepts(again, browser)
    for dead in (left, other):
        assert console.browser().opens(dead).status_code == 410


def test_the_first_link_makes_an_admin_of_whoever_was_invited_as_something_else(
    console: StaffedConsole,
) -> None:
    console.invites("ada", Role.VIEWER)
    browser = console.browser()
    console.accepts(browser.sends(FIRST, {"name": "ada"}).location, browser)
    assert "ada · admin" in browser.opens("/console/account").text


def test_a_forged_first_link_is_refused_and_a_bad_name_explained(console: StaffedConsole) -> None:
    assert console.browser().opens("/console/first/" + "0" * 64).status_code == 410
    assert console.browser().opens("/console/first/ü").status_code == 410
    answer = console.browser().sends(FIRST, {"name": "<script>"})
    assert answer.status_code == 400
    assert "<script>" not in answer.text
