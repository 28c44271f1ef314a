"""Waking a worker and draining the outbox: one message wakes a worker, and none is sent while it is awake."""

import threading
from collections.abc import Iterator

import pytest
from celery import Celery
from redis import Redis

from tests.servers.valkey import ValkeyServer
from workers.drain_outbox import drain_outbox
from workers.wakeup import AWAKE, CoalescedSender, awake_flag, wake_a_worker


@pytest.fixture
def flag(valkey: ValkeyServer) -> Iterator[Redis]:
    valkey.empty()
    connected = awake_flag(valkey.redis_url)
    yield connected
    connected.close()


@pytest.fixture
def app(valkey: ValkeyServer) -> Celery:
    return Celery("callrouter", broker=valkey.broker_url)


def test_a_sleeping_worker_is_woken_by_one_message(app: Celery, flag: Redis) -> None:
    assert wake_a_worker(app, flag)
    assert flag.llen("celery") == 1


def test_whoever_rings_again_meanwhile_sends_nothing(app: Celery, flag: Redis) -> None:
    wake_a_worker(app, flag)
    assert [wake_a_worker(app, flag) for _ in range(100)] == [False] * 100
    assert flag.llen("celery") == 1


def test_a_worker_that_died_awake_is_woken_again_when_its_flag_has_gone(app: Celery, flag: Redis) -> None:
    wake_a_worker(app, flag)
    assert 0 < flag.pttl(AWAKE) <= 3000
    flag.delete(AWAKE)
    assert wake_a_worker(app, flag)


def test_many_rings_are_one() -> None:
    answered = threading.Event()
    woken: list[int] = []

    def wake() -> None:
        woken.append(1)
        answered.set()

    sender = CoalescedSender(wake, pause=60)
    for _ in range(50):
        sender.request()
    assert answered.wait(5)
    sender.stop()
    assert woken == [1]


def test_a_broker_that_does_not_work_disturbs_nobody() -> None:
    tried = threading.Event()

    def broken() -> None:
        tried.set()
        raise ConnectionRefusedError("no Redis")

    sender = CoalescedSender(broken, pause=0)
    sender.request()
    assert tried.wait(5)
    sender.stop()


def test_draining_works_off_what_waits_and_then_sleeps(flag: Redis) -> None:
    waiting = [500, 500, 3]
    drain_outbox(flag, lambda: waiting.pop(0) if waiting else 0)
    assert waiting == []
    assert flag.get(AWAKE) is None


def test_what_comes_while_a_worker_falls_asleep_is_not_missed(flag: Redis) -> None:
    """The flag is down before the last look, so whoever stores something after that look wakes a worker."""
    late = [7]

    def settle() -> int:
        asleep = flag.get(AWAKE) is None
        return late.pop() if asleep and late else 0

    drain_outbox(flag, settle)
    assert late == []
