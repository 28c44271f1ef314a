"""The log has each record once, in one line, whoever writes it and whatever dies meanwhile."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa

from callrouter.database import Session
from callrouter.evidence import append, records
from callrouter.evidence.append import BrokenEvidenceLog, append_records
from callrouter.evidence.model import EvidenceEntry
from callrouter.evidence.note import NoteSigner
from callrouter.evidence.offline_verifier import canonical, commitment, open_checkpoint
from callrouter.privacy.audit import Access, record_access
from tests.evidence.conftest import happens
from tests.evidence.logs import KEY, LOG_KEY, NOW, ORIGIN, OTHER_KEY, head_of, logs, signed_head, verifies
from tests.evidence.trees import root_of
from tests.owner import as_owner
from tests.scenarios.world import World

EACH_ENTRY = sa.select(EvidenceEntry.__table__).order_by(EvidenceEntry.position)


def entries(world: World) -> list[dict[str, Any]]:
    return world.rows("evidence_entry")


def sources(world: World) -> dict[str, int]:
    names = [entry["source"] for entry in entries(world)]
    return {name: names.count(name) for name in names}


def test_every_kind_of_record_is_logged(world: World) -> None:
    counts = world.counts()
    logs(world.database)
    expected = {name: counts[name] for name in records.SOURCES}
    # One of them waits for a second person.
    assert sources(world) == {**expected, "wording_proposal": 1}
    assert all(expected.values())


def test_an_entry_is_the_salted_hash_of_its_record(logged: World) -> None:
    [disclosure, *_] = logged.rows("disclosure")
    [entry, *_] = [each for each in entries(logged) if each["source"] == "disclosure"]
    at = disclosure["at"].strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    assert entry["commitment"] == commitment(entry["salt"], {**disclosure, "at": at, "source": "disclosure"})


def test_no_two_entries_have_the_same_salt(logged: World) -> None:
    salts = {entry["salt"] for entry in entries(logged)}
    assert len(salts) == len(entries(logged))


def test_the_head_signs_all_entries(logged: World) -> None:
    head, stored = head_of(logged.database), [entry["commitment"] for entry in entries(logged)]
    assert open_checkpoint(head.note, LOG_KEY) == (ORIGIN, len(stored), root_of(stored))


def test_appending_again_does_nothing(logged: World) -> None:
    before = logged.counts()
    assert logs(logged.database) == 0
    assert logged.counts() == before


def test_what_happens_later_is_appended(logged: World) -> None:
    before = entries(logged)
    happens(logged)
    assert logs(logged.database) > 0
    assert entries(logged)[: len(before)] == before
    assert logged.database.transact(verifies).faults == 0


def test_a_row_that_commits_after_later_ones_is_logged(logged: World) -> None:
    """Keys are taken before transactions commit, in whatever order."""
    with logged.database.engine.begin() as late:
        record_access(late, Access("ada", "slow", NOW), "message played", "CA13")
        quick = Access("bob", "quick", NOW)
        logged.database.transact(lambda session: record_access(session, quick, "message played", "CA14"))
        assert logs(logged.database) == 1
    assert logs(logged.database) == 1
    assert logged.database.transact(verifies).faults == 0


def test_batches_of_any_size_come_to_one_log(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = [source.unlogged_keys.limit(2) for source in records.SOURCES.values()]
    monkeypatch.setattr(records, "_UNLOGGED_KEYS", sa.union_all(*parts))
    logs(world.database)
    found = world.database.transact(verifies)
    assert (found.faults, found.waiting) == (0, 0)
    assert found.heads > 2


def test_writers_at_the_same_time_write_one_log(world: World) -> None:
    with ThreadPoolExecutor(4) as pool:
        written = list(pool.map(lambda _: logs(world.database), range(8)))
    assert sum(written) == len(entries(world))
    assert world.database.transact(verifies).faults == 0


def test_without_the_lock_the_keys_refuse_a_fork(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(append, "_LOCK", sa.select(1))
    with world.database.engine.connect() as first:
        append_records(first, KEY, NOW)
        with ThreadPoolExecutor(1) as pool:
            second = pool.submit(logs, world.database)
            wait_for_a_lock(world)
            first.commit()
            assert second.exception() is not None
    assert world.database.transact(verifies).faults == 0


def wait_for_a_lock(world: World) -> None:
    waits = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    with as_owner(world.database) as connection:
        while not connection.execute(waits).scalar_one():
            connection.execute(sa.text("SELECT pg_sleep(0.01)"))


def test_a_writer_that_dies_before_its_commit_has_written_nothing(world: World) -> None:
    def dies(session: Session) -> None:
        append_records(session, KEY, NOW)
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        world.database.transact(dies)
    assert entries(world) == []
    assert logs(world.database) == len(entries(world))
    assert world.database.transact(verifies).faults == 0


def test_another_key_signs_nothing(logged: World) -> None:
    happens(logged, 1)
    with pytest.raises(BrokenEvidenceLog, match="this process has another key"):
        logs(logged.database, OTHER_KEY)
    assert logs(logged.database) > 0


def test_a_log_keeps_its_name_when_the_address_changes(logged: World) -> None:
    happens(logged, 1)
    assert logs(logged.database, KEY._replace(origin="new.example/evidence")) > 0
    assert open_checkpoint(head_of(logged.database).note, LOG_KEY).origin == ORIGIN


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM evidence_entry WHERE position = (SELECT max(position) FROM evidence_entry)",
        "DELETE FROM evidence_head",
        "UPDATE evidence_entry SET commitment = salt WHERE position = 0",
        "UPDATE evidence_head SET root = decode(repeat('00', 32), 'hex'), note = 'x'",
    ],
)
def test_a_log_that_was_changed_is_not_signed_again(logged: World, change: str) -> None:
    with as_owner(logged.database) as connection:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        connection.exec_driver_sql(change)
    happens(logged, 1)
    before = len(entries(logged))
    with pytest.raises(BrokenEvidenceLog, match="is not what its head"):
        logs(logged.database)
    assert len(entries(logged)) == before


def test_a_log_that_was_rewritten_with_the_key_is_not_extended_past_a_kept_head(logged: World) -> None:
    kept = head_of(logged.database)
    happens(logged, 1)
    assert logs(logged.database, kept_head=kept.note) > 0
    happens(logged, 1)
    other = signed_head(kept.size, bytes(32))
    with pytest.raises(BrokenEvidenceLog, match="does not hold what its kept head"):
        logs(logged.database, kept_head=other)
    longer = signed_head(kept.size + 1000, kept.root)
    with pytest.raises(BrokenEvidenceLog, match="restored from an older backup"):
        logs(logged.database, kept_head=longer)
    with pytest.raises(BrokenEvidenceLog, match="cannot be used"):
        logs(logged.database, kept_head="")


def test_records_are_canonical_json() -> None:
    assert canonical({"b": [1, None, True], "a": 'é\n\u2028"\\'}) == (
        '{"a":"é\\n\u2028\\"\\\\","b":[1,null,true]}'.encode()
    )


def test_the_key_of_a_log_is_not_told_by_its_name() -> None:
    assert NoteSigner(*KEY).log_key != NoteSigner(*OTHER_KEY).log_key
