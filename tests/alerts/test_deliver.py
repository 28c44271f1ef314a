"""Deliveries: tried when they are due, again by the schedule, and as often as it takes after a process has died."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from callrouter.alerts.channel import ReceiverOptedOut
from callrouter.alerts.deliver import LONGEST_SENDING, SCHEDULE, try_again
from callrouter.errors import NotDelivered
from callrouter.events.lease import next_attempt
from tests.alerts.office import START, Ear, Office
from tests.servers.databases import Databases

SECONDS = [5, 60, 300, 1_800, 7_200, 21_600]


def test_what_is_due_is_delivered_once(office: Office, ear: Ear) -> None:
    office.raises()
    assert office.delivers() == 1
    assert office.delivers() == 0
    assert [address for address, _, _ in ear.heard] == ["staff@example.org"]
    done = office.delivery
    assert (done["attempts"], done["delivered_at"], done["next_attempt_at"], done["error"]) == (
        1,
        START,
        None,
        None,
    )


def test_delivering_goes_on_while_there_is_more(office: Office, ear: Ear) -> None:
    for center in ("ash", "elm", "oak"):
        office.raises(center=center)
    assert (office.delivers(), len(ear.heard)) == (3, 3)


def test_with_nothing_due_nothing_is_done(office: Office) -> None:
    assert office.delivers() == 0


@pytest.mark.parametrize(("attempts", "seconds"), list(enumerate(SECONDS, start=1)))
def test_each_failure_waits_longer(attempts: int, seconds: int) -> None:
    assert next_attempt(SCHEDULE, attempts, START) == START + timedelta(seconds=seconds)


def test_after_the_last_failure_it_is_given_up() -> None:
    assert next_attempt(SCHEDULE, len(SECONDS) + 1, START) is None


def test_the_whole_schedule_by_the_clock(office: Office, ear: Ear) -> None:
    ear.failures = [NotDelivered("answered 500")] * 7
    office.raises()
    for wait in (*SECONDS, 10**6):
        office.delivers()
        office.passes(seconds=wait - 1)
        assert office.delivers() == 0
        office.passes(seconds=1)
    began = [(when - START).total_seconds() for _, _, when in ear.heard]
    assert began == [sum(SECONDS[:number]) for number in range(7)]
    given_up = office.delivery
    assert (given_up["attempts"], given_up["next_attempt_at"], given_up["delivered_at"]) == (7, None, None)
    assert given_up["error"] == "answered 500"


def test_it_arrives_at_a_later_attempt(office: Office, ear: Ear) -> None:
    ear.failures = [NotDelivered("answered 500")]
    office.raises()
    assert office.delivers() == 0
    assert (office.delivery["error"], office.delivery["attempts"]) == ("answered 500", 1)
    office.passes(seconds=5)
    assert office.delivers() == 1
    assert (office.delivery["error"], office.delivery["attempts"]) == (None, 2)


def test_each_attempt_has_the_same_name(office: Office, ear: Ear) -> None:
    ear.failures = [NotDelivered("answered 500")]
    office.raises()
    office.delivers()
    office.passes(seconds=5)
    office.delivers()
    assert len(ear.heard) == 2
    assert len({message for _, message, _ in ear.heard}) == 1


def test_a_failure_ends_the_turn_so_that_other_tasks_have_theirs(office: Office, ear: Ear) -> None:
    ear.failures = [NotDelivered("no answer within 10 seconds")]
    office.raises(center="ash")
    office.raises(center="elm")
    assert (office.delivers(), len(ear.heard)) == (0, 1)
    assert (office.delivers(), len(ear.heard)) == (1, 2)


def test_who_does_not_want_it_is_not_asked_again(office: Office, ear: Ear) -> None:
    ear.failures = [ReceiverOptedOut("answered 410")]
    office.raises()
    office.delivers()
    office.passes(days=1)
    assert (office.delivers(), len(ear.heard)) == (0, 1)
    assert (office.delivery["next_attempt_at"], office.delivery["delivered_at"]) == (None, None)


def test_an_error_that_nobody_thought_of_is_recorded(office: Office, ear: Ear) -> None:
    ear.failures = [ZeroDivisionError("by nothing")]
    office.raises()
    office.delivers()
    assert office.delivery["error"] == "ZeroDivisionError: by nothing"


def test_a_channel_that_is_not_set_up_any_more_is_recorded(office: Office) -> None:
    office.raises()
    office.channels = {}
    office.delivers()
    assert office.delivery["error"] == "no email is set up any more"


def test_a_process_that_dies_after_sending_sends_the_same_again(office: Office, ear: Ear) -> None:
    ear.failures = [KeyboardInterrupt()]
    office.raises()
    with pytest.raises(KeyboardInterrupt):
        office.delivers()
    office.passes(seconds=LONGEST_SENDING.total_seconds() - 1)
    assert office.delivers() == 0
    office.passes(seconds=1)
    assert office.delivers() == 1
    assert len(ear.heard) == 2
    assert len({message for _, message, _ in ear.heard}) == 1
    assert office.delivery["attempts"] == 2


def test_dying_again_and_again_ends_too(office: Office, ear: Ear) -> None:
    ear.failures = [KeyboardInterrupt() for _ in SCHEDULE]
    office.raises()
    for _ in SCHEDULE:
        with pytest.raises(KeyboardInterrupt):
            office.delivers()
        office.passes(seconds=LONGEST_SENDING.total_seconds())
    ear.failures = [NotDelivered("answered 500")]
    assert office.delivers() == 0
    assert (office.delivery["attempts"], office.delivery["next_attempt_at"]) == (7, None)


def test_staff_can_have_what_was_given_up_tried_again(office: Office, ear: Ear) -> None:
    ear.failures = [ReceiverOptedOut("answered 410")]
    office.raises()
    office.delivers()
    number = office.delivery["id"]
    assert office.database.transact(lambda session: try_again(session, number, office.clock.now()))
    assert office.delivers() == 1


def test_what_has_arrived_is_not_tried_again(office: Office, ear: Ear) -> None:
    office.raises()
    office.delivers()
    number = office.delivery["id"]
    assert not office.database.transact(lambda session: try_again(session, number, office.clock.now()))
    assert not office.database.transact(lambda session: try_again(session, number + 1, office.clock.now()))
    assert (office.delivers(), len(ear.heard)) == (0, 1)


def test_several_workers_at_once_deliver_everything_once(databases: Databases) -> None:
    with databases.fresh() as url:
        ear = Ear()
        office = Office(url, connections=8, email=ear)
        for number in range(20):
            office.raises(center=f"ash-{number}")
        with ThreadPoolExecutor(4) as workers:
            turns = [workers.submit(office.delivers) for _ in range(60)]
            assert sum(turn.result() for turn in turns) == 20
        assert len(ear.heard) == len({message for _, message, _ in ear.heard}) == 20
        office.closes()
