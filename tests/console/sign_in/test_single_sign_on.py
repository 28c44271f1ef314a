"""Signing in through a real provider: who may come in, and as whom."""

from __future__ import annotations

import re
from datetime import timedelta
from secrets import token_hex

import pytest

from callrouter.staff.accounts import StaffAct, remove_account
from callrouter.staff.roles import Role
from callrouter.staff.tokens import first_token
from tests.console.sign_in.provider_console import BEGIN, ConsoleWithProvider, client_of
from tests.console.sign_in.staffed_console import PASSWORD, SECRET_KEY, Browser, StaffedConsole
from tests.directories import a_directory, put_in_force
from tests.directories import partner as a_partner
from tests.staff.people import Staff

ACCOUNT = "/console/account"


def removes(sso: ConsoleWithProvider, name: str) -> None:
    act = StaffAct("root", sso.console.clock.now())
    sso.console.database.transact(lambda session: remove_account(session, name, act))


def audited(sso: ConsoleWithProvider, action: str) -> list[tuple[str, str, str]]:
    """Person, subject and reason of each entry."""
    rows = Staff(sso.console.database).audited()
    return [(row.person, row.subject, row.reason) for row in rows if row.action == action]


def test_a_person_whose_verified_address_is_the_name_of_an_account_is_in(sso: ConsoleWithProvider) -> None:
    ada, browser = sso.has_person("ada@example.org", Role.BILLING), sso.console.browser()
    done = ada.signs_in(browser, "/console/calls?outcome=answered")
    assert (done.status_code, done.location) == (303, "/console/calls?outcome=answered")
    assert "ada@example.org · billing" in browser.opens(ACCOUNT).text
    issuer = sso.provider.issuer
    bound = ("ada@example.org", "ada@example.org", f"by the verified e-mail address, at {issuer}")
    assert audited(sso, "single sign-on set up") == [bound]
    assert audited(sso, "signed in") == [("ada@example.org", "ada@example.org", "with 127.0.0.1")]


def test_from_then_on_the_address_does_not_matter(sso: ConsoleWithProvider) -> None:
    ada, browser = sso.has_person("ada@example.org"), sso.console.browser()
    ada.signs_in(browser)
    ada.there.user.emails = ["ada@elsewhere.example"]
    again = sso.console.browser()
    assert ada.signs_in(again).status_code == 303
    assert "ada@example.org · viewer" in again.opens(ACCOUNT).text


def test_an_address_that_was_handed_on_opens_nothing(sso: ConsoleWithProvider) -> None:
    sso.has_person("ada@example.org").signs_in(sso.console.browser())
    successor, browser = sso.knows("ada@example.org"), sso.console.browser()
    answer = successor.signs_in(browser)
    assert (answer.status_code, browser.is_in()) == (403, False)
    assert "This account belongs to somebody else" in answer.text


@pytest.mark.parametrize("verified", [True, False])
def test_nobody_is_in_without_an_account_or_a_verified_address(
    sso: ConsoleWithProvider, verified: bool
) -> None:
    if not verified:
        sso.console.invites("eve@example.org")
    eve, browser = sso.knows("eve@example.org", verified=verified), sso.console.browser()
    answer = eve.signs_in(browser)
    assert (answer.status_code, browser.is_in()) == (403, False)
    assert "You have no account here" in answer.text
    (entry,) = audited(sso, "sign-in failed")
    assert entry[0] == "somebody at 192.0.2.1"
    assert entry[1] == ("eve@example.org" if verified else eve.there.subject)


def test_a_letter_that_only_looks_the_same_opens_nothing(sso: ConsoleWithProvider) -> None:
    sso.console.invites("kim@example.org")
    lookalike = "\N{KELVIN SIGN}im@example.org"
    assert lookalike.lower() == "kim@example.org"
    assert sso.knows(lookalike).signs_in(sso.console.browser()).status_code == 403


def test_whoever_is_removed_is_out_at_the_next_click_and_does_not_come_back(sso: ConsoleWithProvider) -> None:
    ada, browser = sso.has_person("ada@example.org"), sso.console.browser()
    ada.signs_in(browser)
    removes(sso, "ada@example.org")
    assert not browser.is_in()
    assert ada.signs_in(browser).status_code == 403


def test_an_invitation_binds_a_person_whatever_their_address(sso: ConsoleWithProvider) -> None:
    link, browser = sso.console.invites("ada", Role.OPERATIONS), sso.console.browser()
    assert "With 127.0.0.1 you need no password here." in browser.opens(link).text
    ada = sso.knows("someone@elsewhere.example", verified=False)
    done = browser.opens(ada.comes_back_from(browser.opens(f"{link}/provider")))
    assert done.status_code == 303
    assert "ada · operations" in browser.opens(ACCOUNT).text
    assert browser.opens(link).status_code == 410
    assert ada.signs_in(sso.console.browser()).status_code == 303


def test_an_invitation_is_of_no_use_to_whoever_has_another_account(sso: ConsoleWithProvider) -> None:
    ada = sso.has_person("ada@example.org")
    ada.signs_in(sso.console.browser())
    link, browser = sso.console.invites("admin", Role.ADMIN), sso.console.browser()
    answer = browser.opens(ada.comes_back_from(browser.opens(f"{link}/provider")))
    assert answer.status_code == 403
    assert browser.opens(link).status_code == 200


def test_an_invitation_that_somebody_else_has_used_meanwhile_is_dead_on_the_way_back(
    sso: ConsoleWithProvider,
) -> None:
    link, browser, ada = sso.console.invites("ada"), sso.console.browser(), sso.knows("ada@example.org")
    begun = browser.opens(f"{link}/provider")
    sso.console.accepts(link, sso.console.browser())
    assert browser.opens(ada.comes_back_from(begun)).status_code == 410
    assert not browser.is_in()


def test_an_old_invitation_does_not_lead_to_the_provider(sso: ConsoleWithProvider) -> None:
    link = sso.console.invites("ada")
    sso.console.clock.ahead = timedelta(hours=72)
    assert sso.console.browser().opens(f"{link}/provider").status_code == 410


def test_a_link_that_was_not_needed_is_dead(sso: ConsoleWithProvider) -> None:
    link = sso.console.invites("ada@example.org")
    sso.knows("ada@example.org").signs_in(sso.console.browser())
    assert sso.console.browser().opens(link).status_code == 410


def test_the_first_admin_may_come_through_the_provider(sso: ConsoleWithProvider) -> None:
    ada, browser = sso.has_person("ada@example.org", Role.ADMIN), sso.console.browser()
    ada.signs_in(browser)
    page = browser.opens("/console/staff")
    assert re.search(r"ada@example.org.*?active", page.text, re.DOTALL)
    answer = browser.sends("/console/staff/remove", {"name": "ada@example.org", "reason": "x"}, page=ACCOUNT)
    assert "is the last admin" in answer.text


def test_the_link_of_a_fresh_installation_may_be_followed_through_the_provider(
    sso: ConsoleWithProvider,
) -> None:
    browser, ada = sso.console.browser(), sso.knows("ada@example.org")
    link = browser.sends(f"/console/first/{first_token(SECRET_KEY)}", {"name": "ada"}).location
    done = browser.opens(ada.comes_back_from(browser.opens(f"{link}/provider")))
    assert done.status_code == 303
    assert "ada · admin" in browser.opens(ACCOUNT).text
    assert sso.console.browser().opens(f"/console/first/{first_token(SECRET_KEY)}").status_code == 410


@pytest.mark.parametrize(("length", "arrives"), [(1_300, True), (5_000, False)])
def test_a_long_address_does_not_burst_the_cookie(
    sso: ConsoleWithProvider, length: int, arrives: bool
) -> None:
    ada, browser = sso.has_person("ada@example.org"), sso.console.browser()
    target = "/console/calls?" + token_hex(length // 2)
    for _ in range(3):
        browser.opens(f"{BEGIN}?next={target}")
        cookie = browser.client.get_cookie("callrouter_console", path="/console")
        assert cookie
        assert len(cookie.value) < 4_000
    assert ada.signs_in(browser, target).location == (target if arrives else "/console/")


def test_a_password_works_beside_the_provider(sso: ConsoleWithProvider) -> None:
    bob = sso.console.joins("bob@example.org")
    browser = sso.console.browser()
    assert bob.signs_in(browser).status_code == 303
    assert sso.knows("bob@example.org").signs_in(browser).status_code == 303
    assert bob.signs_in(browser).status_code == 303


def test_the_list_of_browsers_says_what_one_signed_in_with(sso: ConsoleWithProvider) -> None:
    ada, browser = sso.has_person("ada@example.org"), sso.console.browser()
    ada.signs_in(browser)
    page = browser.opens(ACCOUNT).text
    assert "<td>127.0.0.1</td>" in page
    assert "You have none here: you sign in with 127.0.0.1." in page


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("password", {"password": "copper otter 42 violin"}),
        ("recovery-codes", {}),
        ("passkeys", {"name": "x"}),
    ],
)
def test_whoever_has_no_password_here_gets_no_other_way_in(
    sso: ConsoleWithProvider, path: str, form: dict[str, str]
) -> None:
    ada, browser = sso.has_person("ada@example.org"), sso.console.browser()
    ada.signs_in(browser)
    answer = browser.sends(f"{ACCOUNT}/{path}", form, page=ACCOUNT)
    assert answer.status_code == 400
    assert "You have no password here" in answer.text


def test_signing_out_ends_our_session_and_leads_to_the_provider_s_page(sso: ConsoleWithProvider) -> None:
    ada, browser = sso.has_person("ada@example.org"), sso.console.browser()
    ada.signs_in(browser)
    left = browser.sends("/console/sign-out", {}, page=ACCOUNT)
    assert left.location == f"{BEGIN}/signed-out"
    assert not browser.is_in()
    page = browser.opens(left.location).text
    link = re.search(r'class="button main" href="([^"]+)"', page)
    assert link
    assert link[1].startswith(f"{sso.provider.issuer}/oauth/end_session?client_id=callrouter&amp;post_logout")


class TestWherePasswordsAreForAdmins:
    @pytest.fixture
    def console(self, sso: ConsoleWithProvider) -> StaffedConsole:
        """The same database, under the stricter setting."""
        client = client_of(sso.provider, is_required=True)
        return StaffedConsole(sso.console.database, sso.console.clock, single_sign_on=client)

    def test_others_are_sent_to_the_provider(self, sso: ConsoleWithProvider, console: StaffedConsole) -> None:
        bob = sso.console.joins("bob@example.org")
        bob.console, browser = console, console.browser()
        answer = bob.signs_in(browser)
        assert (answer.status_code, browser.is_in()) == (403, False)
        assert "You sign in with 127.0.0.1: passwords and passkeys are for admins." in answer.text

    def test_their_passwords_confirm_nothing(self, sso: ConsoleWithProvider, console: StaffedConsole) -> None:
        bob, browser = sso.console.joins("bob@example.org"), console.browser()
        sso.knows("bob@example.org").signs_in(browser)
        sso.console.clock.ahead += timedelta(minutes=5)
        page = browser.sends(f"{ACCOUNT}/recovery-codes", {}, page=ACCOUNT)
        assert (page.status_code, "proof_password" in page.text) == (403, False)
        for proof in ({"proof_password": PASSWORD}, {"proof_code": bob.app.code()}):
            form = {"proof_target": ACCOUNT, "proof_method": "GET", **proof}
            assert browser.sends("/console/confirm", form, page=ACCOUNT).status_code == 400

    def test_a_partner_s_person_keeps_the_password(
        self, sso: ConsoleWithProvider, console: StaffedConsole
    ) -> None:
        put_in_force(console.database, a_directory(a_partner("sunrise")))
        pat = sso.console.joins("pat", Role.PARTNER, "sunrise")
        pat.console = console
        assert pat.signs_in(console.browser()).status_code == 303

    def test_the_page_says_whose_passwords_work(self, console: StaffedConsole) -> None:
        page = console.browser().opens("/console/sign-in").text
        assert "Admins and people of partners: with a password" in page

    def test_an_admin_comes_in_as_ever(self, sso: ConsoleWithProvider, console: StaffedConsole) -> None:
        ada = sso.console.joins("ada", Role.ADMIN)
        assert ada.signs_in(console.browser()).status_code == 303

    def test_an_invitation_offers_no_password(self, console: StaffedConsole) -> None:
        link, browser = console.invites("bob@example.org"), console.browser()
        page = browser.opens(link)
        assert "New password" not in page.text
        answer = browser.sends(link, {"password": PASSWORD}, page="/console/sign-in")
        assert answer.status_code == 400
        assert "New password" in console.browser().opens(console.invites("ada", Role.ADMIN)).text


def test_without_a_provider_there_is_no_such_page(console: StaffedConsole) -> None:
    browser: Browser = console.browser()
    assert browser.opens(BEGIN).status_code == 404
    assert "Or with a password" not in browser.opens("/console/sign-in").text
