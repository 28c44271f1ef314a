"""One's own account."""

from datetime import timedelta

import pytest

from tests.console.sign_in.staffed_console import PASSWORD, StaffedConsole

PAGE = "/console/account"


def test_time_zone_and_shortcuts_are_kept(console: StaffedConsole) -> None:
    ada = console.joins("ada")
    assert 'data-shortcuts="on"' in ada.browser.opens(PAGE).text
    ada.browser.sends(f"{PAGE}/preferences", {"own_zone": "America/New_York"}, page=PAGE)
    page = ada.browser.opens(PAGE).text
    assert 'value="America/New_York"' in page
    assert 'data-shortcuts="off"' in page


def test_a_time_zone_that_does_not_exist_is_said_beside_the_field(console: StaffedConsole) -> None:
    ada = console.joins("ada")
    answer = ada.browser.sends(f"{PAGE}/preferences", {"own_zone": "Moon/Base"}, page=PAGE)
    assert answer.status_code == 400
    assert 'value="Moon/Base"' in answer.text
    assert "is no time zone" in answer.text


def test_a_new_password_signs_every_other_browser_out(console: StaffedConsole) -> None:
    ada, other = console.joins("ada"), console.browser()
    ada.signs_in(other)
    done = ada.browser.sends(f"{PAGE}/password", {"password": "copper otter 42 violin"}, page=PAGE)
    assert done.status_code == 303
    assert (ada.browser.is_in(), other.is_in()) == (True, False)
    assert ada.types_password(console.browser(), PASSWORD).status_code == 400
    assert ada.types_password(console.browser(), "copper otter 42 violin").status_code == 303


def test_a_weak_new_password_is_refused(console: StaffedConsole) -> None:
    ada = console.joins("ada")
    answer = ada.browser.sends(f"{PAGE}/password", {"password": "passwordpassword"}, page=PAGE)
    assert answer.status_code == 400
    assert "too common" in answer.text


def test_new_recovery_codes_replace_the_old_ones(console: StaffedConsole) -> None:
    ada, browser = console.joins("ada"), console.browser()
    page = ada.browser.sends(f"{PAGE}/recovery-codes", {}, page=PAGE).text
    assert ada.codes[0] not in page
    ada.types_password(browser)
    assert browser.sends("/console/sign-in/code", {"recovery": ada.codes[0]}).status_code == 400


def test_a_browser_is_signed_out_from_another(console: StaffedConsole) -> None:
    ada, other = console.joins("ada"), console.browser("203.0.113.7")
    ada.signs_in(other)
    page = ada.browser.opens(PAGE).text
    assert "203.0.113.7" in page
    assert page.count("this one") == 1
    number = page.split("/console/account/sessions/")[1].split("/")[0]
    ada.browser.sends(f"{PAGE}/sessions/{number}/end", {}, page=PAGE)
    assert (ada.browser.is_in(), other.is_in()) == (True, False)


def test_a_person_is_signed_out_everywhere(console: StaffedConsole) -> None:
    ada, other = console.joins("ada"), console.browser()
    ada.signs_in(other)
    assert ada.browser.sends(f"{PAGE}/sessions/end", {}, page=PAGE).location == "/console/sign-in"
    assert (ada.browser.is_in(), other.is_in()) == (False, False)


def test_nobody_ends_the_session_of_another(console: StaffedConsole) -> None:
    ada, bob = console.joins("ada"), console.joins("bob")
    for number in range(1, 5):
        bob.browser.sends(f"{PAGE}/sessions/{number}/end", {}, page=PAGE)
    assert ada.browser.is_in()


def test_polling_keeps_nobody_signed_in(console: StaffedConsole) -> None:
    ada = console.joins("ada")
    for _ in range(12):
        console.clock.ahead += timedelta(hours=1)
        answer = ada.browser.client.get("/console/calls", headers={"HX-Request": "true"})
    assert answer.status_code == 401


def test_whoever_acts_stays_signed_in(console: StaffedConsole) -> None:
    ada = console.joins("ada")
    for _ in range(30):
        console.clock.ahead += timedelta(hours=1)
        assert ada.browser.is_in()


def test_a_passkey_is_not_offered_where_there_is_no_host_name(console: StaffedConsole) -> None:
    ada = console.joins("ada")
    assert "Add a passkey" not in ada.browser.opens(PAGE).text
    named = console.browser().opens("/console/sign-in", base_url="http://localhost:8000")
    assert 'data-passkey="get"' in named.text
    assert "data-passkey" not in console.browser().opens("/console/sign-in").text
    forged = console.browser().opens("/console/sign-in", base_url="http://evil.example:8000")
    assert "data-passkey" not in forged.text


@pytest.mark.parametrize("number", ["999", "2147483648", "9" * 20, "9" * 30])
def test_a_session_or_a_passkey_that_there_is_not_is_not_found(console: StaffedConsole, number: str) -> None:
    ada = console.joins("ada")
    for act in (f"sessions/{number}/end", f"passkeys/{number}/remove"):
        assert ada.browser.sends(f"{PAGE}/{act}", {}, page=PAGE).status_code in (303, 404)
    assert ada.browser.is_in()
