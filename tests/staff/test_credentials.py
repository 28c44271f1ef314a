"""A proof is used up where it counts once, also when it comes twice at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from callrouter.database import DuplicateKey
from callrouter.privacy.audit import Access
from callrouter.staff.credentials import (
    NewPasskey,
    add_passkey,
    count_recovery_codes,
    passkey_with,
    passkeys_of,
    remove_passkey,
    renew_recovery_codes,
    use_passkey,
    use_recovery_code,
    use_totp_counter,
)
from callrouter.staff.tokens import code_hash, token_hash
from tests.staff.people import NOON, Staff

OWN = Access("ada", "asked for it", NOON)
SECOND = timedelta(seconds=1)
PASSKEY = NewPasskey("laptop", b"credential", b"key", 5, ["internal"])


def at_once(use: Callable[[], bool]) -> int:
    """How many of eight uses at the same moment were accepted."""
    with ThreadPoolExecutor(4) as threads:
        return sum(threads.map(lambda _: use(), range(8)))


def test_a_totp_counter_is_accepted_once_and_none_before_it(staff: Staff) -> None:
    ada = staff.joins("ada")
    used = [staff.runs(use_totp_counter, ada, counter) for counter in (100, 100, 99, 101)]
    assert used == [True, False, False, True]


def test_a_totp_counter_that_comes_twice_at_the_same_moment_is_accepted_once(staff: Staff) -> None:
    ada = staff.joins("ada")
    assert at_once(lambda: staff.runs(use_totp_counter, ada, 200)) == 1


def test_a_recovery_code_works_once_and_only_for_its_person(staff: Staff) -> None:
    ada, bob = staff.joins("ada"), staff.joins("bob")
    codes = [code_hash("abcd-efgh-ijkl-mnop"), code_hash("qrst")]
    staff.database.transact(lambda session: renew_recovery_codes(session, ada, codes, OWN))
    typed = code_hash("ABCDEFGH ijklmnop")
    assert [staff.runs(use_recovery_code, who, typed, OWN) for who in (bob, ada, ada)] == [False, True, False]
    assert staff.database.transact(lambda session: count_recovery_codes(session, ada)) == 1


def test_nothing_that_is_stored_of_a_code_can_be_read(staff: Staff) -> None:
    assert code_hash("abcd-efgh") == token_hash("abcdefgh")
    assert b"abcd" not in code_hash("abcd-efgh")


def test_a_passkey_belongs_to_one_person(staff: Staff) -> None:
    ada, bob = staff.joins("ada"), staff.joins("bob")
    staff.database.transact(lambda session: add_passkey(session, ada, PASSKEY, OWN))
    with pytest.raises(DuplicateKey):
        staff.database.transact(lambda session: add_passkey(session, bob, PASSKEY, OWN))
    found = staff.database.transact(lambda session: passkey_with(session, b"credential"))
    assert (found.account, found.transports) == (ada, ["internal"])


def test_a_passkey_s_counter_has_to_grow(staff: Staff) -> None:
    ada = staff.joins("ada")
    staff.database.transact(lambda session: add_passkey(session, ada, PASSKEY, OWN))
    (passkey,) = staff.database.transact(lambda session: passkeys_of(session, ada))
    used = [staff.runs(use_passkey, passkey.id, count, NOON, NOON) for count in (5, 6, 6, 0, 7)]
    assert used == [False, True, False, False, True]


def test_the_answer_of_a_passkey_without_a_counter_counts_once(staff: Staff) -> None:
    ada = staff.joins("ada")
    without = replace(PASSKEY, sign_count=0)
    staff.database.transact(lambda session: add_passkey(session, ada, without, OWN))
    (passkey,) = staff.database.transact(lambda session: passkeys_of(session, ada))
    made = [NOON, NOON, NOON - SECOND, NOON + 2 * SECOND]
    used = [staff.runs(use_passkey, passkey.id, 0, NOON + SECOND, each) for each in made]
    assert used == [True, False, False, True]


@pytest.mark.parametrize("count", [0, 6])
def test_an_answer_of_a_passkey_that_comes_twice_at_the_same_moment_counts_once(
    staff: Staff, count: int
) -> None:
    ada = staff.joins("ada")
    new = replace(PASSKEY, sign_count=count and count - 1)
    staff.database.transact(lambda session: add_passkey(session, ada, new, OWN))
    (passkey,) = staff.database.transact(lambda session: passkeys_of(session, ada))
    assert at_once(lambda: staff.runs(use_passkey, passkey.id, count, NOON, NOON)) == 1


def test_a_recovery_code_that_comes_twice_at_the_same_moment_works_once(staff: Staff) -> None:
    ada = staff.joins("ada")
    staff.database.transact(lambda session: renew_recovery_codes(session, ada, [b"code"], OWN))
    assert at_once(lambda: staff.runs(use_recovery_code, ada, b"code", OWN)) == 1


def test_nobody_removes_the_passkey_of_another(staff: Staff) -> None:
    ada, bob = staff.joins("ada"), staff.joins("bob")
    staff.database.transact(lambda session: add_passkey(session, ada, PASSKEY, OWN))
    (passkey,) = staff.database.transact(lambda session: passkeys_of(session, ada))
    staff.database.transact(lambda session: remove_passkey(session, bob, passkey.id, OWN))
    assert staff.database.transact(lambda session: passkey_with(session, b"credential"))
    staff.database.transact(lambda session: remove_passkey(session, ada, passkey.id, OWN))
    assert staff.database.transact(lambda session: passkey_with(session, b"credential")) is None
