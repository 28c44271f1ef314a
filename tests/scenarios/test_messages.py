"""A message is left because the caller asks for it; it is fetched, heard by who may, and gone after its days.

The carrier is the played one, and it is asked as Twilio is: through our client of its REST API.
"""

import pytest

from callrouter.carrier.twilio_rest import TwilioRest
from callrouter.errors import Fault
from simulator import Faults, InProcessTransport
from tests.messages.fake_recordings import Killed
from tests.messages.voicemail import Voicemail
from tests.scenarios.call import PlacedCall
from tests.scenarios.people import Caller
from tests.scenarios.places import NATIONAL
from tests.scenarios.world import ACCOUNT, World

OFTEN = Faults(duplicate=3, shuffle=True, replay=True)


class DyingClient(TwilioRest):
    """Whoever asks to delete a recording dies when the carrier has heard it, and then no more."""

    dies = True

    def delete_recording(self, sid: str) -> None:
        super().delete_recording(sid)
        if self.dies:
            self.dies = False
            raise Killed


@pytest.fixture
def workers(world: World) -> Voicemail:
    """Whoever fetches the messages, from the carrier of this world."""
    voicemail = Voicemail(world)
    voicemail.carrier = TwilioRest(
        ACCOUNT.sid, ACCOUNT.token, transport=InProcessTransport(world.carrier.rest)
    )
    return voicemail


def left_by(caller: Caller, faults: Faults | None = None) -> PlacedCall:
    """Nobody takes the call, and the caller asks to leave a message."""
    return caller.presses("", "2").dials(NATIONAL, faults)


def at_carrier(world: World) -> list[str]:
    """The calls of which the carrier has a recording."""
    world.catch_up()
    return [booked.recording.call for booked in world.carrier.records.recordings.values()]


def test_a_message_is_left_fetched_heard_and_deleted(
    world: World, caller: Caller, workers: Voicemail
) -> None:
    call = left_by(caller.says(12))
    assert (call.outcome, at_carrier(world)) == ("voicemail", [call.sid])
    workers.works()
    assert (workers.state_of(call), at_carrier(world)) == ("kept", [])
    assert workers.plays(call).startswith(b"RIFF")
    world.passes(days=30)
    workers.deletes_old()
    assert workers.state_of(call) == "deleted"
    with pytest.raises(Fault, match="is deleted"):
        workers.plays(call)


def test_nobody_who_did_not_ask_for_it_is_recorded(world: World, caller: Caller, workers: Voicemail) -> None:
    for keys in ((), ("9",), ("", "1"), ("", "8")):
        assert caller.presses(*keys).says(12).dials(NATIONAL).message is None
    assert (world.rows("recording"), at_carrier(world)) == ([], [])


def test_a_silent_message_is_dropped_with_a_note(world: World, caller: Caller, workers: Voicemail) -> None:
    call = left_by(caller.says_nothing(9))
    workers.works()
    stored = workers.of(call)
    assert (stored["state"], stored["sealed"], at_carrier(world)) == ("silent", None, [])
    assert stored["note"].startswith("9.0 s, 0.00 s of it loud")
    assert (call.outcome, call.record["outcome"]) == ("voicemail", "voicemail")


def test_a_caller_who_hangs_up_while_speaking_has_left_a_message(caller: Caller, workers: Voicemail) -> None:
    call = left_by(caller.says(7, ended_by="hangup"))
    workers.works()
    assert workers.state_of(call) == "kept"


def test_the_same_callback_again_is_the_same_message(
    world: World, caller: Caller, workers: Voicemail
) -> None:
    call = left_by(caller.says(12), OFTEN)
    workers.works()
    assert [row["call"] for row in world.rows("recording")] == [call.sid]
    before = world.rows("recording")
    workers.works()
    assert world.rows("recording") == before


def test_while_the_carrier_is_down_messages_wait_and_calls_go_on(
    world: World, caller: Caller, workers: Voicemail
) -> None:
    call = left_by(caller.says(12))
    world.catch_up()
    world.carrier.rest.faults.down = True
    workers.works()
    world.passes(days=2)
    workers.works()
    other = left_by(world.caller("+13105550101").says(5))
    assert other.outcome == "voicemail"
    world.carrier.rest.faults.down = False
    world.passes(hours=1)
    workers.works()
    assert [workers.state_of(each) for each in (call, other)] == ["kept", "kept"]
    assert at_carrier(world) == []


@pytest.mark.parametrize("errors", [1, 2, 3, 5])
def test_errors_of_the_carrier_only_delay(
    world: World, caller: Caller, workers: Voicemail, errors: int
) -> None:
    call = left_by(caller.says(12))
    world.catch_up()
    world.carrier.rest.faults.errors = errors
    for _ in range(errors + 1):
        workers.works()
        world.passes(hours=1)
    assert (workers.state_of(call), at_carrier(world)) == ("kept", [])


def test_a_worker_that_dies_between_the_carrier_and_its_note_is_followed_by_another(
    world: World, caller: Caller, workers: Voicemail
) -> None:
    call = left_by(caller.says(12))
    workers.carrier = DyingClient(
        ACCOUNT.sid, ACCOUNT.token, transport=InProcessTransport(world.carrier.rest)
    )
    assert workers.works_until_killed()
    assert (workers.state_of(call), at_carrier(world)) == ("kept", [])
    assert workers.of(call)["deleted_at_carrier_at"] is None
    world.passes(minutes=2)
    workers.works()
    assert workers.of(call)["deleted_at_carrier_at"] == world.clock.now()


def test_a_message_that_is_not_fetched_in_its_days_is_not_kept_by_anybody(
    world: World, caller: Caller, workers: Voicemail
) -> None:
    call = left_by(caller.says(12))
    world.catch_up()
    world.carrier.rest.faults.down = True
    workers.works()
    world.passes(days=31)
    workers.deletes_old()
    assert workers.state_of(call) == "deleted"
    world.carrier.rest.faults.down = False
    world.passes(hours=1)
    workers.works()
    assert at_carrier(world) == []


def test_of_a_caller_who_was_forgotten_while_speaking_nothing_is_kept(world: World, caller: Caller) -> None:
    world.network.on("recorded", lambda: world.erases(caller.number))
    call = caller.presses("", "2").says(10).dials(NATIONAL)
    assert call.outcome == "voicemail"
    assert [row["state"] for row in world.rows("recording")] == ["deleted"]
