"""A head says when it was signed, by the log's own cosignature."""

from datetime import UTC, datetime, timedelta

import pytest

from callrouter.evidence.append import append_records
from callrouter.evidence.note import NoteSigner, checkpoint_text
from callrouter.evidence.offline_verifier import open_checkpoint
from callrouter.evidence.timestamp import signed_time
from tests.evidence.logs import KEY, LOG_KEY, NOW, OTHER_KEY, head_of, verifies
from tests.owner import as_owner
from tests.scenarios.world import World

SIGNER = NoteSigner(*KEY)
NOTE = SIGNER.sign(checkpoint_text(KEY.origin, 7, bytes(32)))
SIGNED = NOTE + SIGNER.cosign(NOTE, NOW)


def signs_again(world: World, at: datetime) -> int:
    """Looks at that time, when nothing waits; how often the head was signed again until now."""
    world.database.transact(lambda session: append_records(session, KEY, at))
    return len(world.rows("evidence_timestamp"))


def test_the_time_is_the_one_that_was_signed() -> None:
    assert signed_time(SIGNED, LOG_KEY) == NOW
    assert open_checkpoint(SIGNED, LOG_KEY) == open_checkpoint(NOTE, LOG_KEY)


def test_a_note_without_a_time_has_none() -> None:
    assert signed_time(NOTE, LOG_KEY) is None


def test_the_time_of_a_witness_is_not_the_time_of_the_log() -> None:
    other = NoteSigner("other.example/witness", bytes(32))
    same_name = NoteSigner(*OTHER_KEY)
    assert signed_time(NOTE + other.cosign(NOTE, NOW) + same_name.cosign(NOTE, NOW), LOG_KEY) is None


def test_a_time_that_was_changed_is_refused() -> None:
    other = NoteSigner(*KEY).sign(checkpoint_text(KEY.origin, 8, bytes(32)))
    with pytest.raises(ValueError, match="is wrong"):
        signed_time(other + SIGNER.cosign(NOTE, NOW), LOG_KEY)
    with pytest.raises(ValueError, match=r"."):
        signed_time(SIGNED[:-6] + "\n", LOG_KEY)


def test_a_head_is_signed_again_before_it_is_a_minute_old(logged: World) -> None:
    before = head_of(logged.database)
    assert signs_again(logged, NOW + timedelta(seconds=30)) == 0
    at = NOW + timedelta(seconds=58)
    assert signs_again(logged, at) == 1
    after = head_of(logged.database)
    assert (after.size, after.root, after.signed_at) == (before.size, before.root, at)
    assert signed_time(before.note, LOG_KEY) == NOW
    assert signed_time(after.note, LOG_KEY) == at
    assert signs_again(logged, at) == 1
    assert signs_again(logged, at + timedelta(minutes=1)) == 2
    assert len(logged.rows("evidence_head")) == 1


def test_heads_that_were_signed_again_are_verified(logged: World) -> None:
    signs_again(logged, NOW + timedelta(minutes=1))
    found = logged.database.transact(verifies)
    assert (found.faults, found.timestamps) == (0, 1)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE evidence_timestamp SET signed_at = signed_at + interval '1 day'",
        "UPDATE evidence_timestamp SET note = (SELECT note FROM evidence_head)",
        "UPDATE evidence_timestamp SET note = replace(note, 'calls.example', 'other.example')",
        "UPDATE evidence_timestamp SET size = 1",
        "UPDATE evidence_head SET signed_at = signed_at - interval '1 day'",
        "UPDATE evidence_head SET note = (SELECT note FROM evidence_timestamp)",
    ],
)
def test_a_changed_time_is_found(logged: World, change: str) -> None:
    signs_again(logged, datetime(2026, 12, 1, tzinfo=UTC))
    with as_owner(logged.database) as connection:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        connection.exec_driver_sql(change)
    assert logged.database.transact(verifies).faults > 0


def test_the_log_that_was_changed_is_not_signed_again(logged: World) -> None:
    with as_owner(logged.database) as connection:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        connection.exec_driver_sql(
            "UPDATE evidence_head SET root = decode(repeat('00', 32), 'hex'), note = 'x'"
        )
    with pytest.raises(Exception, match="is not what its head"):
        signs_again(logged, NOW + timedelta(minutes=1))
    assert logged.rows("evidence_timestamp") == []
