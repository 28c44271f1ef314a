"""Whose account belongs to whom at a provider of single sign-on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from callrouter.database import DuplicateKey
from callrouter.staff.accounts import (
    LastAdmin,
    StaffAct,
    add_account,
    list_accounts,
    remove_account,
    reset_account,
    somebody_is_set_up,
)
from callrouter.staff.identities import (
    Identity,
    IdentityTaken,
    NotInvited,
    account_of,
    bind_by_email,
    bind_by_invitation,
    is_bound,
)
from callrouter.staff.invitations import InvitationExpired
from callrouter.staff.roles import Role
from tests.staff.people import NOON, Staff

ACT = StaffAct("root", NOON)
ADA = Identity("https://login.example", "7", "Ada@Example.org")
NAME = "ada@example.org"


def account(staff: Staff, identity: Identity) -> Any:
    found = staff.runs(account_of, identity)
    return found.name if found else None


def test_a_verified_address_binds_the_account_of_this_name_once(staff: Staff) -> None:
    staff.invites(NAME)
    assert account(staff, ADA) is None
    assert staff.runs(bind_by_email, ADA, NOON) == staff.ids[NAME]
    assert account(staff, Identity(ADA.issuer, ADA.subject)) == NAME
    assert staff.runs(is_bound, staff.ids[NAME], ADA.issuer)
    assert staff.runs(somebody_is_set_up)
    with pytest.raises(IdentityTaken):
        staff.runs(bind_by_email, Identity(ADA.issuer, "8", ADA.email), NOON)


@pytest.mark.parametrize(
    "email", [None, "bob@example.org", "", "not a name", "\N{KELVIN SIGN}im@example.org"]
)
def test_any_other_address_binds_nothing(staff: Staff, email: str | None) -> None:
    staff.invites("kim@example.org")
    with pytest.raises(NotInvited):
        staff.runs(bind_by_email, Identity(ADA.issuer, "7", email), NOON)


def test_the_same_subject_of_another_provider_is_somebody_else(staff: Staff) -> None:
    staff.invites(NAME)
    staff.runs(bind_by_email, ADA, NOON)
    assert account(staff, Identity("https://other.example", ADA.subject)) is None


def test_two_people_who_come_for_one_account_at_the_same_moment_do_not_both_get_it(staff: Staff) -> None:
    staff.invites(NAME)

    def is_let_in(subject: str) -> bool:
        try:
            staff.runs(bind_by_email, Identity(ADA.issuer, subject, ADA.email), NOON)
        except IdentityTaken:
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(is_let_in, "1234")) == 1


def test_an_invitation_binds_whoever_follows_it_once_and_in_time(staff: Staff) -> None:
    token = staff.invites("ada")
    with pytest.raises(InvitationExpired):
        staff.runs(bind_by_invitation, token, ADA, NOON + timedelta(hours=72))
    assert staff.runs(bind_by_invitation, token, ADA, NOON) == staff.ids["ada"]
    assert account(staff, ADA) == "ada"
    with pytest.raises(InvitationExpired):
        staff.runs(bind_by_invitation, token, Identity(ADA.issuer, "8"), NOON)


def test_a_person_has_one_account(staff: Staff) -> None:
    staff.runs(bind_by_invitation, staff.invites("ada"), ADA, NOON)
    other = staff.invites("admin", Role.ADMIN)
    with pytest.raises(DuplicateKey):
        staff.runs(bind_by_invitation, other, ADA, NOON)


@pytest.mark.parametrize("act", [remove_account, reset_account])
def test_a_removal_and_a_new_link_unbind(staff: Staff, act: Any) -> None:
    staff.runs(bind_by_invitation, staff.invites("ada"), ADA, NOON)
    staff.runs(act, "ada", ACT)
    assert account(staff, ADA) is None


def test_whoever_comes_back_is_bound_anew(staff: Staff) -> None:
    staff.invites(NAME)
    staff.runs(bind_by_email, ADA, NOON)
    staff.runs(remove_account, NAME, ACT)
    with pytest.raises(NotInvited):
        staff.runs(bind_by_email, ADA, NOON)
    staff.runs(add_account, NAME, Role.VIEWER, ACT)
    assert account(staff, ADA) is None
    staff.runs(bind_by_email, ADA, NOON)
    assert account(staff, ADA) == NAME


def test_an_admin_who_comes_by_the_provider_is_an_admin(staff: Staff) -> None:
    staff.runs(bind_by_invitation, staff.invites("ada", Role.ADMIN), ADA, NOON)
    with pytest.raises(LastAdmin):
        staff.runs(remove_account, "ada", ACT)
    assert [row.state for row in staff.runs(list_accounts, NOON)] == ["active"]
    staff.joins("bob", Role.ADMIN)
    staff.runs(remove_account, "bob", ACT)
