"""What is refused is counted by its kind, where Prometheus reads it; what is merely asked for anew is not."""

from datetime import timedelta

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from callrouter.staff.roles import Role
from server.status.metrics import StoredFigures
from tests.console.sign_in.staffed_console import StaffedConsole

METRIC = "callrouter_console_refusals_total"
ELSEWHERE = "198.51.100.9"


def counted(console: StaffedConsole) -> dict[str, int]:
    """The kinds that were refused, and how often."""
    registry = CollectorRegistry()
    registry.register(StoredFigures(console.database, console.clock.now))
    lines = [line for line in generate_latest(registry).decode().splitlines() if line.startswith(METRIC)]
    found = {line.split('"')[1]: int(float(line.rsplit(" ", 1)[1])) for line in lines}
    assert set(found) == {"right", "foreign", "form", "sign-in", "attempts"}
    return {kind: number for kind, number in found.items() if number}


def test_who_signs_in_rightly_is_counted_nowhere(console: StaffedConsole) -> None:
    ada = console.joins("ada")
    assert ada.signs_in(console.browser(ELSEWHERE)).status_code == 303
    assert counted(console) == {}


@pytest.mark.parametrize("name", ["ada", "nobody"])
def test_a_wrong_password_is_counted(console: StaffedConsole, name: str) -> None:
    console.joins("ada")
    console.browser(ELSEWHERE).sends("/console/sign-in", {"name": name, "password": "wrong"})
    assert counted(console) == {"sign-in": 1}


def test_a_wrong_code_and_a_wrong_recovery_code_are_counted(console: StaffedConsole) -> None:
    ada, browser = console.joins("ada"), console.browser(ELSEWHERE)
    ada.types_password(browser)
    browser.sends("/console/sign-in/code", {"code": "000000"})
    browser.sends("/console/sign-in/code", {"recovery": "aaaa-bbbb-cccc-dddd"})
    assert counted(console) == {"sign-in": 2}


def test_a_passkey_that_nobody_has_is_counted(console: StaffedConsole) -> None:
    console.browser().sends("/console/sign-in/passkey", {"credential": "{}"}, page="/console/sign-in")
    assert counted(console) == {"sign-in": 1}


def test_an_attempt_after_too_many_is_counted_apart(console: StaffedConsole) -> None:
    ada, guesser = console.joins("ada"), console.browser(ELSEWHERE)
    for number in range(7):
        ada.types_password(guesser, f"wrong {number}")
    assert counted(console) == {"sign-in": 5, "attempts": 2}


def test_a_page_that_a_role_may_not_open_is_counted(console: StaffedConsole) -> None:
    ada = console.joins("ada")
    assert ada.browser.opens("/console/billing").status_code == 403
    assert counted(console) == {"right": 1}


def test_a_forged_form_is_counted(console: StaffedConsole) -> None:
    ada = console.joins("ada")
    assert ada.browser.client.post("/console/account/password", data={}).status_code == 400
    assert counted(console) == {"form": 1}


def test_a_page_that_asks_for_a_fresh_proof_refuses_nobody(console: StaffedConsole) -> None:
    ada = console.joins("ada", Role.ADMIN)
    console.clock.ahead += timedelta(minutes=5)
    page = ada.browser.sends("/console/staff", {"name": "bob", "role": "billing"})
    assert page.status_code == 403
    assert counted(console) == {}
    fields = {"proof_target": "/console/staff", "proof_method": "POST", "proof_password": "wrong"}
    ada.browser.sends("/console/confirm", fields)
    assert counted(console) == {"sign-in": 1}


def test_a_page_that_nobody_is_signed_in_for_is_no_refusal(console: StaffedConsole) -> None:
    assert console.browser().opens("/console/calls").status_code == 303
    assert counted(console) == {}
