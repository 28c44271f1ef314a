"""Who may use the console, changed by an admin."""

import re
from functools import partial

from callrouter.staff.roles import Role
from tests.at_once import at_once
from tests.console.sign_in.staffed_console import StaffedConsole
from tests.directories import a_directory, center, put_in_force
from tests.staff.people import Staff

PAGE = "/console/staff"
LINK = re.compile(r'id="link">http://127.0.0.1:8000([^<]+)<')
LOCK_ACCOUNTS = "LOCK TABLE staff_account IN SHARE ROW EXCLUSIVE MODE"


def test_an_admin_invites_somebody_by_a_link_that_works(console: StaffedConsole) -> None:
    ada = console.joins("ada", Role.ADMIN)
    page = ada.browser.sends(PAGE, {"name": "Bob@Example.org", "role": "operations"}).text
    link = LINK.search(page)
    assert link
    bob = console.browser()
    console.accepts(link.group(1), bob)
    assert "bob@example.org · operations" in bob.opens("/console/account").text


def test_what_is_wrong_is_said_and_what_was_typed_is_kept(console: StaffedConsole) -> None:
    ada = console.joins("ada", Role.ADMIN)
    for form, said in [
        ({"name": "ada", "role": "viewer"}, "ada has an account already"),
        ({"name": "a b", "role": "viewer"}, "cannot be a sign-in name"),
        ({"name": "bob", "role": "king"}, "Choose a role."),
    ]:
        answer = ada.browser.sends(PAGE, form)
        assert answer.status_code == 400
        assert said in answer.text
        assert f'value="{form["name"]}"' in answer.text


def test_an_invitation_that_is_clicked_three_times_makes_one_link_and_says_how_to_get_another(
    console: StaffedConsole,
) -> None:
    ada = console.joins("ada", Role.ADMIN)
    tabs = [ada.browser, *(console.browser() for _ in range(2))]
    for tab in tabs[1:]:
        ada.signs_in(tab)
    sent = {"name": "bob", "role": "viewer", "csrf_token": ""}
    clicks = [{**sent, "csrf_token": tab.token(PAGE)} for tab in tabs]
    answers = at_once(
        console.database,
        LOCK_ACCOUNTS,
        *(partial(tab.client.post, PAGE, data=form) for tab, form in zip(tabs, clicks, strict=True)),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400]
    for answer in answers:
        if answer.status_code == 400:
            assert "bob has an account already, and was invited" in answer.text
            assert "press “New link”" in answer.text
    [made] = [found[1] for answer in answers if (found := LINK.search(answer.text))]
    console.accepts(made, console.browser())


def test_the_last_admin_can_neither_go_nor_become_less(console: StaffedConsole) -> None:
    ada = console.joins("ada", Role.ADMIN)
    console.invites("bob", Role.ADMIN)
    demoted = ada.browser.sends(f"{PAGE}/role", {"name": "ada", "role": "viewer"}, page=PAGE)
    removed = ada.browser.sends(f"{PAGE}/remove", {"name": "ada", "reason": "leaving"}, page=PAGE)
    for answer in (demoted, removed):
        assert answer.status_code == 400
        assert "ada is the last admin" in answer.text
    assert ada.browser.opens(PAGE).status_code == 200


def test_a_removal_says_what_it_does_and_wants_a_reason(console: StaffedConsole) -> None:
    ada, bob = console.joins("ada", Role.ADMIN), console.joins("bob")
    page = ada.browser.opens(f"{PAGE}/remove?name=bob").text
    assert "bob (viewer) is signed in in 1 browser," in page
    assert ada.browser.sends(f"{PAGE}/remove", {"name": "bob"}, page=PAGE).status_code == 400
    done = ada.browser.sends(f"{PAGE}/remove", {"name": "bob", "reason": "left us"}, page=PAGE)
    assert done.status_code == 303
    assert not bob.browser.is_in()
    people = Staff(console.database)
    assert ("ada", "staff removed", "bob", "left us") in people.audited()
    assert ("staff removed", "bob", "viewer", None) in people.changes()


def test_a_removal_that_is_clicked_three_times_is_one(console: StaffedConsole) -> None:
    ada = console.joins("ada", Role.ADMIN)
    console.joins("bob")
    tabs = [ada.browser, *(console.browser() for _ in range(2))]
    for tab in tabs[1:]:
        ada.signs_in(tab)
    clicks = [{"name": "bob", "reason": "left us", "csrf_token": tab.token(PAGE)} for tab in tabs]
    answers = at_once(
        console.database,
        LOCK_ACCOUNTS,
        *(
            partial(tab.client.post, f"{PAGE}/remove", data=form)
            for tab, form in zip(tabs, clicks, strict=True)
        ),
    )
    assert [answer.status_code for answer in answers] == [303, 303, 303]
    shown = sorted("bob was removed already" in tab.opens(PAGE).text for tab in tabs)
    assert shown == [False, True, True]
    people = Staff(console.database)
    assert [row.subject for row in people.audited() if row.action == "staff removed"] == ["bob"]
    later = ada.browser.sends(f"{PAGE}/remove", {"name": "bob", "reason": "left us"}, page=PAGE)
    assert later.status_code == 303
    assert "bob was removed already" in ada.browser.opens(PAGE).text


def test_a_new_link_ends_the_old_password(console: StaffedConsole) -> None:
    ada, bob = console.joins("ada", Role.ADMIN), console.joins("bob")
    assert "A new link for bob" in ada.browser.sends(f"{PAGE}/reset", {"name": "bob"}, page=PAGE).text
    assert not bob.browser.is_in()
    assert bob.types_password(console.browser()).status_code == 400


def test_a_person_without_an_account_is_not_found(console: StaffedConsole) -> None:
    ada = console.joins("ada", Role.ADMIN)
    for act in ("role", "reset", "remove"):
        answer = ada.browser.sends(f"{PAGE}/{act}", {"name": "nobody", "role": "viewer"}, page=PAGE)
        assert answer.status_code == 404


def test_nobody_but_an_admin_manages_staff(console: StaffedConsole) -> None:
    put_in_force(console.database, a_directory(center("sunrise-la")))
    for role in Role:
        if role is not Role.ADMIN:
            person = console.joins(role.value, role, "sunrise" if role is Role.PARTNER else None)
            assert person.browser.opens(PAGE).status_code == 403
            assert person.browser.sends(PAGE, {}, page="/console/account").status_code == 403


def test_every_page_of_this_folder_is_closed_to_nobody_or_says_that_it_is_open(
    console: StaffedConsole,
) -> None:
    open_to_all = {
        "entrance.sign_in", "entrance.check_password", "entrance.code", "entrance.check_code",
        "entrance.check_passkey", "invitation.follow", "invitation.choose", "invitation.accept", "invitation.first",
        "provider.begin", "provider.begin_from_invitation", "provider.come_back", "provider.signed_out",
        "frame.static",
    }  # fmt: skip
    found = {
        name
        for name, view in console.app.view_functions.items()
        if getattr(view, "requirement").is_public  # noqa: B009
    }
    assert found == open_to_all


def test_what_staff_do_to_accounts_is_in_the_audit_log(console: StaffedConsole) -> None:
    ada = console.joins("ada", Role.ADMIN)
    ada.browser.sends(PAGE, {"name": "bob", "role": "viewer"})
    ada.browser.sends(f"{PAGE}/role", {"name": "bob", "role": "billing"}, page=PAGE)
    ada.browser.sends("/console/sign-out", {}, page=PAGE)
    rows = [(row.person, row.action, row.subject) for row in Staff(console.database).audited()]
    assert rows == [
        ("root", "staff added", "ada"),
        ("ada", "staff invitation accepted", "ada"),
        ("ada", "signed in", "ada"),
        ("ada", "staff added", "bob"),
        ("ada", "staff role changed", "bob"),
        ("ada", "signed out", "ada"),
    ]


def test_somebody_of_a_partner_is_invited_and_sees_that_partners_pages(console: StaffedConsole) -> None:
    put_in_force(console.database, a_directory(center("sunrise-la"), center("harbor-sd")))
    ada = console.joins("ada", Role.ADMIN)
    form = {"name": "pat", "role": "partner"}
    for partner in ("", "nobody"):
        refused = ada.browser.sends(PAGE, {**form, "partner": partner})
        assert refused.status_code == 400
        assert "Choose the partner whose person it is." in refused.text
    page = ada.browser.sends(PAGE, {**form, "partner": "sunrise"}).text
    link = LINK.search(page)
    assert link
    pat = console.browser()
    console.accepts(link.group(1), pat)
    assert "Your role is partner of sunrise." in pat.opens("/console/account").text
    centers = pat.opens("/console/partner/centers").text
    assert "Sunrise La" in centers
    assert "Harbor" not in centers
    assert "partner of sunrise" in ada.browser.opens(PAGE).text
    changed = ada.browser.sends(f"{PAGE}/role", {"name": "pat", "role": "admin"}, page=PAGE)
    assert changed.status_code == 400
    assert "a partner&#39;s person cannot become one of the staff" in changed.text


def test_who_belongs_to_a_partner_that_left_the_directory_sees_nothing(console: StaffedConsole) -> None:
    put_in_force(console.database, a_directory(center("sunrise-la"), center("harbor-sd")))
    pat = console.joins("pat", Role.PARTNER, "sunrise")
    assert pat.browser.opens("/console/partner/calls").status_code == 200
    put_in_force(console.database, a_directory(center("harbor-sd")))
    for page in ("calls", "promises", "centers", "account", "invoices", "disputes"):
        assert pat.browser.opens(f"/console/partner/{page}").status_code == 403
    home = pat.browser.opens("/console/")
    assert home.status_code == 403
    assert "not in the directory any more" in home.text
    put_in_force(console.database, a_directory(center("sunrise-la"), center("harbor-sd")))
    assert pat.browser.opens("/console/partner/calls").status_code == 200


def test_a_number_in_the_reason_of_a_removal_is_masked(console: StaffedConsole) -> None:
    ada = console.joins("ada", Role.ADMIN)
    console.joins("bob")
    for reason in ("3105550188 \u202ecomplains", "x" * 501):
        refused = ada.browser.sends(f"{PAGE}/remove", {"name": "bob", "reason": reason}, page=PAGE)
        assert refused.status_code == 400
        assert "That cannot be kept" in refused.text
    told = "caller +1 310 555 0199 complains"
    ada.browser.sends(f"{PAGE}/remove", {"name": "bob", "reason": told}, page=PAGE)
    assert ("ada", "staff removed", "bob", "caller [number] complains") in Staff(console.database).audited()
