"""The watchdog takes its steps one after another while nothing happens, and none while something does."""

import threading
from collections.abc import Iterator
from functools import partial

import pytest
from celery.utils.dispatch import Signal

from tests.servers.valkey import ValkeyServer
from tests.workers.background import soon
from tests.workers.broker_between import BrokerBetween
from workers.wakeup import awake_flag
from workers.watchdog import Activity, Watchdog, answers, messages_wait

PAUSE = 0.005


def looks(results: list[bool], steps: list[int]) -> list[str]:
    """The steps that were taken, after all these looks."""
    taken: list[str] = []
    waiting, looked = iter(results), threading.Event()

    def is_stuck() -> bool:
        stuck = next(waiting, None)
        if stuck is None:
            looked.set()
        return bool(stuck)

    dog = Watchdog(is_stuck, {number: partial(taken.append, f"step {number}") for number in steps}, PAUSE)
    assert looked.wait(10)
    dog.stop()
    return taken


def test_nothing_is_done_about_a_process_that_works() -> None:
    assert looks([True, True, False] * 5, [3]) == []


def test_one_step_follows_the_other_as_long_as_it_is_stuck() -> None:
    assert looks([True] * 9, [3, 8]) == ["step 3", "step 8"]


def test_where_the_first_step_has_helped_no_other_is_taken() -> None:
    assert looks([True] * 4 + [False] + [True] * 3, [3, 8]) == ["step 3", "step 3"]


def test_activity_is_told_once() -> None:
    signal = Signal(name="something")
    activity = Activity([signal])
    assert not activity.since_last_look()
    signal.send(sender=None)
    assert activity.since_last_look()
    assert not activity.since_last_look()


@pytest.fixture
def between(valkey: ValkeyServer) -> Iterator[BrokerBetween]:
    valkey.empty()
    made = BrokerBetween(valkey.directory / "valkey.sock")
    yield made
    made.close()


def test_a_broker_that_does_not_answer_is_no_fault_of_the_worker(between: BrokerBetween) -> None:
    broker = awake_flag(between.redis_url)
    assert answers(broker)
    assert not messages_wait(broker, ["celery"])
    broker.lpush("celery", "a message")
    assert messages_wait(broker, ["external", "celery"])
    between.silent = True
    assert not answers(broker)
    assert not messages_wait(broker, ["celery"])
    between.silent = False
    assert soon(lambda: messages_wait(broker, ["celery"]))
