"""Whatever the owner of the database changes is found against an earlier signed head."""

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

import pytest
import sqlalchemy as sa

from callrouter.evidence.model import EvidenceEntry
from callrouter.evidence.verify import MOST_FAULTS, verify_log
from tests.evidence.conftest import happens
from tests.evidence.logs import LOG_KEY, OTHER_KEY, head_of, logs, signed_head, verifies
from tests.evidence.tampering import (
    SIGNED_EARLY,
    TAMPERINGS,
    Tampering,
    rewrites_all,
    truncates_the_log,
    undone,
    without_guards,
)
from tests.owner import as_owner
from tests.scenarios.world import World
from tests.seeds import seeds

SPOKEN = """
INSERT INTO disclosure (sequence, call, turn, at, what, center, partner, wording, language, words)
SELECT last + n, call, 1000 + n, at, what, center, partner, wording, language, words
  FROM generate_series(1, 230) n, (SELECT max(sequence) AS last FROM disclosure) AS latest,
       (SELECT * FROM disclosure ORDER BY sequence LIMIT 1) AS first
"""
TIMES = 12
"""each kind of tampering, for each seed"""


@pytest.fixture
def long_log(world: World) -> tuple[World, str]:
    """More than a tile of entries, under several heads; and one of the heads, which was kept elsewhere."""
    logs(world.database)
    with as_owner(world.database) as connection:
        connection.exec_driver_sql(SPOKEN)
    logs(world.database)
    kept = head_of(world.database)
    happens(world, 1)
    logs(world.database)
    assert SIGNED_EARLY < kept.size < head_of(world.database).size
    return world, kept.note


@contextmanager
def owner_of(world: World) -> Iterator[sa.Connection]:
    with as_owner(world.database) as connection:
        without_guards(connection)
        yield connection
        connection.rollback()


def test_a_log_that_nobody_changed_has_no_fault(long_log: tuple[World, str]) -> None:
    world, kept = long_log
    found = world.database.transact(lambda session: verifies(session, kept))
    assert (found.faults, found.described, found.heads, found.waiting) == (0, [], 3, 0)
    assert found.entries == len(world.rows("evidence_entry")) > 256


def test_a_log_that_has_not_begun_has_no_fault(world: World) -> None:
    found = world.database.transact(verifies)
    assert (found.faults, found.entries) == (0, 0)
    assert found.waiting > 0


@pytest.mark.soak
@pytest.mark.parametrize("seed", seeds(4))
def test_whatever_the_owner_of_the_database_changes_is_found(long_log: tuple[World, str], seed: int) -> None:
    world, kept = long_log
    chance = Random(seed)
    missed = []
    with owner_of(world) as connection:
        for tamper in TAMPERINGS * TIMES:
            with undone(connection):
                done = tamper(connection, chance)
                if not verifies(connection, kept).faults:
                    missed.append(done)
        assert verifies(connection, kept).faults == 0
    assert missed == []


@pytest.mark.parametrize("tamper", [rewrites_all, truncates_the_log])
def test_whoever_has_the_key_too_is_found_only_by_a_head_that_was_kept(
    long_log: tuple[World, str], tamper: Tampering
) -> None:
    """The heads in the database say nothing against somebody who can sign others."""
    world, kept = long_log
    with owner_of(world) as connection:
        tamper(connection, Random(3))
        assert verify_log(connection, None).faults == 0
        found = verifies(connection, kept)
    assert any("signed" in fault for fault in found.described)


def test_a_head_of_another_log_proves_nothing(logged: World) -> None:
    head = head_of(logged.database)
    other = signed_head(head.size, head.root, OTHER_KEY)
    found = logged.database.transact(lambda session: verifies(session, other))
    assert found.faults == 1
    assert "a head that was kept is not one of this log" in found.described[0]


def test_another_key_than_ours_is_a_fault(logged: World) -> None:
    other = LOG_KEY.replace("calls", "other")
    assert logged.database.transact(lambda session: verify_log(session, other)).faults > 0


def test_a_fault_names_its_record(logged: World) -> None:
    [charge] = [row for row in logged.rows("evidence_entry") if row["source"] == "ledger_entry"][:1]
    with owner_of(logged) as connection:
        connection.exec_driver_sql(f"UPDATE ledger_entry SET amount = 1 WHERE id = {charge['key']}")
        found = verifies(connection)
    assert found.described == [
        f"entry {charge['position']}, ledger_entry {charge['key']}, is not what the record says now"
    ]


def test_many_faults_are_counted_and_some_are_described(long_log: tuple[World, str]) -> None:
    world, _ = long_log
    with owner_of(world) as connection:
        connection.execute(sa.update(EvidenceEntry).values(salt=bytes(32)))
        found = verifies(connection)
    assert (found.faults, len(found.described)) == (found.entries, MOST_FAULTS)
