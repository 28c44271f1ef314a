"""A process that dies is started again, but not for ever."""

from config.deaths import FIRST_WAIT, MOST, WITHIN, Deaths


def test_each_further_death_waits_longer() -> None:
    deaths = Deaths()
    waits = [deaths.wait_after(now) or 0 for now in range(MOST - 1)]
    assert waits == sorted(set(waits))
    assert waits[0] > 0


def test_dying_too_often_is_given_up() -> None:
    deaths = Deaths()
    assert [deaths.wait_after(0) is None for _ in range(MOST)] == [False] * (MOST - 1) + [True]


def test_old_deaths_are_forgotten() -> None:
    deaths = Deaths()
    assert {deaths.wait_after(n * WITHIN) for n in range(2 * MOST)} == {FIRST_WAIT}
