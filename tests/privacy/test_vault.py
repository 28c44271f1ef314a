"""The vault: what is sealed opens only where it belongs, and a match value tells nothing but that two are the same."""

import re
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from callrouter.database import Database
from callrouter.privacy.numbers import seal_number
from callrouter.privacy.vault import CALLER, Sealed, Vault
from tests.routing.deciding import NOON

OLD, NEW = b"o" * 32, b"n" * 32
VAULT = Vault({"2026": NEW})
CALLER_NUMBER = "+13105550188"

numbers = st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True)
words = st.text(max_size=40)


@given(numbers, words, words)
def test_what_was_sealed_for_a_call_and_a_purpose_opens_for_them(
    number: str, call: str, purpose: str
) -> None:
    assert VAULT.unseal(VAULT.seal(number, call, purpose), call, purpose) == number


@pytest.mark.parametrize(
    ("call", "purpose"), [("CA2", CALLER), ("CA1", "message"), ("CALLER", "CA1"), ("", "")]
)
def test_it_opens_for_no_other_call_and_no_other_purpose(call: str, purpose: str) -> None:
    sealed = VAULT.seal(CALLER_NUMBER, "CA1", CALLER)
    with pytest.raises(InvalidTag):
        VAULT.unseal(sealed, call, purpose)


@given(st.data())
def test_a_changed_content_does_not_open(data: st.DataObject) -> None:
    sealed = VAULT.seal(CALLER_NUMBER, "CA1", CALLER)
    place = data.draw(st.integers(0, len(sealed.content) - 1))
    changed = bytearray(sealed.content)
    changed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(InvalidTag):
        VAULT.unseal(Sealed(sealed.key_id, bytes(changed)), "CA1", CALLER)


@given(numbers)
def test_nothing_of_the_number_can_be_read_from_what_is_kept(number: str) -> None:
    sealed = VAULT.seal(number, "CA1", CALLER)
    assert number.encode() not in sealed.content
    assert number[1:] not in VAULT.match(number)


def test_the_same_number_is_sealed_differently_each_time() -> None:
    assert len({VAULT.seal(CALLER_NUMBER, "CA1", CALLER).content for _ in range(100)}) == 100


@given(numbers, numbers)
def test_match_values_are_the_same_for_the_same_number_and_for_no_other(one: str, other: str) -> None:
    assert VAULT.match(one) == Vault({"2026": NEW}).match(one)
    assert (VAULT.match(one) == VAULT.match(other)) is (one == other)


def test_a_match_value_depends_on_the_key_and_names_it() -> None:
    assert re.fullmatch(r"2026\.[A-Za-z0-9_-]{43}", VAULT.match(CALLER_NUMBER))
    assert VAULT.match(CALLER_NUMBER) != Vault({"2026": OLD}).match(CALLER_NUMBER)


def test_match_values_never_change_between_releases() -> None:
    """They are stored, so whatever changes this loses all repeats."""
    assert VAULT.match(CALLER_NUMBER) == "2026.UzOG190XTyCELg8y6Sx4dQgtoWe8Qm3XjuXXaOn-l68"


def test_the_first_key_of_the_ring_seals_and_the_others_open_what_they_sealed() -> None:
    before = Vault({"2025": OLD}).seal(CALLER_NUMBER, "CA1", CALLER)
    ring = Vault({"2026": NEW, "2025": OLD})
    assert ring.unseal(before, "CA1", CALLER) == CALLER_NUMBER
    assert ring.seal(CALLER_NUMBER, "CA1", CALLER).key_id == "2026"
    assert ring.match(CALLER_NUMBER) == VAULT.match(CALLER_NUMBER)


def test_a_key_that_left_the_ring_opens_nothing() -> None:
    before = Vault({"2025": OLD}).seal(CALLER_NUMBER, "CA1", CALLER)
    with pytest.raises(KeyError):
        VAULT.unseal(before, "CA1", CALLER)
    with pytest.raises(InvalidTag):
        VAULT.unseal(Sealed("2026", before.content), "CA1", CALLER)


def test_a_number_is_kept_sealed_with_its_call(database_url: str) -> None:
    database = Database(database_url)
    match = database.transact(lambda session: seal_number(session, VAULT, "CA1", CALLER_NUMBER, CALLER, NOON))
    with database.engine.begin() as connection:
        [row] = connection.exec_driver_sql(
            "SELECT call, purpose, key_id, sealed FROM sealed_number"
        ).fetchall()
    database.close()
    content: Any = row.sealed
    assert (row.call, row.purpose, row.key_id) == ("CA1", CALLER, "2026")
    assert VAULT.unseal(Sealed(row.key_id, bytes(content)), "CA1", CALLER) == CALLER_NUMBER
    assert match == VAULT.match(CALLER_NUMBER)
