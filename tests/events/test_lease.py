"""A lease: one worker at a time, and another one after whoever died. Tried with the recordings of messages."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from callrouter.database import Session
from callrouter.events.lease import next_attempt
from callrouter.messages.recording import LEASE, LEASE_DURATION
from tests.messages.conftest import voicemail, world
from tests.messages.voicemail import Voicemail

__all__ = ["voicemail", "world"]

SECOND = timedelta(seconds=1)


def claims(voicemail: Voicemail, after: timedelta = timedelta()) -> Any:
    now = voicemail.world.clock.now() + after
    return voicemail.world.database.transact(lambda session: LEASE.claim(session, now))


def test_what_is_due_is_claimed_once(voicemail: Voicemail) -> None:
    call = voicemail.leaves()
    claimed = claims(voicemail)
    assert (claimed.call, claimed.attempts, claimed.state) == (call.sid, 1, "waiting")
    assert claims(voicemail) is None


def test_two_workers_claim_different_rows_and_neither_waits(voicemail: Voicemail) -> None:
    calls = [voicemail.leaves(number=f"+1310555010{number}").sid for number in range(2)]
    now, database = voicemail.world.clock.now(), voicemail.world.database

    def claim_two(session: Session) -> list[str]:
        first: Any = LEASE.claim(session, now)
        second: Any = database.transact(lambda other: LEASE.claim(other, now))
        third: Any = database.transact(lambda other: LEASE.claim(other, now))
        assert third is None
        return [first.call, second.call]

    assert database.transact(claim_two) == calls


def test_another_worker_follows_when_the_lease_has_ended(voicemail: Voicemail) -> None:
    voicemail.leaves()
    first = claims(voicemail)
    assert claims(voicemail, LEASE_DURATION - SECOND) is None
    second = claims(voicemail, LEASE_DURATION)
    assert (second.call, second.attempts) == (first.call, 2)


@pytest.mark.parametrize("late", [False, True], ids=["in time", "after another claim"])
def test_only_who_holds_the_lease_records_a_failure(voicemail: Voicemail, *, late: bool) -> None:
    call = voicemail.leaves()
    claimed = claims(voicemail)
    if late:
        claims(voicemail, LEASE_DURATION)
    at = voicemail.world.clock.now() + timedelta(days=1)
    voicemail.world.database.transact(lambda session: LEASE.retry(session, claimed, "503", at))
    stored = voicemail.of(call)
    assert (stored["error"], stored["next_attempt_at"] == at) == ((None, False) if late else ("503", True))


def test_who_is_done_records_it_also_after_the_lease_has_ended(voicemail: Voicemail) -> None:
    call = voicemail.leaves()
    claimed = claims(voicemail)
    claims(voicemail, LEASE_DURATION)
    voicemail.world.database.transact(lambda session: LEASE.finish(session, claimed, note="done"))
    stored = voicemail.of(call)
    assert (stored["next_attempt_at"], stored["error"], stored["note"]) == (None, None, "done")


def test_a_schedule_gives_up_after_its_last_pause() -> None:
    noon = datetime(2026, 11, 2, 12, tzinfo=UTC)
    schedule = (SECOND, 5 * SECOND)
    expected = [noon + SECOND, noon + 5 * SECOND, None]
    assert [next_attempt(schedule, attempts, noon) for attempts in (1, 2, 3)] == expected
