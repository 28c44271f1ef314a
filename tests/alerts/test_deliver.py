"""Deliveries: tried when they are due, again by the schedule, and as often as it takes after a process has died."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from callrouter.alerts.channel import ReceiverOptedOut
from callrouter.alerts.deliver import LONGEST_SENDING, SCHEDULE, try_again
from callrouter.errors import NotDelivered
from callrouter.events.lease import next_attempt
from tests.alerts.alerting import START, Alerting, RecordingChannel
from tests.servers.databases import Databases

SECONDS = [5, 60, 300, 1_800, 7_200, 21_600]


def test_what_is_due_is_delivered_once(alerting: Alerting, channel: RecordingChannel) -> None:
    alerting.raises()
    assert alerting.delivers() == 1
    assert alerting.delivers() == 0
    assert [address for address, _, _ in channel.heard] == ["staff@example.org"]
    done = alerting.delivery
    assert (done["attempts"], done["delivered_at"], done["next_attempt_at"], done["error"]) == (
        1,
        START,
        None,
        None,
    )


def test_delivering_goes_on_while_there_is_more(alerting: Alerting, channel: RecordingChannel) -> None:
    for center in ("ash", "elm", "oak"):
        alerting.raises(center=center)
    assert (alerting.delivers(), len(channel.heard)) == (3, 3)


def test_with_nothing_due_nothing_is_done(alerting: Alerting) -> None:
    assert alerting.delivers() == 0


@pytest.mark.parametrize(("attempts", "seconds"), list(enumerate(SECONDS, start=1)))
def test_each_failure_waits_longer(attempts: int, seconds: int) -> None:
    assert next_attempt(SCHEDULE, attempts, START) == START + timedelta(seconds=seconds)


def test_after_the_last_failure_it_is_given_up() -> None:
    assert next_attempt(SCHEDULE, len(SECONDS) + 1, START) is None


def test_the_whole_schedule_by_the_clock(alerting: Alerting, channel: RecordingChannel) -> None:
    channel.failures = [NotDelivered("answered 500")] * 7
    alerting.raises()
    for wait in (*SECONDS, 10**6):
        alerting.delivers()
        alerting.passes(seconds=wait - 1)
        assert alerting.delivers() == 0
        alerting.passes(seconds=1)
    began = [(when - START).total_seconds() for _, _, when in channel.heard]
    assert began == [sum(SECONDS[:number]) for number in range(7)]
    given_up = alerting.delivery
    assert (given_up["attempts"], given_up["next_attempt_at"], given_up["delivered_at"]) == (7, None, None)
    assert given_up["error"] == "answered 500"


def test_it_arrives_at_a_later_attempt(alerting: Alerting, channel: RecordingChannel) -> None:
    channel.failures = [NotDelivered("answered 500")]
    alerting.raises()
    assert alerting.delivers() == 0
    assert (alerting.delivery["error"], alerting.delivery["attempts"]) == ("answered 500", 1)
    alerting.passes(seconds=5)
    assert alerting.delivers() == 1
    assert (alerting.delivery["error"], alerting.delivery["attempts"]) == (None, 2)


def test_each_attempt_has_the_same_name(alerting: Alerting, channel: RecordingChannel) -> None:
    channel.failures = [NotDelivered("answered 500")]
    alerting.raises()
    alerting.delivers()
    alerting.passes(seconds=5)
    alerting.delivers()
    assert len(channel.heard) == 2
    assert len({message for _, message, _ in channel.heard}) == 1


def test_a_failure_ends_the_turn_so_that_other_tasks_have_theirs(
    alerting: Alerting, channel: RecordingChannel
) -> None:
    channel.failures = [NotDelivered("no answer within 10 seconds")]
    alerting.raises(center="ash")
    alerting.raises(center="elm")
    assert (alerting.delivers(), len(channel.heard)) == (0, 1)
    assert (alerting.delivers(), len(channel.heard)) == (1, 2)


def test_who_does_not_want_it_is_not_asked_again(alerting: Alerting, channel: RecordingChannel) -> None:
    channel.failures = [ReceiverOptedOut("answered 410")]
    alerting.raises()
    alerting.delivers()
    alerting.passes(days=1)
    assert (alerting.delivers(), len(channel.heard)) == (0, 1)
    assert (alerting.delivery["next_attempt_at"], alerting.delivery["delivered_at"]) == (None, None)


def test_an_error_that_nobody_thought_of_is_recorded(alerting: Alerting, channel: RecordingChannel) -> None:
    channel.failures = [ZeroDivisionError("by nothing")]
    alerting.raises()
    alerting.delivers()
    assert alerting.delivery["error"] == "ZeroDivisionError: by nothing"


def test_an_error_that_speaks_of_a_number_is_recorded_without_it(
    alerting: Alerting, channel: RecordingChannel
) -> None:
    channel.failures = [ValueError("nobody has +1 (310) 555-0188")]
    alerting.raises()
    alerting.delivers()
    assert alerting.delivery["error"] == "ValueError: nobody has [number]"


def test_a_channel_that_is_not_set_up_any_more_is_recorded(alerting: Alerting) -> None:
    alerting.raises()
    alerting.channels = {}
    alerting.delivers()
    assert alerting.delivery["error"] == "no email is set up any more"


def test_a_process_that_dies_after_sending_sends_the_same_again(
    alerting: Alerting, channel: RecordingChannel
) -> None:
    channel.failures = [KeyboardInterrupt()]
    alerting.raises()
    with pytest.raises(KeyboardInterrupt):
        alerting.delivers()
    alerting.passes(seconds=LONGEST_SENDING.total_seconds() - 1)
    assert alerting.delivers() == 0
    alerting.passes(seconds=1)
    assert alerting.delivers() == 1
    assert len(channel.heard) == 2
    assert len({message for _, message, _ in channel.heard}) == 1
    assert alerting.delivery["attempts"] == 2


def test_dying_again_and_again_ends_too(alerting: Alerting, channel: RecordingChannel) -> None:
    channel.failures = [KeyboardInterrupt() for _ in SCHEDULE]
    alerting.raises()
    for _ in SCHEDULE:
        with pytest.raises(KeyboardInterrupt):
            alerting.delivers()
        alerting.passes(seconds=LONGEST_SENDING.total_seconds())
    channel.failures = [NotDelivered("answered 500")]
    assert alerting.delivers() == 0
    assert (alerting.delivery["attempts"], alerting.delivery["next_attempt_at"]) == (7, None)


def test_staff_can_have_what_was_given_up_tried_again(alerting: Alerting, channel: RecordingChannel) -> None:
    channel.failures = [ReceiverOptedOut("answered 410")]
    alerting.raises()
    alerting.delivers()
    number = alerting.delivery["id"]
    assert alerting.database.transact(lambda session: try_again(session, number, alerting.clock.now()))
    assert alerting.delivers() == 1


def test_what_has_arrived_is_not_tried_again(alerting: Alerting, channel: RecordingChannel) -> None:
    alerting.raises()
    alerting.delivers()
    number = alerting.delivery["id"]
    assert not alerting.database.transact(lambda session: try_again(session, number, alerting.clock.now()))
    assert not alerting.database.transact(
        lambda session: try_again(session, number + 1, alerting.clock.now())
    )
    assert (alerting.delivers(), len(channel.heard)) == (0, 1)


def test_several_workers_at_once_deliver_everything_once(databases: Databases) -> None:
    with databases.fresh() as url:
        channel = RecordingChannel()
        alerting = Alerting(url, connections=8, email=channel)
        for number in range(20):
            alerting.raises(center=f"ash-{number}")
        with ThreadPoolExecutor(4) as workers:
            turns = [workers.submit(alerting.delivers) for _ in range(60)]
            assert sum(turn.result() for turn in turns) == 20
        assert len(channel.heard) == len({message for _, message, _ in channel.heard}) == 20
        alerting.closes()
