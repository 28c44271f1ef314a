"""Rotating the master key: nothing that is sealed, matched or listed changes, wherever it is interrupted."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
import sqlalchemy as sa

from callrouter.database import Database, RetryableError, Session
from callrouter.database.advisory_lock import AdvisoryLock
from callrouter.database.session_lock import SessionLock
from callrouter.errors import Fault
from callrouter.privacy.audit import Access
from callrouter.privacy.data_keys import MESSAGE, NUMBER, make_keys_ahead
from callrouter.privacy.key_check import WrongVaultKey, know_key
from callrouter.privacy.master_keys import WrongMasterKey
from callrouter.privacy.model import AuditEntry, MatchValue, PrivacyAct, SealedNumber, StoredDataKey, VaultKey
from callrouter.privacy.numbers import seal_number, unseal_number
from callrouter.privacy.pseudonyms import pseudonym_for, pseudonyms_of
from callrouter.privacy.rotate import ROTATED, RotationResult, rotate, wrap_some
from callrouter.privacy.vault import CALLER, Vault
from callrouter.promises.do_not_call import add_to_do_not_call, may_be_called
from config.vault_key_file import VaultKeyFile
from tests.at_once import somebody_waits_for_a_lock
from tests.databases import open_database
from tests.routing.deciding import NOON

OLD, NEW, OTHER = b"o" * 32, b"n" * 32, b"x" * 32
WHY = Access("ada", "the yearly rotation", NOON)
NUMBERS = [f"+1310555{each:04}" for each in range(100, 112)]
STOPPED = "+14155550123"
KEPT = (SealedNumber, MatchValue)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with open_database(database_url, connections=4) as database:
        yield database


@pytest.fixture
def pseudonyms(database: Database) -> dict[str, str]:
    """By number: callers of twelve days, one of whom is not to be called, under the key `old`."""
    vault = Vault({"old": OLD})
    with database.engine.begin() as connection:
        know_key(connection, vault, NOON)
        make_keys_ahead(connection, vault.master_keys, NOON)
    database.transact(lambda session: add_to_do_not_call(session, vault, STOPPED, NOON))
    return {number: _calls(database, vault, number, day) for day, number in enumerate(NUMBERS)}


def _calls(database: Database, vault: Vault, number: str, day: int) -> str:
    now = NOON + timedelta(days=day)

    def call(session: Session) -> str:
        seal_number(session, vault, f"CA{number}", number, CALLER, now)
        return pseudonym_for(session, vault, number, now)

    return database.transact(call)


def everything_is_known(database: Database, vault: Vault, pseudonyms: Mapping[str, str]) -> None:
    """Each number opens, each caller is recognized, and the list is kept."""
    for number, pseudonym in pseudonyms.items():
        opened = database.transact(partial(unseal_number, vault=vault, call=f"CA{number}", purpose=CALLER))
        assert opened == number
        assert database.transact(partial(pseudonyms_of, vault=vault, number=number)) == [pseudonym]
    listed = [STOPPED, *NUMBERS[:2]]
    called = [database.transact(partial(may_be_called, vault=vault, number=number)) for number in listed]
    assert called == [False, True, True]


def kept(database: Database) -> list[tuple[object, ...]]:
    """All that is sealed and all match values."""
    with database.engine.connect() as connection:
        return [
            tuple(row)
            for table in KEPT
            for row in connection.execute(sa.select(table.__table__).order_by(*table.__table__.primary_key))
        ]


def wrapped_by(database: Database) -> dict[str, int]:
    """How many data keys each master key has wrapped."""
    with database.engine.connect() as connection:
        counted = sa.select(StoredDataKey.key_id, sa.func.count()).group_by(StoredDataKey.key_id)
        return {row[0]: row[1] for row in connection.execute(counted)}


def in_use(database: Database) -> str | None:
    with database.engine.connect() as connection:
        return connection.execute(sa.select(VaultKey.key_id)).scalar_one()


def rotates(database: Database, **ring: bytes) -> RotationResult:
    return rotate(database, Vault(ring), WHY)


def test_everything_is_wrapped_with_the_new_key_and_nothing_that_is_sealed_changes(
    database: Database, pseudonyms: dict[str, str]
) -> None:
    before, keys = kept(database), sum(wrapped_by(database).values())
    done = rotates(database, new=NEW, old=OLD)
    assert (done.key.id, done.before.id, done.wrapped) == ("new", "old", keys)
    assert (done.idle_keys, done.taken_out) == (("old",), False)
    assert (wrapped_by(database), in_use(database)) == ({"new": keys}, "new")
    assert kept(database) == before
    everything_is_known(database, Vault({"new": NEW}), pseudonyms)


def test_the_old_key_opens_nothing_any_more_and_starts_nothing(
    database: Database, pseudonyms: dict[str, str]
) -> None:
    rotates(database, new=NEW, old=OLD)
    left_behind = Vault({"old": OLD})
    with pytest.raises(WrongMasterKey):
        everything_is_known(database, left_behind, pseudonyms)
    with database.engine.begin() as connection, pytest.raises(WrongVaultKey):
        know_key(connection, left_behind, NOON)
    with database.engine.begin() as connection:
        know_key(connection, Vault({"new": NEW}), NOON)


def test_rotated_again_there_is_nothing_to_do(database: Database, pseudonyms: dict[str, str]) -> None:
    rotates(database, new=NEW, old=OLD)
    again = rotates(database, new=NEW, old=OLD)
    assert (again.wrapped, again.before, again.idle_keys) == (0, again.key, ("old",))
    assert len(entries(database)) == 1


def entries(database: Database) -> list[sa.Row[Any]]:
    with database.engine.connect() as connection:
        return list(connection.execute(sa.select(AuditEntry.__table__)).all())


def test_the_audit_says_who_changed_which_key_and_why(database: Database, pseudonyms: dict[str, str]) -> None:
    rotates(database, new=NEW, old=OLD)
    [entry] = entries(database)
    assert (entry.person, entry.action, entry.subject) == ("ada", ROTATED, "vault key new")
    assert entry.reason == "the yearly rotation"
    assert str(entry.before).startswith("'old' with fingerprint ")
    assert str(entry.after).startswith("'new' with fingerprint ")


def test_it_stands_among_the_purges_and_erasures_once(database: Database, pseudonyms: dict[str, str]) -> None:
    for _ in range(2):
        rotates(database, new=NEW, old=OLD)
    with database.engine.connect() as connection:
        [act] = connection.execute(sa.select(PrivacyAct.__table__)).all()
    assert (act.act, act.person, act.keys) == ("rotation", "ada", wrapped_by(database)["new"])


@pytest.mark.parametrize("batches", range(6))
def test_interrupted_anywhere_everything_opens_and_the_next_one_goes_on(
    database: Database, pseudonyms: dict[str, str], batches: int
) -> None:
    before, keys = kept(database), sum(wrapped_by(database).values())
    ring = Vault({"new": NEW, "old": OLD})
    with database.engine.begin() as connection:
        connection.execute(sa.update(VaultKey).values(key_id="new", fingerprint=ring.fingerprints["new"]))
    done = sum(
        database.transact(partial(wrap_some, master_keys=ring.master_keys, most=3)) for _ in range(batches)
    )
    assert wrapped_by(database).get("new", 0) == done == 3 * batches
    everything_is_known(database, Vault({"new": NEW, "old": OLD}), pseudonyms)
    assert rotates(database, new=NEW, old=OLD).wrapped == keys - done
    assert wrapped_by(database) == {"new": keys}
    everything_is_known(database, Vault({"new": NEW}), pseudonyms)
    assert kept(database) == before


def test_a_transaction_that_dies_leaves_its_keys_as_they_were(
    database: Database, pseudonyms: dict[str, str]
) -> None:
    ring = Vault({"new": NEW, "old": OLD})
    with database.engine.begin() as connection:
        connection.execute(sa.update(VaultKey).values(key_id="new", fingerprint=ring.fingerprints["new"]))

    def dies(session: Session) -> None:
        assert wrap_some(session, ring.master_keys, 4) == 4
        raise RetryableError("the connection is lost")

    with pytest.raises(RetryableError):
        database.transact(dies)
    assert "new" not in wrapped_by(database)
    everything_is_known(database, ring, pseudonyms)


def test_processes_that_have_the_old_ring_still_go_on_as_soon_as_the_new_key_can_be_read(
    database: Database, pseudonyms: dict[str, str]
) -> None:
    """One that has read its keys, one that starts to work only now, and one that makes keys."""
    warm, cold = (Vault({"old": OLD}, lambda: {"new": NEW, "old": OLD}) for _ in range(2))
    everything_is_known(database, warm, pseudonyms)
    rotates(database, new=NEW, old=OLD)
    later = NOON + timedelta(days=40)
    for vault in (warm, cold):
        everything_is_known(database, vault, pseudonyms)
        database.transact(partial(_new_key, vault=vault, now=later))
    assert set(wrapped_by(database)) == {"new"}


def _new_key(session: Session, vault: Vault, now: datetime) -> None:
    vault.sealing_key(session, NUMBER, now)


def test_a_process_that_cannot_read_the_new_key_seals_today_and_makes_no_key(
    database: Database, pseudonyms: dict[str, str]
) -> None:
    stuck = Vault({"old": OLD})
    today = database.transact(lambda session: stuck.sealing_key(session, NUMBER, NOON))
    rotates(database, new=NEW, old=OLD)
    assert database.transact(lambda session: stuck.sealing_key(session, NUMBER, NOON)) == today
    with pytest.raises(WrongMasterKey, match="the vault key in use, 'new', is not in the ring"):
        database.transact(partial(_new_key, vault=stuck, now=NOON + timedelta(days=40)))
    assert set(wrapped_by(database)) == {"new"}


def test_a_key_that_is_being_made_with_the_old_one_is_waited_for_and_wrapped_again(
    database: Database, pseudonyms: dict[str, str], database_url: str
) -> None:
    old, done = Vault({"old": OLD}), list[RotationResult]()
    with closing(Database(database_url, connections=1)) as other:
        rotation = Thread(target=lambda: done.append(rotates(other, new=NEW, old=OLD)))

        def makes_a_key(session: Session) -> None:
            old.sealing_key(session, MESSAGE, NOON + timedelta(days=40))
            rotation.start()
            somebody_waits_for_a_lock(database, rotation)

        keys = sum(wrapped_by(database).values())
        database.transact(makes_a_key)
        rotation.join(10)
    assert done[0].wrapped == keys + 1
    assert wrapped_by(database) == {"new": keys + 1}


def test_callers_come_and_are_called_back_while_it_is_rotated(
    database: Database, pseudonyms: dict[str, str]
) -> None:
    """To and fro, while others seal, open and recognize all the time."""
    rings = [{"k0": OLD}]
    for number, key in enumerate((NEW, OTHER, OLD, NEW), 1):
        rings.append({f"k{number}": key, **rings[-1]})
    with database.engine.begin() as connection:
        connection.execute(sa.delete(StoredDataKey))
        fingerprint = Vault(rings[0]).fingerprints["k0"]
        connection.execute(sa.update(VaultKey).values(key_id="k0", fingerprint=fingerprint))
    over = Event()

    def lives(worker: int) -> int:
        vault, calls = Vault(rings[0], lambda: rings[-1]), 0
        while not over.is_set():
            number, day = f"+1415555{worker}{calls:03}", calls % 50
            pseudonym = _calls(database, vault, number, day)
            opened = database.transact(
                partial(unseal_number, vault=vault, call=f"CA{number}", purpose=CALLER)
            )
            assert (opened, _pseudonyms(database, vault, number)) == (number, [pseudonym])
            calls += 1
        return calls

    with ThreadPoolExecutor(2) as pool:
        living = [pool.submit(lives, worker) for worker in range(2)]
        for ring in rings[1:]:
            rotate(database, Vault(ring), WHY)
        over.set()
        assert all(each.result() > 0 for each in living)
    assert set(wrapped_by(database)) == {"k4"}


def _pseudonyms(database: Database, vault: Vault, number: str) -> list[str]:
    return database.transact(lambda session: pseudonyms_of(session, vault, number))


def test_of_two_rotations_to_different_keys_the_earlier_one_stops(
    database: Database, pseudonyms: dict[str, str]
) -> None:
    first = Vault({"new": NEW, "old": OLD})
    with database.engine.begin() as connection:
        connection.execute(sa.update(VaultKey).values(key_id="new", fingerprint=first.fingerprints["new"]))
    database.transact(partial(wrap_some, master_keys=first.master_keys, most=3))
    rotates(database, other=OTHER, new=NEW, old=OLD)
    with pytest.raises(Fault, match=r"another rotation has begun meanwhile: .* is 'other' now"):
        database.transact(partial(wrap_some, master_keys=first.master_keys))
    everything_is_known(database, Vault({"other": OTHER}), pseudonyms)


def test_a_ring_without_the_key_in_use_rotates_nothing(
    database: Database, pseudonyms: dict[str, str]
) -> None:
    keys = wrapped_by(database)
    with pytest.raises(WrongMasterKey, match="the vault key in use, 'old', is not in the ring"):
        rotates(database, new=NEW)
    with pytest.raises(Fault, match="give it a new name"):
        rotates(database, old=NEW)
    assert (wrapped_by(database), in_use(database), entries(database)) == (keys, "old", [])


def test_a_database_that_knows_no_key_is_not_rotated(database: Database) -> None:
    with pytest.raises(Fault, match="knows no vault key yet"):
        rotates(database, new=NEW)


def test_while_one_rotates_nobody_else_does(
    database: Database, pseudonyms: dict[str, str], database_url: str
) -> None:
    with open_database(database_url, connections=1) as other:
        lock = SessionLock(other.engine, AdvisoryLock.VAULT_ROTATION)
        assert lock.is_held()
        with pytest.raises(Fault, match="another rotation is running"):
            rotates(database, new=NEW, old=OLD)
        assert in_use(database) == "old"
        lock.release()
        assert rotates(database, new=NEW, old=OLD).key.id == "new"


class TestKeyFile:
    """The ring is in a file of ours: the key is made, and the old one taken out."""

    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        file = tmp_path / "vault.key"
        file.write_text(f"old:{base64.b64encode(OLD).decode()}\n")
        return file

    def rotates(self, database: Database, file: Path, *, keep_old: bool = False) -> RotationResult:
        return rotate(database, Vault(ring_of(file)), WHY, VaultKeyFile(file), keep_old=keep_old)

    def test_a_process_that_read_the_ring_before_another_rotation_goes_on_from_what_that_left(
        self, database: Database, file: Path, pseudonyms: dict[str, str]
    ) -> None:
        late = Vault(ring_of(file), lambda: ring_of(file))
        first = self.rotates(database, file)
        second = rotate(database, late, WHY, VaultKeyFile(file))
        assert second.before == first.key != second.key
        assert in_use(database) == second.key.id
        assert list(ring_of(file)) == [second.key.id]
        everything_is_known(database, Vault(ring_of(file)), pseudonyms)

    def test_a_new_key_is_made_and_the_old_one_is_taken_out(
        self, database: Database, file: Path, pseudonyms: dict[str, str]
    ) -> None:
        running = Vault({"old": OLD}, lambda: ring_of(file))
        done = self.rotates(database, file)
        ring = ring_of(file)
        assert (list(ring), done.idle_keys, done.taken_out) == ([done.key.id], ("old",), True)
        assert ring[done.key.id] != OLD
        assert (file.stat().st_mode & 0o777, [each.name for each in file.parent.iterdir()]) == (
            0o600,
            ["vault.key"],
        )
        for vault in (running, Vault(ring)):
            everything_is_known(database, vault, pseudonyms)

    def test_the_old_key_stays_if_that_is_wanted_and_the_next_rotation_makes_another(
        self, database: Database, file: Path, pseudonyms: dict[str, str]
    ) -> None:
        first = self.rotates(database, file, keep_old=True)
        assert (list(ring_of(file)), first.taken_out) == ([first.key.id, "old"], False)
        second = self.rotates(database, file)
        assert second.before == first.key
        assert list(ring_of(file)) == [second.key.id]
        everything_is_known(database, Vault(ring_of(file)), pseudonyms)

    @pytest.mark.parametrize("told", [False, True], ids=["before", "after"])
    def test_dead_before_or_after_the_database_was_told_the_next_one_goes_on_with_the_same_key(
        self, database: Database, file: Path, pseudonyms: dict[str, str], told: bool
    ) -> None:
        ring = VaultKeyFile(file).put_new_key_first()
        new = next(iter(ring))
        if told:
            with database.engine.begin() as connection:
                fingerprint = Vault(ring).fingerprints[new]
                connection.execute(sa.update(VaultKey).values(key_id=new, fingerprint=fingerprint))
            database.transact(partial(wrap_some, master_keys=Vault(ring).master_keys, most=4))
        everything_is_known(database, Vault(ring_of(file)), pseudonyms)
        assert (self.rotates(database, file).key.id, list(ring_of(file))) == (new, [new])
        everything_is_known(database, Vault(ring_of(file)), pseudonyms)

    def test_two_at_once_lose_no_key(
        self, database: Database, file: Path, pseudonyms: dict[str, str]
    ) -> None:
        with ThreadPoolExecutor(2) as pool:
            running = [pool.submit(self.rotates, database, file) for _ in range(2)]
            errors = [each.exception() for each in running]
        assert not all(errors)
        assert all(isinstance(error, Fault) for error in errors if error)
        self.rotates(database, file)
        everything_is_known(database, Vault(ring_of(file)), pseudonyms)

    def test_what_the_database_refuses_leaves_the_file_as_it_was(
        self, database: Database, file: Path
    ) -> None:
        before = file.read_text()
        with pytest.raises(Fault, match="knows no vault key yet"):
            self.rotates(database, file)
        assert file.read_text() == before

    def test_readers_never_see_half_a_ring(self, file: Path) -> None:
        store, over, seen = VaultKeyFile(file), Event(), set[int]()

        def reads() -> None:
            while not over.is_set():
                seen.add(len(ring_of(file)))

        reader = Thread(target=reads)
        reader.start()
        for _ in range(20):
            store.put_new_key_first()
            store.take_out(list(ring_of(file))[1:])
        over.set()
        reader.join(10)
        assert seen <= {1, 2}
        assert seen


def ring_of(file: Path) -> Mapping[str, bytes]:
    keys: Sequence[tuple[str, ...]] = [tuple(each.split(":")) for each in file.read_text().strip().split(",")]
    return {name: base64.b64decode(key) for name, key in keys}
