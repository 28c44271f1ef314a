"""The database knows the vault key that it was filled with, and another one is refused."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from callrouter.database import Database
from callrouter.privacy import key_check
from callrouter.privacy.audit import Access
from callrouter.privacy.data_keys import NUMBER
from callrouter.privacy.key_check import (
    Key,
    WrongVaultKey,
    accept_key,
    key_fault,
    know_key,
    mismatch,
)
from callrouter.privacy.model import AuditEntry, StoredDataKey, VaultKey
from callrouter.privacy.vault import Vault
from tests.databases import open_database
from tests.routing.deciding import NOON

OLD, NEW, OTHER = b"o" * 32, b"n" * 32, b"x" * 32


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with open_database(database_url, connections=2) as database:
        yield database


def starts(database: Database, **ring: bytes) -> None:
    with database.engine.begin() as connection:
        know_key(connection, Vault(ring), NOON)


def is_refused(database: Database, **ring: bytes) -> str:
    with pytest.raises(WrongVaultKey) as refused:
        starts(database, **ring)
    return str(refused.value)


def seals(database: Database, day: int, **ring: bytes) -> None:
    now = NOON + timedelta(days=day)
    database.transact(lambda session: Vault(ring).sealing_key(session, NUMBER, now))


def known(database: Database) -> tuple[str | None, str | None]:
    with database.engine.connect() as connection:
        row = connection.execute(sa.select(VaultKey.key_id, VaultKey.fingerprint)).one()
    return row.key_id, row.fingerprint


def test_the_first_key_is_known_from_then_on_and_starting_again_changes_nothing(database: Database) -> None:
    starts(database, a=OLD)
    first = known(database)
    starts(database, a=OLD)
    assert known(database) == first == ("a", Vault({"a": OLD}).fingerprints["a"])


def test_another_key_is_refused_with_both_fingerprints_and_how_to_mend_it(database: Database) -> None:
    starts(database, a=OLD)
    told = is_refused(database, b=NEW)
    for key, name in ((OLD, "a"), (NEW, "b")):
        assert f"'{name}' with fingerprint {Vault({name: key}).fingerprints[name][:8]}…" in told
    assert "set the old key back" in told
    assert "CALLROUTER_VAULT_KEY=new:BASE64,a:BASE64" in told
    assert known(database)[0] == "a"


def test_another_key_of_the_same_name_is_refused_too(database: Database) -> None:
    starts(database, a=OLD)
    assert "is not the key that this database was filled with" in is_refused(database, a=NEW)


def test_a_new_key_in_front_of_the_one_in_use_waits_until_it_is_rotated_to(database: Database) -> None:
    starts(database, a=OLD)
    starts(database, b=NEW, a=OLD)
    starts(database, a=OLD)
    assert known(database)[0] == "a"
    assert "is not the key" in is_refused(database, b=NEW)


def test_the_same_key_by_another_name_is_told_by_its_name(database: Database) -> None:
    starts(database, a=OLD)
    told = is_refused(database, c=OLD)
    assert "names a key 'c' that the database knows as 'a': write a:BASE64" in told


def test_a_database_that_was_filled_before_takes_the_key_that_opens_it(database: Database) -> None:
    seals(database, 1, a=OLD)
    told = is_refused(database, b=NEW)
    assert "does not open what this database has sealed with the key 'a'" in told
    assert "does not open" in is_refused(database, a=NEW)
    assert known(database) == (None, None)
    starts(database, a=OLD)
    assert known(database)[0] == "a"


def test_a_database_that_was_filled_with_two_keys_before_wants_both(database: Database) -> None:
    seals(database, 1, a=OLD)
    seals(database, 2, b=NEW)
    assert "with the key 'a'" in is_refused(database, b=NEW)
    starts(database, b=NEW, a=OLD)


def test_looking_changes_nothing(database: Database) -> None:
    with database.engine.begin() as connection:
        assert key_fault(connection, Vault({"a": OLD})) is None
    assert known(database) == (None, None)


def test_a_first_key_that_another_start_stores_meanwhile_is_not_replaced(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look at the database and the store another process starts with its own key, and commits."""
    look = key_check._unopened

    def look_and_let_another_start(connection: sa.Connection, vault: Vault) -> None:
        monkeypatch.undo()
        assert look(connection, vault) is None
        starts(database, b=NEW)

    monkeypatch.setattr(key_check, "_unopened", look_and_let_another_start)
    assert "is not the key that this database was filled with" in is_refused(database, a=OLD)
    assert known(database)[0] == "b"


def test_of_two_first_starts_with_different_keys_one_is_refused(database: Database) -> None:
    with ThreadPoolExecutor() as pool:
        begun = [pool.submit(starts, database, **ring) for ring in ({"a": OLD}, {"b": NEW})]
        errors = [start.exception() for start in begun]
    assert [type(error) for error in errors if error] == [WrongVaultKey]
    assert known(database)[0] == ("b" if errors[0] else "a")


def test_a_key_that_is_lost_can_be_given_up_and_the_audit_knows(database: Database) -> None:
    starts(database, a=OLD)
    access = Access("ada", "the server burned down", NOON + timedelta(days=1))
    with database.engine.begin() as connection:
        assert accept_key(connection, Vault({"b": NEW}), access).id == "b"
        entered = connection.execute(
            sa.select(AuditEntry.person, AuditEntry.action, AuditEntry.subject, AuditEntry.reason)
        )
        assert entered.one() == ("ada", "vault key accepted", "vault key b", "the server burned down")
    starts(database, b=NEW)
    assert "is not the key" in is_refused(database, a=OLD)


def test_data_keys_that_nobody_can_open_any_more_make_way_for_new_ones(database: Database) -> None:
    starts(database, a=OLD)
    seals(database, 1, a=OLD)
    with database.engine.begin() as connection:
        accept_key(connection, Vault({"b": NEW}), Access("ada", "the server burned down", NOON))
        assert connection.execute(sa.select(StoredDataKey.purpose)).all() == []
    seals(database, 1, b=NEW)
    starts(database, b=NEW)


def test_data_keys_that_the_ring_opens_stay_when_its_first_key_is_accepted(database: Database) -> None:
    starts(database, a=OLD)
    seals(database, 1, a=OLD)
    with database.engine.begin() as connection:
        accept_key(connection, Vault({"b": NEW, "a": OLD}), Access("ada", "a is old", NOON))
        assert connection.execute(sa.select(StoredDataKey.key_id)).scalar_one() == "a"


def test_keys_that_left_the_ring_while_something_is_sealed_with_them_are_found(database: Database) -> None:
    seals(database, 1, a=OLD)
    with database.engine.begin() as connection:
        accept_key(connection, Vault({"b": NEW, "a": OLD}), Access("ada", "a is old", NOON))
    starts(database, b=NEW, a=OLD)
    assert "CALLROUTER_VAULT_KEY lacks the key 'a'" in is_refused(database, b=NEW)


def test_a_fingerprint_is_of_the_key_and_shows_nothing_of_it() -> None:
    print_of = {key: Vault({"a": key}).fingerprints["a"] for key in (OLD, NEW, OTHER)}
    assert len(set(print_of.values())) == 3
    assert Vault({"b": OLD}).fingerprints["b"] == print_of[OLD]
    assert all(key.hex() not in fingerprint for key, fingerprint in print_of.items())


def test_a_ring_that_lost_the_key_in_use_is_a_mismatch() -> None:
    assert mismatch(Key("a", "1" * 32), {"b": "2" * 32, "a": "1" * 32}) is None
    assert mismatch(Key("a", "1" * 32), {"b": "2" * 32}) is not None
