"""Wrong passwords from elsewhere keep nobody out, with a proxy in front of the server, too."""

import pytest

from callrouter.staff.throttle import MOST_OF_ADDRESS
from tests.console.sign_in.staffed_console import StaffedConsole

PROXY = "10.0.0.5"
ATTACKER, OWNER = "203.0.113.7", "198.51.100.9"


@pytest.fixture
def behind(console: StaffedConsole) -> StaffedConsole:
    """A console behind a proxy that it knows."""
    return StaffedConsole(console.database, console.clock, trusted_proxies=PROXY)


def test_guesses_through_the_proxy_keep_the_owner_out_nowhere_else(behind: StaffedConsole) -> None:
    ada = behind.joins("ada")
    attacker = behind.browser(f"{OWNER}, {ATTACKER}, {PROXY}")
    answers = [ada.types_password(attacker, "wrong").status_code for _ in range(7)]
    assert answers == [400] * 5 + [429] * 2
    assert ada.types_password(attacker).status_code == 429
    owner = behind.browser(f"{OWNER}, {PROXY}")
    assert ada.signs_in(owner).status_code == 303
    assert owner.is_in()
    assert OWNER in owner.opens("/console/account").text


def test_a_hundred_guesses_at_one_address_keep_nobody_out_at_another(behind: StaffedConsole) -> None:
    ada = behind.joins("ada")
    attacker = behind.browser(f"{ATTACKER}, {PROXY}")
    token = attacker.token("/console/sign-in")
    for number in range(MOST_OF_ADDRESS):
        form = {"name": f"nobody{number}", "password": "wrong", "csrf_token": token}
        headers = {"X-Forwarded-For": attacker.address}
        attacker.client.post("/console/sign-in", data=form, headers=headers)
    assert ada.types_password(behind.browser(f"{ATTACKER}, {PROXY}")).status_code == 429
    assert ada.signs_in(behind.browser(f"{OWNER}, {PROXY}")).status_code == 303


def test_nobody_escapes_the_count_by_what_they_write_into_the_header(behind: StaffedConsole) -> None:
    ada = behind.joins("ada")
    answers = [
        ada.types_password(behind.browser(f"192.0.2.{number}, {ATTACKER}, {PROXY}"), "wrong").status_code
        for number in range(6)
    ]
    assert answers == [400] * 5 + [429]


def test_an_owner_signs_in_elsewhere_though_somebody_with_the_password_guesses_codes(
    behind: StaffedConsole,
) -> None:
    ada = behind.joins("ada")
    for number in range(21):
        attacker = behind.browser(f"203.0.113.{number}, {PROXY}")
        ada.types_password(attacker)
        attacker.sends("/console/sign-in/code", {"code": "000000"})
    assert ada.signs_in(behind.browser(f"{OWNER}, {PROXY}")).status_code == 303


def test_a_recovery_code_is_accepted_however_many_codes_were_wrong_elsewhere(behind: StaffedConsole) -> None:
    ada = behind.joins("ada")
    owner = behind.browser(f"{OWNER}, {PROXY}")
    ada.types_password(owner)
    owner.sends("/console/sign-in/code", {"code": "000000"})
    for number in range(20):
        attacker = behind.browser(f"203.0.113.{number}, {PROXY}")
        ada.types_password(attacker)
        attacker.sends("/console/sign-in/code", {"code": "000000"})
    assert owner.sends("/console/sign-in/code", {"code": ada.app.code()}).status_code == 429
    assert owner.sends("/console/sign-in/code", {"recovery": ada.codes[0]}).status_code == 303
