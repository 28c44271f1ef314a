"""A fresh proof from the provider, before an act that matters."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa

from callrouter.staff.model import StaffSession
from callrouter.staff.roles import Role
from tests.console.sign_in.provider_console import ConsoleWithProvider, PersonOfBoth
from tests.console.sign_in.staffed_console import Browser
from tests.console.sign_in.test_forged_answers import TOKEN, changed, claims_of
from tests.staff.people import Staff

STAFF, CONFIRM = "/console/staff", "/console/confirm/provider"
INVITED = {"name": "bob", "role": "billing"}


@pytest.fixture
def ada(sso: ConsoleWithProvider) -> PersonOfBoth:
    return sso.has_person("ada@example.org", Role.ADMIN)


@pytest.fixture
def browser(sso: ConsoleWithProvider, ada: PersonOfBoth) -> Browser:
    """In which ada signed in a while ago."""
    browser = sso.console.browser()
    assert ada.signs_in(browser).status_code == 303
    was_a_while_ago(sso)
    return browser


def was_a_while_ago(sso: ConsoleWithProvider) -> None:
    """The last proof is 5 minutes old. (The provider's clock cannot be moved on.)"""
    before = sso.console.clock.now() - timedelta(minutes=5)
    sso.console.database.transact(lambda s: s.execute(sa.update(StaffSession).values(confirmed_at=before)))


def says_that_it_was(sso: ConsoleWithProvider, auth_time: float | None) -> None:
    """The provider says that the person proved who they are at that time."""
    forge = changed(auth_time=auth_time if auth_time is None else int(auth_time))
    sso.provider.tampering.changes[TOKEN] = lambda answer: (
        answer | {"id_token": forge(sso.provider, claims_of(answer["id_token"]))}
    )


def test_a_form_waits_while_the_person_proves_who_they_are_in_another_tab(
    sso: ConsoleWithProvider, ada: PersonOfBoth, browser: Browser
) -> None:
    page = browser.sends(STAFF, INVITED)
    assert page.status_code == 403
    assert 'name="proof_password"' not in page.text
    assert 'target="_blank" rel="noopener"' in page.text
    assert '<form method="post" action="/console/staff">' in page.text
    for kept in ('name="name" value="bob"', 'name="role" value="billing"'):
        assert kept in page.text
    end = browser.opens(ada.comes_back_from(browser.opens(f"{CONFIRM}?next={CONFIRM}/done")))
    done = browser.opens(end.location)
    assert "You have confirmed that it is you" in browser.opens(done.location).text
    assert "bob is invited" in browser.sends(STAFF, INVITED).text
    entry = Staff(sso.console.database).audited()[-2]
    assert tuple(entry) == ("ada@example.org", "identity confirmed", "ada@example.org", "by 127.0.0.1")


def test_a_page_that_was_asked_for_comes_after_the_proof(ada: PersonOfBoth, browser: Browser) -> None:
    page = browser.opens(f"{STAFF}/remove?name=ada@example.org")
    link = re.search(rf'href="({CONFIRM}\?next=[^"]+)"', page.text)
    assert link
    end = browser.opens(ada.comes_back_from(browser.opens(link[1])))
    assert browser.opens(end.location).location == f"{STAFF}/remove?name=ada@example.org"


def test_the_provider_has_to_ask_anew_and_to_say_when_that_was(browser: Browser) -> None:
    query = parse_qs(urlsplit(browser.opens(CONFIRM).location).query)
    assert (query["prompt"], query["max_age"]) == (["login"], ["300"])


def test_a_session_at_the_provider_is_no_fresh_proof(
    sso: ConsoleWithProvider, ada: PersonOfBoth, browser: Browser
) -> None:
    """It asks for the password again, although the person is signed in there."""
    asked = sso.provider.tampering.asked
    asked.clear()
    ada.comes_back_from(browser.opens(CONFIRM))
    assert "/auth/password" in asked
    asked.clear()
    ada.comes_back_from(browser.opens("/console/sign-in/provider"))
    assert "/auth/password" not in asked


@pytest.mark.parametrize("minutes", [5, 60, None])
def test_an_old_proof_or_one_of_unknown_age_confirms_nothing(
    sso: ConsoleWithProvider, ada: PersonOfBoth, browser: Browser, minutes: int | None
) -> None:
    now = datetime.now(UTC).timestamp()
    says_that_it_was(sso, None if minutes is None else now - minutes * 60)
    end = browser.opens(ada.comes_back_from(browser.opens(CONFIRM)))
    answer = browser.opens(end.location)
    assert answer.status_code == 403
    assert "127.0.0.1 did not ask you anew" in answer.text
    assert browser.sends(STAFF, INVITED).status_code == 403


def test_a_proof_counts_from_when_it_was_and_not_from_when_it_came(
    sso: ConsoleWithProvider, ada: PersonOfBoth, browser: Browser
) -> None:
    says_that_it_was(sso, datetime.now(UTC).timestamp() - 4 * 60)
    end = browser.opens(ada.comes_back_from(browser.opens(CONFIRM)))
    assert browser.opens(end.location).status_code == 303
    assert browser.sends(STAFF, INVITED).status_code == 200
    sso.console.clock.ahead += timedelta(minutes=1)
    assert browser.sends(STAFF, {"name": "cy", "role": "viewer"}).status_code == 403


def test_signing_in_with_an_old_session_at_the_provider_is_no_fresh_proof(
    sso: ConsoleWithProvider, ada: PersonOfBoth
) -> None:
    says_that_it_was(sso, datetime.now(UTC).timestamp() - 3600)
    browser = sso.console.browser()
    assert ada.signs_in(browser).status_code == 303
    assert browser.opens("/console/calls").status_code == 200
    assert browser.sends(STAFF, INVITED).status_code == 403


def test_the_proof_of_another_person_confirms_nothing(sso: ConsoleWithProvider, browser: Browser) -> None:
    bob = sso.has_person("bob@example.org")
    bob.signs_in(sso.console.browser())
    end = browser.opens(bob.comes_back_from(browser.opens(CONFIRM)))
    answer = browser.opens(end.location)
    assert (answer.status_code, "That was somebody else" in answer.text) == (403, True)
    assert browser.sends(STAFF, INVITED).status_code == 403


def test_a_proof_counts_once(ada: PersonOfBoth, browser: Browser) -> None:
    end = browser.opens(ada.comes_back_from(browser.opens(CONFIRM)))
    assert [browser.opens(end.location).status_code for _ in range(2)] == [303, 400]


def test_a_password_confirms_too_where_one_has_it(sso: ConsoleWithProvider) -> None:
    bob = sso.console.joins("bob@example.org", Role.ADMIN)
    sso.knows("bob@example.org").signs_in(bob.browser)
    was_a_while_ago(sso)
    page = bob.browser.sends(STAFF, {"name": "cy", "role": "viewer"}).text
    assert "Confirm with 127.0.0.1" in page
    assert "Or with your password" in page


def test_nobody_who_is_not_signed_in_confirms_anything(sso: ConsoleWithProvider) -> None:
    for path in (CONFIRM, f"{CONFIRM}/end", f"{CONFIRM}/done"):
        assert sso.console.browser().opens(path).location.startswith("/console/sign-in?next=")
