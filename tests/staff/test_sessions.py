"""Where people are signed in."""

from datetime import timedelta

from callrouter.privacy.audit import Access
from callrouter.staff.sessions import (
    confirm_session,
    end_session,
    end_sessions,
    find_session,
    see_session,
    sessions_of,
)
from tests.staff.people import NOON, Staff

OWN = Access("ada", "asked for it", NOON)


def is_valid(staff: Staff, token: bytes, after: timedelta = timedelta()) -> bool:
    return staff.database.transact(lambda session: find_session(session, token, NOON + after)) is not None


def number(staff: Staff, token: bytes) -> int:
    found: int = staff.database.transact(lambda session: find_session(session, token, NOON)).id
    return found


def test_a_session_ends_after_12_hours_without_an_act(staff: Staff) -> None:
    staff.joins("ada")
    staff.signs_in("ada", b"1")
    assert is_valid(staff, b"1", timedelta(hours=11, minutes=59))
    assert not is_valid(staff, b"1", timedelta(hours=12))
    later = NOON + timedelta(hours=11)
    staff.database.transact(lambda session: see_session(session, number(staff, b"1"), later))
    assert is_valid(staff, b"1", timedelta(hours=22))


def test_a_person_is_signed_out_of_one_browser_or_of_all(staff: Staff) -> None:
    ada, _ = staff.joins("ada"), staff.joins("bob")
    for token in (b"1", b"2", b"3"):
        staff.signs_in("ada", token)
    staff.signs_in("bob", b"bob")
    bob = number(staff, b"bob")
    for one in (number(staff, b"1"), bob):  # bob's is not ada's to end.
        staff.runs(end_session, ada, one, OWN)
    assert [is_valid(staff, each) for each in (b"1", b"2", b"3", b"bob")] == [False, True, True, True]
    kept = number(staff, b"2")
    assert staff.database.transact(lambda session: end_sessions(session, ada, OWN, but=kept)) == 1
    assert [row.id for row in staff.database.transact(lambda s: sessions_of(s, ada, NOON))] == [kept]


def test_a_confirmation_is_noted_and_audited(staff: Staff) -> None:
    staff.joins("ada")
    staff.signs_in("ada", b"1")
    own = Access("ada", "by password", NOON + timedelta(hours=1))
    staff.database.transact(lambda session: confirm_session(session, number(staff, b"1"), own))
    found = staff.database.transact(lambda session: find_session(session, b"1", NOON))
    assert found.confirmed_at == own.at
    assert staff.audited()[-1] == ("ada", "identity confirmed", "ada", "by password")
