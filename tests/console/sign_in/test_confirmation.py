"""A fresh proof, before an act that matters, and nothing that was typed is lost."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from callrouter.staff.model import StaffSession
from callrouter.staff.refusals import refusal_counts
from callrouter.staff.roles import Role
from tests.console.sign_in.staffed_console import PASSWORD, Browser, Person, StaffedConsole
from tests.staff.people import Staff

INVITED = {"name": "bob", "role": "billing"}


def after_a_while(console: StaffedConsole) -> Person:
    ada = console.joins("ada", Role.ADMIN)
    console.clock.ahead += timedelta(minutes=5)
    return ada


def confirms(browser: Browser, **proof: str) -> TestResponse:
    """Sends the form of the confirmation of an invitation, with its hidden fields."""
    fields = {"proof_target": "/console/staff", "proof_method": "POST", **INVITED, **proof}
    return browser.sends("/console/confirm", fields)


def test_within_five_minutes_nothing_is_asked(console: StaffedConsole) -> None:
    ada = console.joins("ada", Role.ADMIN)
    assert "bob is invited" in ada.browser.sends("/console/staff", INVITED).text


@pytest.mark.parametrize(
    ("later", "status"), [(timedelta(minutes=4, seconds=59), 200), (timedelta(minutes=5), 403)]
)
def test_a_proof_lasts_for_five_minutes(console: StaffedConsole, later: timedelta, status: int) -> None:
    ada = console.joins("ada", Role.ADMIN)
    proved_at = console.clock.now()
    console.database.transact(lambda s: s.execute(sa.update(StaffSession).values(confirmed_at=proved_at)))
    console.clock.stop(proved_at + later)
    assert ada.browser.sends("/console/staff", INVITED).status_code == status


def test_after_five_minutes_the_form_waits_for_a_proof_and_goes_on(console: StaffedConsole) -> None:
    ada = after_a_while(console)
    page = ada.browser.sends("/console/staff", INVITED)
    assert page.status_code == 403
    assert "Confirm that it is you" in page.text
    for kept in ('name="name" value="bob"', 'name="role" value="billing"', 'value="/console/staff"'):
        assert kept in page.text
    done = confirms(ada.browser, proof_password=PASSWORD)
    assert (done.status_code, done.location) == (307, "/console/staff")
    assert "bob is invited" in ada.browser.sends("/console/staff", INVITED).text
    assert Staff(console.database).runs(refusal_counts)["right"] == 0


def test_the_code_of_the_app_is_a_proof_too_once(console: StaffedConsole) -> None:
    ada = after_a_while(console)
    code = ada.app.code()
    assert confirms(ada.browser, proof_code=code).status_code == 307
    assert confirms(ada.browser, proof_code=code).status_code == 400


def test_a_wrong_proof_is_refused_and_the_form_is_still_kept(console: StaffedConsole) -> None:
    ada = after_a_while(console)
    wrong = confirms(ada.browser, proof_password="wrong")
    assert wrong.status_code == 400
    assert 'name="role" value="billing"' in wrong.text
    assert "wrong" not in wrong.text.replace("That was wrong", "").replace("field wrong", "")
    assert ada.browser.sends("/console/staff", INVITED).status_code == 403


def test_a_page_that_was_asked_for_comes_after_the_proof(console: StaffedConsole) -> None:
    ada = after_a_while(console)
    page = ada.browser.opens("/console/account/passkeys/new")
    assert page.status_code == 403
    done = ada.browser.sends(
        "/console/confirm",
        {"proof_target": "/console/account/passkeys/new", "proof_method": "GET", "proof_password": PASSWORD},
    )
    assert (done.status_code, done.location) == (303, "/console/account/passkeys/new")


def test_a_proof_sends_nobody_to_another_site(console: StaffedConsole) -> None:
    ada = after_a_while(console)
    form = {"proof_target": "https://evil.example/", "proof_method": "POST", "proof_password": PASSWORD}
    assert ada.browser.sends("/console/confirm", form).location == "/console/"


def test_guessing_at_the_confirmation_is_slow(console: StaffedConsole) -> None:
    ada = after_a_while(console)
    statuses = [confirms(ada.browser, proof_password=f"wrong {n}").status_code for n in range(6)]
    assert statuses == [400] * 5 + [429]


def test_a_proof_of_another_person_confirms_nothing(console: StaffedConsole) -> None:
    ada = after_a_while(console)
    bob = console.joins("bob")
    assert confirms(ada.browser, proof_code=bob.app.code()).status_code == 400
