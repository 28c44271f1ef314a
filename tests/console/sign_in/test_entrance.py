"""Signing in and out."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from callrouter.staff.accounts import StaffAct, change_role, remove_account
from callrouter.staff.roles import Role
from console import access
from console.access import AccessEnded
from tests.console.sign_in.staffed_console import Browser, StaffedConsole
from tests.staff.people import Staff

ELSEWHERE = "203.0.113.7"


def test_a_person_signs_in_with_password_and_code(console: StaffedConsole) -> None:
    ada, browser = console.joins("ada"), console.browser()
    assert ada.signs_in(browser).location == "/console/"
    assert browser.is_in()


def test_the_name_may_be_typed_in_any_case(console: StaffedConsole) -> None:
    console.joins("ada")
    answer = console.browser().sends("/console/sign-in", {"name": " ADA ", "password": "lavender kettle 71"})
    assert answer.status_code == 303


def test_nobody_is_in_after_the_password_alone(console: StaffedConsole) -> None:
    ada, browser = console.joins("ada"), console.browser()
    ada.types_password(browser)
    assert not browser.is_in()


@pytest.mark.parametrize("name", ["ada", "nobody", "", "a\1b", "x" * 5000])
def test_a_wrong_password_and_an_unknown_name_look_the_same(console: StaffedConsole, name: str) -> None:
    console.joins("ada")
    answer = console.browser().sends("/console/sign-in", {"name": name, "password": "wrong"})
    assert answer.status_code == 400
    assert "The name or the password is wrong." in answer.text
    assert "<title>Error: Sign in" in answer.text


def test_a_name_with_a_nul_in_it_is_refused_before_it_is_looked_up(console: StaffedConsole) -> None:
    answer = console.browser().sends("/console/sign-in", {"name": "a\0b", "password": "wrong"})
    assert answer.status_code == 400
    assert "cannot be stored" in answer.text


def test_a_code_is_accepted_once(console: StaffedConsole) -> None:
    ada, first, second = console.joins("ada"), console.browser(), console.browser()
    for browser in (first, second):
        ada.types_password(browser)
    code = ada.app.code()
    assert first.sends("/console/sign-in/code", {"code": code}).status_code == 303
    answer = second.sends("/console/sign-in/code", {"code": code})
    assert answer.status_code == 400
    assert "was used before" in answer.text
    assert not second.is_in()


def test_a_code_that_comes_to_two_processes_at_once_is_accepted_by_one(console: StaffedConsole) -> None:
    ada, other = console.joins("ada"), StaffedConsole(console.database, console.clock)
    browsers = [console.browser(), other.browser("203.0.113.7")]
    for browser in browsers:
        ada.types_password(browser)
    tokens, code = [browser.token("/console/sign-in/code") for browser in browsers], ada.app.code()

    def sends(browser: Browser, token: str) -> int:
        form = {"code": code, "csrf_token": token}
        return browser.client.post("/console/sign-in/code", data=form).status_code

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(sends, browsers, tokens)) == [303, 400]


@pytest.mark.parametrize("code", ["", "000000", "12345", "abcdef", "\0", "1" * 5000, "１２３４５６"])
def test_a_wrong_code_is_refused(console: StaffedConsole, code: str) -> None:
    ada, browser = console.joins("ada"), console.browser()
    ada.types_password(browser)
    assert browser.sends("/console/sign-in/code", {"code": code}).status_code == 400


def test_a_recovery_code_stands_in_for_the_telephone_once(console: StaffedConsole) -> None:
    ada, first, second = console.joins("ada"), console.browser(), console.browser()
    typed = ada.codes[0].upper().replace("-", " ")
    for browser, status in ((first, 303), (second, 400)):
        ada.types_password(browser)
        assert browser.sends("/console/sign-in/code", {"recovery": typed}).status_code == status
    assert first.is_in()
    assert "You have 9 left." in first.opens("/console/account").text


def test_the_recovery_code_of_another_is_refused(console: StaffedConsole) -> None:
    ada, bob, browser = console.joins("ada"), console.joins("bob"), console.browser()
    ada.types_password(browser)
    assert browser.sends("/console/sign-in/code", {"recovery": bob.codes[0]}).status_code == 400


def test_a_code_without_a_password_leads_to_the_beginning(console: StaffedConsole) -> None:
    browser = console.browser()
    assert browser.opens("/console/sign-in/code").location == "/console/sign-in"
    answer = browser.sends("/console/sign-in/code", {"code": "123456"}, page="/console/sign-in")
    assert answer.location == "/console/sign-in"


def test_the_password_of_before_a_change_is_no_first_step_any_more(console: StaffedConsole) -> None:
    ada, browser = console.joins("ada"), console.browser()
    ada.types_password(browser)
    changed = ada.browser.sends(
        "/console/account/password", {"password": "copper otter 42 violin"}, page="/console/account"
    )
    assert changed.status_code == 303
    assert browser.sends("/console/sign-in/code", {"code": ada.app.code()}).location == "/console/sign-in"


def test_a_form_without_its_token_is_refused(console: StaffedConsole) -> None:
    ada = console.joins("ada")
    for path in (
        "/console/sign-in",
        "/console/sign-in/passkey",
        "/console/sign-out",
        "/console/account/password",
    ):
        assert ada.browser.client.post(path, data={}).status_code == 400
    assert ada.browser.is_in()


def test_signing_out_ends_the_session_and_not_only_the_cookie(console: StaffedConsole) -> None:
    ada = console.joins("ada")
    stolen = ada.browser.client.get_cookie("callrouter_console", path="/console")
    assert stolen
    assert ada.browser.sends("/console/sign-out", {}, page="/console/account").status_code == 303
    assert not ada.browser.is_in()
    thief = console.browser()
    thief.client.set_cookie("callrouter_console", stolen.value, path="/console")
    assert not thief.is_in()


def test_the_cookie_is_for_our_pages_and_no_script(console: StaffedConsole) -> None:
    answer = console.browser().opens("/console/sign-in")
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert "HttpOnly; Path=/console; SameSite=Lax" in cookie
    secure = StaffedConsole(console.database, public_url="https://calls.example.org").browser()
    assert "Secure" in secure.opens("/console/sign-in").headers["Set-Cookie"]


def test_the_mark_of_a_known_browser_is_for_our_pages_and_no_script(console: StaffedConsole) -> None:
    ada = console.joins("ada")
    answer = ada.signs_in(console.browser())
    marks = [each for each in answer.headers.getlist("Set-Cookie") if "_browser=" in each]
    assert len(marks) == 1
    assert "HttpOnly; Path=/console; SameSite=Lax" in marks[0]


def test_a_session_that_somebody_prepared_is_not_taken_over(console: StaffedConsole) -> None:
    ada, browser = console.joins("ada"), console.browser()
    browser.opens("/console/sign-in")
    before = browser.client.get_cookie("callrouter_console", path="/console")
    ada.signs_in(browser)
    other = console.browser()
    assert before
    other.client.set_cookie("callrouter_console", before.value, path="/console")
    assert not other.is_in()


def test_a_page_that_nobody_may_see_asks_to_sign_in_and_comes_back(console: StaffedConsole) -> None:
    ada, browser = console.joins("ada"), console.browser()
    asked = browser.opens("/console/calls?outcome=answered")
    assert asked.status_code == 303
    browser.sends(
        "/console/sign-in",
        {"name": "ada", "password": "lavender kettle 71", "next": "/console/calls?outcome=answered"},
        page=asked.location,
    )
    done = browser.sends("/console/sign-in/code", {"code": ada.app.code()})
    assert done.location == "/console/calls?outcome=answered"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/console/\\evil",
        "/elsewhere",
        "/consolex",
        "/console/../elsewhere/\\evil",
        "\thttps://evil.example",
        "/console/\n//evil.example",
        "///evil.example",
        "http:evil.example",
        "javascript:alert(1)",
    ],
)
def test_nobody_is_sent_to_another_site(console: StaffedConsole, target: str) -> None:
    ada, browser = console.joins("ada"), console.browser()
    browser.sends("/console/sign-in", {"name": "ada", "password": "lavender kettle 71", "next": target})
    done = browser.sends("/console/sign-in/code", {"code": ada.app.code()})
    assert done.location == "/console/"


@pytest.mark.parametrize(
    ("target", "arrives"),
    [
        ("/console/calls?sid=" + "a" * 900, "/console/calls?sid=" + "a" * 900),
        ("/console/calls?sid=" + "a" * 6_000, "/console/"),
        ("/console/calls?sid=" + "\u00e9" * 900, "/console/"),
    ],
)
def test_a_long_target_makes_no_cookie_that_a_browser_drops(
    console: StaffedConsole, target: str, arrives: str
) -> None:
    ada, browser = console.joins("ada"), console.browser()
    form = {"name": "ada", "password": "lavender kettle 71", "next": target}
    answer = browser.sends("/console/sign-in", form)
    assert max(map(len, answer.headers.getlist("Set-Cookie"))) < 4_096
    assert browser.sends("/console/sign-in/code", {"code": ada.app.code()}).location == arrives


def test_a_script_of_nobody_is_told_to_leave_the_page(console: StaffedConsole) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://127.0.0.1:8000/console/calls"}
    answer = console.browser().client.get("/console/calls", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/console/sign-in?next=%2Fconsole%2Fcalls"


def test_a_removed_person_is_out_at_the_next_click(console: StaffedConsole) -> None:
    ada = console.joins("ada")
    act = StaffAct("root", console.clock.now())
    console.database.transact(lambda session: remove_account(session, "ada", act))
    assert ada.browser.opens("/console/account").status_code == 303
    assert ada.types_password(console.browser()).status_code == 400


def test_a_removed_person_s_download_breaks_off(
    console: StaffedConsole, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "LOOKED_AT_EVERY", 1)
    ada, act = console.joins("ada", Role.COMPLIANCE), StaffAct("root", console.clock.now())
    pieces = ada.browser.opens("/console/audit/export.csv").iter_encoded()
    assert next(pieces).startswith(b"id,")
    console.database.transact(lambda session: remove_account(session, "ada", act))
    with pytest.raises(AccessEnded):
        next(pieces)


def test_a_download_breaks_off_when_the_role_has_no_right_to_it_any_more(
    console: StaffedConsole, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "LOOKED_AT_EVERY", 1)
    ada, act = console.joins("ada", Role.COMPLIANCE), StaffAct("root", console.clock.now())
    pieces = ada.browser.opens("/console/audit/export.jsonl").iter_encoded()
    next(pieces)
    console.database.transact(lambda session: change_role(session, "ada", Role.VIEWER, act))
    with pytest.raises(AccessEnded):
        next(pieces)


def test_a_download_is_whole_as_long_as_its_reader_may_have_it(
    console: StaffedConsole, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "LOOKED_AT_EVERY", 1)
    ada = console.joins("ada", Role.COMPLIANCE)
    text = ada.browser.opens("/console/audit/export.csv").text
    assert len(text.splitlines()) == 1 + len(Staff(console.database).audited())


def test_a_new_role_holds_at_the_next_click(console: StaffedConsole) -> None:
    ada = console.joins("ada")
    assert ada.browser.opens("/console/staff").status_code == 403
    act = StaffAct("root", console.clock.now())
    console.database.transact(lambda session: change_role(session, "ada", Role.ADMIN, act))
    assert ada.browser.opens("/console/staff").status_code == 200


def test_thirty_wrong_passwords_stop_that_address_and_no_other(console: StaffedConsole) -> None:
    ada, guesser = console.joins("ada"), console.browser("198.51.100.9")
    statuses = [ada.types_password(guesser, f"wrong {number}").status_code for number in range(30)]
    assert statuses == [400] * 5 + [429] * 25
    right = ada.types_password(guesser)
    assert (right.status_code, right.headers["Retry-After"]) == (429, "900")
    assert ada.signs_in(console.browser(ELSEWHERE)).status_code == 303


def test_a_browser_in_which_the_person_has_signed_in_before_is_let_in_at_the_same_address(
    console: StaffedConsole,
) -> None:
    ada, guesser = console.joins("ada"), console.browser()
    assert guesser.address == ada.browser.address
    for number in range(6):
        ada.types_password(guesser, f"wrong {number}")
    assert ada.types_password(guesser).status_code == 429
    ada.browser.sends("/console/sign-out", {}, page="/console/account")
    assert ada.signs_in(ada.browser).status_code == 303


def test_wrong_codes_are_counted_too(console: StaffedConsole) -> None:
    ada, thief = console.joins("ada"), console.browser("198.51.100.9")
    ada.types_password(thief)
    statuses = [
        thief.sends("/console/sign-in/code", {"code": f"00000{number}"}).status_code for number in range(6)
    ]
    assert statuses == [400] * 5 + [429]


def test_guessing_is_in_the_audit_log_once_for_an_account_that_there_is(console: StaffedConsole) -> None:
    ada, guesser = console.joins("ada"), console.browser("198.51.100.9")
    for number in range(8):
        ada.types_password(guesser, f"wrong {number}")
        guesser.sends("/console/sign-in", {"name": "nobody", "password": "wrong"})
    found = [tuple(row) for row in Staff(console.database).audited() if row.action == "sign-in failed"]
    reason = "5 times a wrong password; refused there for 15 minutes"
    assert found == [("somebody at 198.51.100.9", "sign-in failed", "ada", reason)]


def test_a_form_of_an_earlier_session_is_refused_with_a_reason(console: StaffedConsole) -> None:
    answer = console.joins("ada").browser.client.post("/console/account/password", data={"csrf_token": "old"})
    assert answer.status_code == 400
    assert "Nothing was changed." in answer.text
