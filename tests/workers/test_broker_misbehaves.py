"""A broker that stands still, accepts and never answers, or has lost its data: the workers are back soon after it."""

import os
import re
import shutil
import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from time import monotonic

import pytest

from tests.servers.valkey import ValkeyServer, running_valkey
from tests.workers.background import Background, Running
from tests.workers.broker_between import BrokerBetween, broker_between

pytestmark = pytest.mark.xdist_group("broker")

BACK = 15.0
"""seconds after the broker, everything goes on"""
NOT_ACKNOWLEDGED = re.compile(r"Couldn't (ack|reject)")


@pytest.fixture(scope="module")
def broker() -> Iterator[ValkeyServer]:
    """A server of this module's own: it is stopped, and loses its data."""
    with running_valkey() as server:
        yield server


@pytest.fixture
def between(broker: ValkeyServer) -> Iterator[BrokerBetween]:
    broker.empty()
    with broker_between(Path(broker.redis_url.removeprefix("unix://"))) as made:
        yield made


@pytest.fixture
def background(database_url: str, broker: ValkeyServer, tmp_path: Path) -> Iterator[Background]:
    broker.empty()
    made = Background(database_url, broker.redis_url, tmp_path)
    yield made
    made.closes()


@pytest.fixture
def behind_between(database_url: str, between: BrokerBetween, tmp_path: Path) -> Iterator[Background]:
    made = Background(database_url, between.redis_url, tmp_path)
    yield made
    made.closes()


def all_run(background: Background) -> Running:
    """Everything behind the calls runs, and has been seen; the worker of these."""
    processes = {name: background.runs(name) for name in ("worker", "outbox_sweeper", "external", "beat")}
    for name in processes:
        assert background.soon(partial(background.was_seen, name, within=9)), name
    return processes["worker"]


def all_goes_on(background: Background) -> None:
    """What is published now is settled soon, and what beat sends comes through both workers."""
    background.publishes(facts=4000)
    began = monotonic()
    assert background.soon(background.all_is_settled, BACK)
    for name in ("external", "beat", "worker", "outbox_sweeper"):
        left = began + BACK - monotonic()
        assert background.soon(partial(background.was_seen_since, name, began), left), name


def test_a_broker_that_stood_still_while_batches_were_settled_and_acknowledged(
    background: Background, broker: ValkeyServer
) -> None:
    worker = all_run(background)
    with background.outbox_lock_is_held():
        background.publishes(facts=4000)
        assert background.soon(background.somebody_waits_to_settle)
        os.kill(broker.pid, signal.SIGSTOP)
    try:
        assert background.soon(background.all_is_settled), "a batch that has begun needs no broker"
        assert background.soon(lambda: NOT_ACKNOWLEDGED.search(worker.said()))
        assert background.was_seen("outbox_sweeper", within=9)
    finally:
        os.kill(broker.pid, signal.SIGCONT)
    all_goes_on(background)


def test_a_broker_that_accepted_and_never_answered(
    behind_between: Background, between: BrokerBetween
) -> None:
    all_run(behind_between)
    between.silent = True
    behind_between.publishes(facts=1)
    assert behind_between.soon(lambda: not behind_between.was_seen("beat", within=8))
    assert behind_between.was_seen("outbox_sweeper", within=9)
    between.silent = False
    all_goes_on(behind_between)


def test_a_broker_that_has_lost_its_data(background: Background, broker: ValkeyServer) -> None:
    all_run(background)
    with background.outbox_lock_is_held():
        background.publishes(facts=4000)
        assert background.soon(background.somebody_waits_to_settle)
        broker.empty()
    all_goes_on(background)
    broker.kill()
    shutil.rmtree(broker.directory / "appendonlydir")
    broker.start()
    all_goes_on(background)
