"""Who has an account, and that somebody can always manage the others."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from callrouter.database import Session
from callrouter.errors import Fault, NotKnown
from callrouter.staff.accounts import (
    LastAdmin,
    StaffAct,
    add_account,
    change_role,
    list_accounts,
    normal_name,
    remove_account,
    reset_account,
)
from callrouter.staff.invitations import InvitationExpired, open_invitation
from callrouter.staff.roles import Role
from callrouter.staff.sessions import find_session
from tests.staff.people import NOON, Staff

ACT = StaffAct("ada", NOON)


def test_a_name_is_stored_in_lower_case() -> None:
    assert normal_name(" Ada@Example.org ") == "ada@example.org"


@pytest.mark.parametrize("name", ["", " ", "ada lovelace", "<ada>", "@ada", "a" * 101, "ada\n", "ada\u202e"])
def test_what_cannot_be_typed_safely_is_no_name(name: str) -> None:
    with pytest.raises(Fault, match="cannot be a sign-in name"):
        normal_name(name + "!")


def test_a_name_is_given_once(staff: Staff) -> None:
    staff.joins("ada")
    with pytest.raises(Fault, match="has an account already"):
        staff.database.transact(lambda session: add_account(session, "ada", Role.ADMIN, ACT))


def test_the_list_says_who_has_come_and_whose_link_is_too_old(staff: Staff) -> None:
    staff.joins("ada", Role.ADMIN)
    staff.invites("bob")
    staff.invites("cy", now=NOON - timedelta(hours=73))
    rows = staff.database.transact(lambda session: list_accounts(session, NOON))
    assert [(row.name, row.role, row.state) for row in rows] == [
        ("ada", "admin", "active"),
        ("bob", "viewer", "invited"),
        ("cy", "viewer", "link expired"),
    ]


def test_a_removed_person_is_out_at_once_and_their_link_is_dead(staff: Staff) -> None:
    staff.joins("ada", Role.ADMIN)
    token = staff.invites("bob")
    staff.joins("cy")
    staff.signs_in("cy", b"cy")
    for name in ("bob", "cy"):
        staff.runs(remove_account, name, ACT)
    assert staff.database.transact(lambda session: find_session(session, b"cy", NOON)) is None
    with pytest.raises(InvitationExpired):
        staff.database.transact(lambda session: open_invitation(session, token, NOON))
    with pytest.raises(NotKnown):
        staff.database.transact(lambda session: remove_account(session, "cy", ACT))


def test_a_removed_person_who_comes_back_has_the_same_account_and_no_old_password(staff: Staff) -> None:
    staff.joins("ada", Role.ADMIN)
    first = staff.joins("bob")
    staff.database.transact(lambda session: remove_account(session, "bob", ACT))
    staff.invites("bob", Role.BILLING)
    rows = staff.database.transact(lambda session: list_accounts(session, NOON))
    assert staff.ids["bob"] == first
    assert [(row.role, row.state) for row in rows if row.name == "bob"] == [("billing", "invited")]


def test_the_last_admin_is_neither_removed_nor_demoted(staff: Staff) -> None:
    staff.joins("ada", Role.ADMIN)
    staff.invites("bob", Role.ADMIN)  # Who has not come yet cannot manage anybody.
    with pytest.raises(LastAdmin, match="ada is the last admin, and cannot be removed"):
        staff.database.transact(lambda session: remove_account(session, "ada", ACT))
    with pytest.raises(LastAdmin, match="ada is the last admin, and has to stay one"):
        staff.database.transact(lambda session: change_role(session, "ada", Role.VIEWER, ACT))


@pytest.mark.parametrize(
    "act",
    [
        lambda session, name: remove_account(session, name, ACT),
        lambda session, name: change_role(session, name, Role.VIEWER, ACT),
    ],
)
def test_two_admins_who_remove_or_demote_each_other_at_the_same_moment_leave_one(
    staff: Staff, act: Callable[[Session, str], None]
) -> None:
    def is_removed(name: str) -> bool:
        try:
            staff.runs(act, name)
        except LastAdmin:
            return False
        return True

    staff.joins("ada", Role.ADMIN)
    staff.joins("bob", Role.ADMIN)
    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(is_removed, ("ada", "bob"))) == [False, True]


def test_a_role_is_changed_and_the_change_is_audited(staff: Staff) -> None:
    staff.joins("bob")
    staff.signs_in("bob", b"bob")
    staff.database.transact(lambda session: change_role(session, "bob", Role.BILLING, ACT))
    assert staff.database.transact(lambda session: find_session(session, b"bob", NOON)).role == "billing"
    assert ("ada", "staff role changed", "bob", "") in staff.audited()
    assert ("staff role changed", "bob", "viewer", "billing") in staff.changes()


def test_the_role_that_one_has_already_changes_nothing(staff: Staff) -> None:
    staff.joins("ada", Role.ADMIN)
    staff.database.transact(lambda session: change_role(session, "ada", Role.ADMIN, ACT))
    assert [row.action for row in staff.audited()] == ["staff added", "staff invitation accepted"]


def test_a_reset_ends_everything_that_the_account_could_be_entered_with(staff: Staff) -> None:
    staff.joins("bob")
    staff.signs_in("bob", b"bob")
    staff.database.transact(lambda session: reset_account(session, "bob", ACT))
    rows = staff.database.transact(lambda session: list_accounts(session, NOON))
    assert [row.state for row in rows] == ["link expired"]
    assert staff.database.transact(lambda session: find_session(session, b"bob", NOON)) is None
