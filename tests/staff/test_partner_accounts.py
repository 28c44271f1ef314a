"""Accounts of partners' people."""

import pytest
import sqlalchemy as sa

from callrouter.errors import Fault
from callrouter.privacy.audit import Access
from callrouter.privacy.model import AuditEntry
from callrouter.staff.accounts import StaffAct, account_named, change_role, list_accounts, remove_account
from callrouter.staff.model import StaffAccount
from callrouter.staff.refusals import RefusalKind, audit_foreign_request, count_refusal, refusal_counts
from callrouter.staff.roles import Role
from callrouter.staff.sessions import find_session
from tests.directories import a_directory, center, put_in_force
from tests.staff.people import NOON, Staff

ACT = StaffAct("root", NOON)


@pytest.fixture(autouse=True)
def directory(staff: Staff) -> None:
    put_in_force(staff.database, a_directory(center("sunrise-la"), center("harbor-sd")))


def test_a_partners_person_belongs_to_a_partner_and_nobody_else_does(staff: Staff) -> None:
    staff.invites("pat", Role.PARTNER, partner="sunrise")
    [row] = staff.runs(list_accounts, NOON)
    assert (row.role, row.partner) == ("partner", "sunrise")
    [added] = staff.runs(
        lambda session: session.execute(sa.select(AuditEntry.action, AuditEntry.after)).all()
    )
    assert tuple(added) == ("staff added", "partner of sunrise")
    for role, partner in ((Role.PARTNER, None), (Role.ADMIN, "sunrise")):
        with pytest.raises(Fault, match="name the partner"):
            staff.invites("ada", role, partner=partner)


def test_the_database_holds_it_too(staff: Staff) -> None:
    staff.invites("pat", Role.PARTNER, partner="sunrise")
    for values in ({"partner": None}, {"role": "admin"}, {"partner": "nobody"}):
        with pytest.raises(sa.exc.IntegrityError), staff.database.engine.begin() as connection:
            connection.execute(sa.update(StaffAccount).values(**values))


def test_the_session_says_whose_person_it_is(staff: Staff) -> None:
    staff.invites("pat", Role.PARTNER, partner="sunrise")
    staff.signs_in("pat", b"token")
    assert staff.runs(find_session, b"token", NOON).partner == "sunrise"


def test_nobody_of_a_partner_becomes_staff_nor_the_other_way_round(staff: Staff) -> None:
    staff.joins("ada", Role.ADMIN)
    staff.joins("bob", Role.VIEWER)
    staff.invites("pat", Role.PARTNER, partner="sunrise")
    for name, role in (("pat", Role.ADMIN), ("bob", Role.PARTNER)):
        with pytest.raises(Fault, match="remove and invite"):
            staff.runs(change_role, name, role, ACT)


def test_who_was_removed_comes_back_for_another_partner_or_as_staff(staff: Staff) -> None:
    for role, partner in ((Role.PARTNER, "sunrise"), (Role.PARTNER, "harbor"), (Role.VIEWER, None)):
        staff.invites("pat", role, partner=partner)
        account = staff.runs(account_named, "pat")
        assert (account.role, account.partner) == (role.value, partner)
        staff.runs(remove_account, "pat", ACT)


def test_refusals_are_counted_by_kind(staff: Staff) -> None:
    for _ in range(3):
        staff.runs(count_refusal, RefusalKind.FOREIGN)
    staff.runs(count_refusal, RefusalKind.FORM)
    assert staff.runs(refusal_counts) == {
        "right": 0,
        "foreign": 3,
        "form": 1,
        "sign-in": 0,
        "attempts": 0,
    }


def test_the_same_request_of_the_same_person_is_audited_once_an_hour(staff: Staff) -> None:
    for person, minutes in (("pat", 0), ("pat", 59), ("sam", 59), ("pat", 61)):
        at = NOON.replace(hour=12 + minutes // 60, minute=minutes % 60)
        staff.runs(audit_foreign_request, Access(person, "refused", at), "CA1")
    assert [row.person for row in staff.audited()] == ["pat", "sam", "pat"]
