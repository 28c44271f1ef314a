"""A process that dies is started again, later each time, and is never given up."""

from server.supervisor.restart import FIRST, LIVED_WELL, LONGEST, Backoff


def test_each_further_death_waits_twice_as_long() -> None:
    backoff = Backoff()
    waits = [backoff.wait_after(lived=0) for _ in range(5)]
    assert waits == [FIRST * 2**n for n in range(5)]


def test_no_wait_is_longer_than_the_longest() -> None:
    backoff, patient = Backoff(longest=5), Backoff()
    waits = [(backoff.wait_after(lived=1), patient.wait_after(lived=1)) for _ in range(1000)]
    assert waits[-1] == (5, LONGEST)


def test_a_process_that_lived_well_begins_anew() -> None:
    backoff = Backoff()
    for _ in range(20):
        backoff.wait_after(lived=0)
    assert backoff.wait_after(lived=LIVED_WELL) == FIRST
    assert backoff.wait_after(lived=0) == 2 * FIRST


def test_a_short_life_does_not_begin_anew() -> None:
    backoff = Backoff()
    waits = [backoff.wait_after(lived=LIVED_WELL - 1) for _ in range(3)]
    assert waits == [FIRST, 2 * FIRST, 4 * FIRST]
