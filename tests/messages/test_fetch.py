"""Fetching messages from the carrier: each failure leaves something sensible, and each step can be taken again."""

from datetime import timedelta
from typing import Any

import pytest

from callrouter.messages.fetch import pause_after
from callrouter.messages.recording import LEASE_DURATION, retry_set_aside
from callrouter.telephony import CarriersRecording, RefusedByCarrier, TooManyRequests, Unclear
from tests.messages.sounds import NOBODY_SPEAKS, SOMEBODY_SPEAKS
from tests.messages.voicemail import MortalDatabase, Voicemail

DOWN = [TooManyRequests("429"), Unclear("no answer came in time")]


def test_it_is_looked_up_fetched_and_deleted_at_the_carrier(voicemail: Voicemail) -> None:
    call = voicemail.leaves()
    assert voicemail.works() == 2
    assert voicemail.recordings.asked == ["recording", "sound", "delete"]
    kept = voicemail.of(call)
    assert (kept["state"], kept["attempts"], kept["error"], kept["next_attempt_at"]) == (
        "kept",
        0,
        None,
        None,
    )
    assert kept["fetched_at"] == kept["deleted_at_carrier_at"] == voicemail.world.clock.now()


def test_it_is_sealed_before_it_is_deleted_at_the_carrier(voicemail: Voicemail) -> None:
    call = voicemail.leaves()
    assert voicemail.takes_a_step()
    assert (voicemail.state_of(call), voicemail.at_carrier(call)) == ("kept", True)
    assert voicemail.takes_a_step()
    assert (voicemail.state_of(call), voicemail.at_carrier(call)) == ("kept", False)


def test_nothing_is_done_again(voicemail: Voicemail) -> None:
    voicemail.leaves()
    voicemail.works()
    voicemail.world.passes(days=1)
    before = voicemail.world.rows("recording")
    assert voicemail.works() == 0
    assert (voicemail.world.rows("recording"), len(voicemail.recordings.asked)) == (before, 3)


def test_what_has_been_due_longest_comes_first(voicemail: Voicemail) -> None:
    calls = [voicemail.leaves(number=f"+1310555010{number}") for number in range(3)]
    voicemail.takes_a_step()
    assert [voicemail.state_of(call) for call in calls] == ["kept", "waiting", "waiting"]


def test_nothing_of_the_sound_can_be_read_from_what_is_kept(voicemail: Voicemail) -> None:
    call = voicemail.leaves()
    voicemail.works()
    sealed = voicemail.of(call)["sealed"]
    assert len(sealed) > len(SOMEBODY_SPEAKS)
    assert b"RIFF" not in sealed
    assert SOMEBODY_SPEAKS[1000:1020] not in sealed


@pytest.mark.parametrize("failure", DOWN, ids=["too many", "unclear"])
@pytest.mark.parametrize("asked", ["recording", "sound", "delete"])
def test_what_cannot_be_done_now_is_done_later(voicemail: Voicemail, asked: str, failure: Exception) -> None:
    call = voicemail.leaves()
    voicemail.recordings.fails(asked, failure)
    voicemail.works()
    assert voicemail.at_carrier(call)
    assert voicemail.of(call)["error"] == str(failure)
    assert voicemail.works() == 0
    voicemail.world.passes(seconds=30)
    voicemail.works()
    assert (voicemail.state_of(call), voicemail.at_carrier(call)) == ("kept", False)
    assert voicemail.of(call)["error"] is None


def test_it_is_tried_for_as_long_as_it_is_wanted(voicemail: Voicemail) -> None:
    call = voicemail.leaves()
    voicemail.recordings.fails("recording", *[Unclear("503")] * 1000)
    for _ in range(29 * 24):
        voicemail.works()
        voicemail.world.passes(hours=1)
    stored = voicemail.of(call)
    assert (stored["state"], stored["set_aside_at"]) == ("waiting", None)
    assert stored["attempts"] > 650


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(1, 5), (2, 10), (5, 80), (10, 2560), (11, 3600), (900, 3600)]
)
def test_each_pause_is_twice_the_last_and_an_hour_at_most(attempts: int, seconds: int) -> None:
    assert pause_after(attempts) == timedelta(seconds=seconds)


def test_a_carrier_that_fails_is_left_alone_with_all_messages(voicemail: Voicemail) -> None:
    for number in range(3):
        voicemail.leaves(number=f"+1310555010{number}")
    voicemail.recordings.fails("recording", Unclear("503"))
    assert voicemail.works() == 0
    voicemail.world.passes(seconds=29)
    assert (voicemail.works(), voicemail.recordings.asked) == (0, ["recording"])
    voicemail.world.passes(seconds=1)
    assert voicemail.works() == 6


@pytest.mark.parametrize("status", ["processing", "in-progress"])
def test_a_recording_that_is_not_ready_is_waited_for(voicemail: Voicemail, status: str) -> None:
    call, other = voicemail.leaves(status=status), voicemail.leaves(number="+13105550101")
    voicemail.works()
    assert (voicemail.state_of(call), voicemail.state_of(other)) == ("waiting", "kept")
    assert voicemail.of(call)["error"] == f"the carrier is not ready with it: {status}"
    voicemail.recordings.has(voicemail.sid_of(call), call.sid, SOMEBODY_SPEAKS)
    voicemail.world.passes(seconds=5)
    voicemail.works()
    assert voicemail.state_of(call) == "kept"


def test_a_recording_that_does_not_show_yet_is_waited_for(voicemail: Voicemail) -> None:
    call = voicemail.leaves()
    recordings_by_sid = voicemail.recordings.recordings_by_sid.pop(voicemail.sid_of(call))
    voicemail.works()
    assert voicemail.state_of(call) == "waiting"
    voicemail.recordings.recordings_by_sid[recordings_by_sid.sid] = recordings_by_sid
    voicemail.world.passes(seconds=5)
    voicemail.works()
    assert voicemail.state_of(call) == "kept"


@pytest.mark.parametrize("status", ["absent", "deleted", None])
def test_what_the_carrier_has_not_is_gone(voicemail: Voicemail, status: str | None) -> None:
    call = voicemail.leaves(status=status or "completed")
    if status is None:
        voicemail.recordings.delete_recording(voicemail.sid_of(call))
    voicemail.world.passes(minutes=11)
    voicemail.works()
    assert voicemail.state_of(call) == "gone"
    assert voicemail.of(call)["next_attempt_at"] is None
    assert "sound" not in voicemail.recordings.asked


@pytest.mark.parametrize("asked", ["recording", "sound", "delete"])
def test_what_the_carrier_refuses_is_set_aside_and_the_others_flow(voicemail: Voicemail, asked: str) -> None:
    call = voicemail.leaves()
    voicemail.recordings.fails(asked, RefusedByCarrier("403: not with this account"))
    voicemail.works()
    voicemail.world.passes(days=1)
    other = voicemail.leaves(number="+13105550101")
    voicemail.works()
    assert voicemail.of(call)["error"] == "403: not with this account"
    assert (voicemail.at_carrier(call), voicemail.at_carrier(other)) == (True, False)
    assert (
        voicemail.world.database.transact(
            lambda session: retry_set_aside(session, voicemail.world.clock.now())
        )
        == 1
    )
    voicemail.works()
    assert (voicemail.state_of(call), voicemail.at_carrier(call)) == ("kept", False)
    assert voicemail.of(call)["set_aside_at"] is None


@pytest.mark.parametrize("sound", [b"", b"<html>not now</html>", SOMEBODY_SPEAKS[:5000]])
def test_a_damaged_sound_is_set_aside_and_stays_at_the_carrier(voicemail: Voicemail, sound: bytes) -> None:
    call = voicemail.leaves(sound)
    voicemail.works()
    stored = voicemail.of(call)
    assert (stored["state"], voicemail.at_carrier(call)) == ("waiting", True)
    assert stored["set_aside_at"]
    assert stored["error"].startswith("it is ")


def test_the_recording_of_another_call_is_not_fetched(voicemail: Voicemail) -> None:
    call, other = voicemail.leaves(), voicemail.leaves(number="+13105550101")
    sid = voicemail.sid_of(call)
    voicemail.recordings.recordings_by_sid[sid] = CarriersRecording(sid, other.sid, "completed", 12)
    voicemail.works()
    assert (voicemail.state_of(call), voicemail.at_carrier(call)) == ("waiting", True)
    assert "of another call" in voicemail.of(call)["error"]
    assert voicemail.state_of(other) == "kept"


def survives(voicemail: Voicemail, **expected: Any) -> None:
    """After a while somebody else goes on, and all is well."""
    [call] = voicemail.world.calls
    voicemail.database = voicemail.world.database
    voicemail.world.passes(seconds=LEASE_DURATION.total_seconds())
    voicemail.works()
    assert (voicemail.state_of(call), voicemail.at_carrier(call)) == (expected.get("state", "kept"), False)
    assert voicemail.of(call)["deleted_at_carrier_at"]
    if voicemail.state_of(call) == "kept":
        assert voicemail.plays(call) == SOMEBODY_SPEAKS


@pytest.mark.parametrize("asked", ["recording", "sound", "delete"])
def test_whoever_dies_while_the_carrier_is_asked_is_followed_by_another(
    voicemail: Voicemail, asked: str
) -> None:
    voicemail.leaves()
    voicemail.recordings.kills_after(asked)
    assert voicemail.works_until_killed()
    assert not voicemail.works_until_killed()
    survives(voicemail)


@pytest.mark.parametrize("transaction", [1, 2, 3, 4])
@pytest.mark.parametrize("after_the_commit", [False, True])
@pytest.mark.parametrize(("sound", "state"), [(SOMEBODY_SPEAKS, "kept"), (NOBODY_SPEAKS, "silent")])
def test_whoever_dies_in_a_transaction_is_followed_by_another(
    voicemail: Voicemail, transaction: int, after_the_commit: bool, sound: bytes, state: str
) -> None:
    call = voicemail.leaves(sound)
    assert call.outcome == "voicemail"
    voicemail.database = MortalDatabase(
        voicemail.world.database, transaction, after_the_commit=after_the_commit
    )
    assert voicemail.works_until_killed()
    survives(voicemail, state=state)


def test_two_who_look_at_once_do_not_both_take_it(voicemail: Voicemail) -> None:
    voicemail.leaves()
    taken: list[bool] = []
    voicemail.recordings.meanwhile("sound", lambda: taken.append(voicemail.takes_a_step()))
    assert voicemail.takes_a_step()
    assert taken == [False]
    assert voicemail.recordings.asked == ["recording", "sound"]


def test_whoever_was_thought_dead_and_was_not_changes_nothing(voicemail: Voicemail) -> None:
    call = voicemail.leaves()

    def another_does_all() -> None:
        voicemail.world.passes(seconds=LEASE_DURATION.total_seconds())
        voicemail.works()

    voicemail.recordings.meanwhile("recording", another_does_all)
    assert voicemail.takes_a_step()
    assert voicemail.state_of(call) == "kept"
    assert voicemail.works() == 0
    assert voicemail.plays(call) == SOMEBODY_SPEAKS
