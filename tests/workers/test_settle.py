"""Settling what calls have left behind: in batches, once, by one at a time, and one bad fact holds up no other."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial

import pytest

from callrouter.database import RetryableError, Session
from callrouter.events.outbox import something_waits
from callrouter.events.settle import MOST_FAILURES, Facts, Subscriptions, settle, try_again
from tests.scenarios.places import HARBOR_PAGE, NATIONAL, SUNRISE_PAGE
from tests.scenarios.promises import broken_promises
from tests.scenarios.world import START, World
from tests.servers.databases import Databases
from workers.after_call import subscriptions


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    """Three calls were answered and one ended in a promise; nothing is settled yet."""
    world = World(database_url)
    happens(world)
    yield world
    world.closes()


def happens(world: World, calls: int = 3) -> None:
    for number in range(calls):
        world.caller(f"+1310555{number:04d}").dials((NATIONAL, SUNRISE_PAGE, HARBOR_PAGE)[number % 3])
        world.center("sunrise-la").accepts()
        world.center("harbor-sd").accepts()
    world.caller("+13105559999").presses("", "1").dials(NATIONAL)
    world.catch_up()


def ours(world: World) -> Subscriptions:
    return subscriptions(world.dependencies.directories)


def written(world: World) -> list[int]:
    """How many calls were counted, and how many ledger entries and disclosures there are."""
    counted = world.rows("partner_call", is_primary=True)
    return [len(rows) for rows in (counted, world.rows("ledger_entry"), world.rows("disclosure"))]


def settled(world: World, most: int = 500) -> int:
    return settle(world.database, ours(world), START, most)


def test_every_fact_that_is_published_has_a_subscriber(world: World) -> None:
    assert world.caller().dials("+13235550199").outcome == "refused"
    assert {row["fact"] for row in world.rows("outbox")} == ours(world).keys()


def test_one_batch_settles_all_that_waits(world: World) -> None:
    waiting = len(world.rows("outbox"))
    assert settled(world) == waiting
    assert written(world)[:2] == [4, 3]
    assert world.rows("outbox") == []
    assert broken_promises(world) == []


def test_settling_again_does_nothing(world: World) -> None:
    settled(world)
    before = world.counts()
    assert settled(world) == 0
    assert world.counts() == before


@pytest.mark.parametrize("most", [1, 2, 7])
def test_batches_of_any_size_come_to_the_same(world: World, most: int) -> None:
    waiting = len(world.rows("outbox"))
    batches = -(-waiting // most)
    assert sum(settled(world, most) for _ in range(batches)) == waiting
    assert written(world)[:2] == [4, 3]
    assert broken_promises(world) == []


def test_a_fact_that_is_there_twice_is_acted_on_once(world: World) -> None:
    settled(world)
    before = written(world)
    insert = "INSERT INTO outbox (fact, call, at, turn) SELECT 'ended', sid, ended_at, 0 FROM call"
    with world.database.engine.begin() as connection:
        connection.exec_driver_sql(insert)
    assert settled(world) == 4
    assert written(world) == before


def test_what_has_changed_about_an_end_corrects_what_was_counted(world: World) -> None:
    settled(world)
    [call] = [row["sid"] for row in world.rows("call", outcome="promised")]
    with world.database.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE call SET outcome = 'unserved' WHERE sid = '{call}'")
        connection.exec_driver_sql(
            f"INSERT INTO outbox (fact, call, at, turn) SELECT 'ended', sid, ended_at, 0 FROM call WHERE sid = '{call}'"
        )
    settled(world)
    assert [row["promised"] for row in world.rows("partner_call", call=call, is_primary=True)] == [False]


def failing_for(world: World, call: str, why: str = "cannot be settled") -> Subscriptions:
    """The usual subscribers, and one that cannot bear this call."""

    def refuse(_: Session, facts: Facts, __: datetime) -> None:
        if call in facts.calls:
            raise RuntimeError(why)

    usual = ours(world)
    return {**usual, "ended": (*usual["ended"], refuse)}


@pytest.fixture
def bad(world: World) -> str:
    """A call whose end nobody can settle."""
    sid: str = world.rows("call", outcome="promised")[0]["sid"]
    return sid


def test_a_bad_fact_holds_up_no_other_and_is_left_whole(world: World, bad: str) -> None:
    waiting = len(world.rows("outbox"))
    assert settle(world.database, failing_for(world, bad), START) == waiting - 1
    [left] = world.rows("outbox")
    assert (left["call"], left["fact"], left["failures"]) == (bad, "ended", 1)
    assert left["error"] == "RuntimeError('cannot be settled')"
    assert world.rows("partner_call", call=bad) == []
    assert written(world)[0] == 3


def test_an_error_that_speaks_of_a_number_is_stored_without_it(world: World, bad: str) -> None:
    settle(world.database, failing_for(world, bad, "Key (caller)=(+13105559999) exists"), START)
    assert [row["error"] for row in world.rows("outbox")] == [
        "RuntimeError('Key (caller)=([number]) exists')"
    ]


def test_a_bad_fact_is_set_aside_after_its_failures_and_waits_no_more(world: World, bad: str) -> None:
    for _ in range(MOST_FAILURES):
        settle(world.database, failing_for(world, bad), START)
    [left] = world.rows("outbox")
    assert (left["set_aside_at"], left["failures"]) == (START, MOST_FAILURES)
    assert not world.database.transact(something_waits)
    assert settle(world.database, failing_for(world, bad), START) == 0


def test_a_fact_that_was_set_aside_can_be_tried_again(world: World, bad: str) -> None:
    for _ in range(MOST_FAILURES):
        settle(world.database, failing_for(world, bad), START)
    assert world.database.transact(try_again) == 1
    assert settled(world) == 1
    assert broken_promises(world) == []


def test_a_settler_that_dies_before_its_commit_has_done_nothing(world: World) -> None:
    def dies(_: Session, __: Facts, ___: datetime) -> None:
        raise KeyboardInterrupt

    before, usual = world.counts(), ours(world)
    with pytest.raises(KeyboardInterrupt):
        settle(world.database, {**usual, "ended": (*usual["ended"], dies)}, START)
    assert world.counts() == before
    settled(world)
    assert broken_promises(world) == []


def test_a_database_that_is_disturbed_is_no_fault_of_a_fact(world: World) -> None:
    def disturbed(_: Session, __: Facts, ___: datetime) -> None:
        raise RetryableError("a lock that was waited for too long")

    with pytest.raises(RetryableError):
        settle(world.database, {"ended": (disturbed,)}, START)
    assert {row["failures"] for row in world.rows("outbox")} == {0}


def test_several_settlers_at_once_write_everything_once(databases: Databases) -> None:
    with databases.fresh() as url:
        world = World(url, connections=8)
        happens(world, calls=12)
        waiting = len(world.rows("outbox"))
        with ThreadPoolExecutor(6) as settlers:
            batches = [settlers.submit(partial(settled, world, 5)) for _ in range(40)]
            assert sum(batch.result() for batch in batches) == waiting
        assert written(world)[:2] == [13, 12]
        assert broken_promises(world) == []
        world.closes()
