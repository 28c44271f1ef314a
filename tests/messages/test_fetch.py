"""Fetching messages from the carrier: each failure leaves something sensible, and each step can be taken again."""

from datetime import timedelta
from typing import Any

import pytest

from callrouter.messages.fetch import pause_after
from callrouter.messages.recording import LEASE_DURATION, retry_set_aside
from callrouter.telephony import CarriersRecording, RefusedByCarrier, TooManyRequests, Unclear
from tests.messages.mailroom import Mailroom, MortalDatabase
from tests.messages.sounds import NOBODY_SPEAKS, SOMEBODY_SPEAKS

DOWN = [TooManyRequests("429"), Unclear("no answer came in time")]


def test_it_is_looked_up_fetched_and_deleted_at_the_carrier(mailroom: Mailroom) -> None:
    call = mailroom.leaves()
    assert mailroom.works() == 2
    assert mailroom.tapes.asked == ["recording", "sound", "delete"]
    kept = mailroom.of(call)
    assert (kept["state"], kept["attempts"], kept["error"], kept["next_attempt_at"]) == (
        "kept",
        0,
        None,
        None,
    )
    assert kept["fetched_at"] == kept["deleted_at_carrier_at"] == mailroom.world.clock.now()


def test_it_is_sealed_before_it_is_deleted_at_the_carrier(mailroom: Mailroom) -> None:
    call = mailroom.leaves()
    assert mailroom.takes_a_step()
    assert (mailroom.state_of(call), mailroom.at_carrier(call)) == ("kept", True)
    assert mailroom.takes_a_step()
    assert (mailroom.state_of(call), mailroom.at_carrier(call)) == ("kept", False)


def test_nothing_is_done_again(mailroom: Mailroom) -> None:
    mailroom.leaves()
    mailroom.works()
    mailroom.world.passes(days=1)
    before = mailroom.world.rows("recording")
    assert mailroom.works() == 0
    assert (mailroom.world.rows("recording"), len(mailroom.tapes.asked)) == (before, 3)


def test_what_has_been_due_longest_comes_first(mailroom: Mailroom) -> None:
    calls = [mailroom.leaves(number=f"+1310555010{number}") for number in range(3)]
    mailroom.takes_a_step()
    assert [mailroom.state_of(call) for call in calls] == ["kept", "waiting", "waiting"]


def test_nothing_of_the_sound_can_be_read_from_what_is_kept(mailroom: Mailroom) -> None:
    call = mailroom.leaves()
    mailroom.works()
    sealed = mailroom.of(call)["sealed"]
    assert len(sealed) > len(SOMEBODY_SPEAKS)
    assert b"RIFF" not in sealed
    assert SOMEBODY_SPEAKS[1000:1020] not in sealed


@pytest.mark.parametrize("failure", DOWN, ids=["too many", "unclear"])
@pytest.mark.parametrize("asked", ["recording", "sound", "delete"])
def test_what_cannot_be_done_now_is_done_later(mailroom: Mailroom, asked: str, failure: Exception) -> None:
    call = mailroom.leaves()
    mailroom.tapes.fails(asked, failure)
    mailroom.works()
    assert mailroom.at_carrier(call)
    assert mailroom.of(call)["error"] == str(failure)
    assert mailroom.works() == 0
    mailroom.world.passes(seconds=30)
    mailroom.works()
    assert (mailroom.state_of(call), mailroom.at_carrier(call)) == ("kept", False)
    assert mailroom.of(call)["error"] is None


def test_it_is_tried_for_as_long_as_it_is_wanted(mailroom: Mailroom) -> None:
    call = mailroom.leaves()
    mailroom.tapes.fails("recording", *[Unclear("503")] * 1000)
    for _ in range(29 * 24):
        mailroom.works()
        mailroom.world.passes(hours=1)
    stored = mailroom.of(call)
    assert (stored["state"], stored["set_aside_at"]) == ("waiting", None)
    assert stored["attempts"] > 650


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(1, 5), (2, 10), (5, 80), (10, 2560), (11, 3600), (900, 3600)]
)
def test_each_pause_is_twice_the_last_and_an_hour_at_most(attempts: int, seconds: int) -> None:
    assert pause_after(attempts) == timedelta(seconds=seconds)


def test_a_carrier_that_fails_is_left_alone_with_all_messages(mailroom: Mailroom) -> None:
    for number in range(3):
        mailroom.leaves(number=f"+1310555010{number}")
    mailroom.tapes.fails("recording", Unclear("503"))
    assert mailroom.works() == 0
    mailroom.world.passes(seconds=29)
    assert (mailroom.works(), mailroom.tapes.asked) == (0, ["recording"])
    mailroom.world.passes(seconds=1)
    assert mailroom.works() == 6


@pytest.mark.parametrize("status", ["processing", "in-progress"])
def test_a_recording_that_is_not_ready_is_waited_for(mailroom: Mailroom, status: str) -> None:
    call, other = mailroom.leaves(status=status), mailroom.leaves(number="+13105550101")
    mailroom.works()
    assert (mailroom.state_of(call), mailroom.state_of(other)) == ("waiting", "kept")
    assert mailroom.of(call)["error"] == f"the carrier is not ready with it: {status}"
    mailroom.tapes.has(mailroom.sid_of(call), call.sid, SOMEBODY_SPEAKS)
    mailroom.world.passes(seconds=5)
    mailroom.works()
    assert mailroom.state_of(call) == "kept"


def test_a_recording_that_does_not_show_yet_is_waited_for(mailroom: Mailroom) -> None:
    call = mailroom.leaves()
    books = mailroom.tapes.books.pop(mailroom.sid_of(call))
    mailroom.works()
    assert mailroom.state_of(call) == "waiting"
    mailroom.tapes.books[books.sid] = books
    mailroom.world.passes(seconds=5)
    mailroom.works()
    assert mailroom.state_of(call) == "kept"


@pytest.mark.parametrize("status", ["absent", "deleted", None])
def test_what_the_carrier_has_not_is_gone(mailroom: Mailroom, status: str | None) -> None:
    call = mailroom.leaves(status=status or "completed")
    if status is None:
        mailroom.tapes.delete_recording(mailroom.sid_of(call))
    mailroom.world.passes(minutes=11)
    mailroom.works()
    assert mailroom.state_of(call) == "gone"
    assert mailroom.of(call)["next_attempt_at"] is None
    assert "sound" not in mailroom.tapes.asked


@pytest.mark.parametrize("asked", ["recording", "sound", "delete"])
def test_what_the_carrier_refuses_is_set_aside_and_the_others_flow(mailroom: Mailroom, asked: str) -> None:
    call = mailroom.leaves()
    mailroom.tapes.fails(asked, RefusedByCarrier("403: not with this account"))
    mailroom.works()
    mailroom.world.passes(days=1)
    other = mailroom.leaves(number="+13105550101")
    mailroom.works()
    assert mailroom.of(call)["error"] == "403: not with this account"
    assert (mailroom.at_carrier(call), mailroom.at_carrier(other)) == (True, False)
    assert (
        mailroom.world.database.transact(lambda session: retry_set_aside(session, mailroom.world.clock.now()))
        == 1
    )
    mailroom.works()
    assert (mailroom.state_of(call), mailroom.at_carrier(call)) == ("kept", False)
    assert mailroom.of(call)["set_aside_at"] is None


@pytest.mark.parametrize("sound", [b"", b"<html>not now</html>", SOMEBODY_SPEAKS[:5000]])
def test_a_damaged_sound_is_set_aside_and_stays_at_the_carrier(mailroom: Mailroom, sound: bytes) -> None:
    call = mailroom.leaves(sound)
    mailroom.works()
    stored = mailroom.of(call)
    assert (stored["state"], mailroom.at_carrier(call)) == ("waiting", True)
    assert stored["set_aside_at"]
    assert stored["error"].startswith("it is ")


def test_the_recording_of_another_call_is_not_fetched(mailroom: Mailroom) -> None:
    call, other = mailroom.leaves(), mailroom.leaves(number="+13105550101")
    sid = mailroom.sid_of(call)
    mailroom.tapes.books[sid] = CarriersRecording(sid, other.sid, "completed", 12)
    mailroom.works()
    assert (mailroom.state_of(call), mailroom.at_carrier(call)) == ("waiting", True)
    assert "of another call" in mailroom.of(call)["error"]
    assert mailroom.state_of(other) == "kept"


def survives(mailroom: Mailroom, **expected: Any) -> None:
    """After a while somebody else goes on, and all is well."""
    [call] = mailroom.world.calls
    mailroom.database = mailroom.world.database
    mailroom.world.passes(seconds=LEASE_DURATION.total_seconds())
    mailroom.works()
    assert (mailroom.state_of(call), mailroom.at_carrier(call)) == (expected.get("state", "kept"), False)
    assert mailroom.of(call)["deleted_at_carrier_at"]
    if mailroom.state_of(call) == "kept":
        assert mailroom.plays(call) == SOMEBODY_SPEAKS


@pytest.mark.parametrize("asked", ["recording", "sound", "delete"])
def test_whoever_dies_while_the_carrier_is_asked_is_followed_by_another(
    mailroom: Mailroom, asked: str
) -> None:
    mailroom.leaves()
    mailroom.tapes.kills_after(asked)
    assert mailroom.works_until_killed()
    assert not mailroom.works_until_killed()
    survives(mailroom)


@pytest.mark.parametrize("transaction", [1, 2, 3, 4])
@pytest.mark.parametrize("after_the_commit", [False, True])
@pytest.mark.parametrize(("sound", "state"), [(SOMEBODY_SPEAKS, "kept"), (NOBODY_SPEAKS, "silent")])
def test_whoever_dies_in_a_transaction_is_followed_by_another(
    mailroom: Mailroom, transaction: int, after_the_commit: bool, sound: bytes, state: str
) -> None:
    call = mailroom.leaves(sound)
    assert call.outcome == "voicemail"
    mailroom.database = MortalDatabase(
        mailroom.world.database, transaction, after_the_commit=after_the_commit
    )
    assert mailroom.works_until_killed()
    survives(mailroom, state=state)


def test_two_who_look_at_once_do_not_both_take_it(mailroom: Mailroom) -> None:
    mailroom.leaves()
    taken: list[bool] = []
    mailroom.tapes.meanwhile("sound", lambda: taken.append(mailroom.takes_a_step()))
    assert mailroom.takes_a_step()
    assert taken == [False]
    assert mailroom.tapes.asked == ["recording", "sound"]


def test_whoever_was_thought_dead_and_was_not_changes_nothing(mailroom: Mailroom) -> None:
    call = mailroom.leaves()

    def another_does_all() -> None:
        mailroom.world.passes(seconds=LEASE_DURATION.total_seconds())
        mailroom.works()

    mailroom.tapes.meanwhile("recording", another_does_all)
    assert mailroom.takes_a_step()
    assert mailroom.state_of(call) == "kept"
    assert mailroom.works() == 0
    assert mailroom.plays(call) == SOMEBODY_SPEAKS
