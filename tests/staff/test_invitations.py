"""A link works once, for one person, in time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from callrouter.staff.accounts import StaffAct, account_named, invite, reset_account, somebody_is_set_up
from callrouter.staff.credentials import count_recovery_codes
from callrouter.staff.invitations import (
    InvitationExpired,
    accept_invitation,
    choose_password,
    open_invitation,
)
from callrouter.staff.roles import Role
from callrouter.staff.tokens import token_hash
from tests.staff.people import NOON, Staff


def opens(staff: Staff, token: bytes, after: timedelta = timedelta()) -> str:
    name: str = staff.database.transact(lambda session: open_invitation(session, token, NOON + after)).name
    return name


def accepts(staff: Staff, token: bytes) -> None:
    staff.database.transact(lambda s: choose_password(s, token, "hash", "secret", browser=b"b"))
    staff.database.transact(lambda s: accept_invitation(s, token, 7, [b"1", b"2"], "Europe/Paris", NOON))


def test_a_link_is_valid_for_72_hours(staff: Staff) -> None:
    token = staff.invites("ada")
    assert opens(staff, token, timedelta(hours=71, minutes=59)) == "ada"
    with pytest.raises(InvitationExpired):
        opens(staff, token, timedelta(hours=72))


def test_a_forged_link_is_refused(staff: Staff) -> None:
    staff.invites("ada")
    with pytest.raises(InvitationExpired):
        opens(staff, token_hash("guessed"))


def test_nothing_holds_until_the_invitation_is_accepted(staff: Staff) -> None:
    token = staff.invites("ada")
    staff.database.transact(lambda s: choose_password(s, token, "hash", "secret", browser=b"b"))
    assert staff.database.transact(lambda s: account_named(s, "ada")).password_hash is None
    assert not staff.database.transact(somebody_is_set_up)


def test_an_accepted_link_sets_everything_up_and_is_dead(staff: Staff) -> None:
    token = staff.invites("ada")
    accepts(staff, token)
    account = staff.database.transact(lambda session: account_named(session, "ada"))
    assert (account.password_hash, account.totp_counter, account.zone) == ("hash", 7, "Europe/Paris")
    assert staff.database.transact(lambda s: count_recovery_codes(s, account.id)) == 2
    with pytest.raises(InvitationExpired):
        accepts(staff, token)


def test_a_link_that_is_followed_to_its_end_twice_at_the_same_moment_works_once(staff: Staff) -> None:
    token = staff.invites("ada")

    def is_accepted(_: int) -> bool:
        try:
            accepts(staff, token)
        except InvitationExpired:
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(is_accepted, range(4))) == 1


def test_a_new_link_replaces_the_one_before(staff: Staff) -> None:
    token = staff.invites("ada")
    newer = token_hash("newer")
    act = StaffAct("root", NOON)
    account = staff.database.transact(lambda session: reset_account(session, "ada", act))
    staff.database.transact(lambda session: invite(session, account, newer, NOON))
    assert opens(staff, newer) == "ada"
    with pytest.raises(InvitationExpired):
        opens(staff, token)


def test_a_link_of_a_fresh_installation_is_dead_once_anybody_is_set_up(staff: Staff) -> None:
    staff.invites("ada", Role.ADMIN)
    first = token_hash("first")
    staff.database.transact(lambda s: invite(s, staff.ids["ada"], first, NOON, is_first=True))
    assert opens(staff, first) == "ada"
    staff.joins("bob")
    with pytest.raises(InvitationExpired):
        opens(staff, first)
