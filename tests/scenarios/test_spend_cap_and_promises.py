"""A return call reserves its price when its owner is rung; with too little left below the spend cap another has it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial as given
from typing import Any

import pytest

from callrouter.billing import spend_cap
from callrouter.database import Session
from callrouter.directory.directory import Seat
from callrouter.promises.return_calls.claim import claim
from tests.directories import center, helpline, partner
from tests.promises.attempts import begins, ends, is_attempted
from tests.promises.test_return_call import waits_for_a_lock
from tests.scenarios.call import PlacedCall
from tests.scenarios.people import Caller
from tests.scenarios.places import NATIONAL, SUNRISE_PAGE
from tests.scenarios.test_spend_cap import OTHER, RATES, answered_by, up_to
from tests.scenarios.world import World

NUMBERS = ("+13105550001", "+13105550002")
ALONE = helpline(Seat("sunrise-la"))
Promise = Callable[..., PlacedCall]


@pytest.fixture
def people() -> list[Caller]:
    """Whoever has called."""
    return []


@pytest.fixture
def promised(world: World, people: list[Caller]) -> Promise:
    """Somebody else each time, who is promised a return call."""

    def made(*keys: str, dialled: str = NATIONAL) -> PlacedCall:
        people.append(world.caller(f"+1310555{len(people):04d}"))
        call = people[-1].presses(*(keys or ("", "1"))).dials(dialled)
        world.catch_up()
        return call

    return made


@pytest.fixture
def keeps(world: World, people: list[Caller]) -> Callable[[], None]:
    """Owners are rung, and all take what they are rung for."""

    def rung() -> None:
        for person in people:
            person.takes_the_return_call()
        for key in [*world.directory.centers] * len(people):
            world.center(key).accepts()
        world.rings_owners(most=9)
        world.settles()

    return rung


def reserved(world: World) -> list[tuple[str, int]]:
    return [(row["partner"], row["amount"]) for row in world.rows("reservation")]


def spent(world: World) -> list[int]:
    return [row["amount"] for row in world.rows("spend", partner="sunrise")]


def allowance_rules(world: World) -> list[str]:
    return [row["rule"] for row in world.rows("ledger_entry", entry_type="credit")]


def test_of_three_promises_as_many_are_kept_as_there_is_room_for(
    world: World, promised: Promise, keeps: Callable[[], None]
) -> None:
    world.loads(up_to(3500))
    calls = [promised() for _ in range(3)]
    assert [call.promised["owner"] for call in calls] == ["sunrise-la"] * 3
    keeps()
    assert [call.returns for call in calls] == [
        [("sunrise-la", "kept")],
        [("harbor-sd", "kept")],
        [("harbor-sd", "kept")],
    ]
    assert (spent(world), allowance_rules(world)) == ([3500], [])


def test_whoever_has_no_room_has_missed_nothing(world: World, promised: Promise) -> None:
    world.loads(up_to(3500))
    calls = [promised() for _ in range(2)]
    assert begins(world, calls[0])
    assert begins(world, calls[1]) is None
    promise = calls[1].promised
    assert (promise["owner"], promise["misses"], promise["rings"]) == ("harbor-sd", 0, 0)
    assert (promise["next_attempt_at"], promise["wait_reason"]) == (
        world.clock.now(),
        "its new owner is rung",
    )
    ends(world, calls[0], 1, "later")


def test_a_return_call_takes_the_room_of_a_call(world: World, promised: Promise) -> None:
    world.loads(up_to(3500))
    first = promised()
    assert begins(world, first)
    assert reserved(world) == [("sunrise", 3500)]
    call = world.caller().dials(NATIONAL)
    world.center("harbor-sd").accepts()
    assert answered_by(call) == "harbor-sd"
    assert call.legs == [("harbor-sd", "accepted")]
    ends(world, first, 1, "later")


@pytest.mark.parametrize("outcome", ["no-answer", "later", "handed-on", "caller-no-answer", "not-placed"])
def test_one_that_kept_nothing_gives_its_room_back(world: World, promised: Promise, outcome: str) -> None:
    world.loads(up_to(3500))
    is_attempted(world, promised(), outcome)
    assert reserved(world) == []
    second = promised()
    assert begins(world, second)
    ends(world, second, 1, "later")


def test_what_is_told_of_its_call_meanwhile_leaves_the_room_to_it(world: World, promised: Promise) -> None:
    """That the call itself ended is settled while its return call goes on, as soon as workers come to it."""
    world.loads(up_to(3500))
    call = promised()
    assert begins(world, call)
    world.settles()
    assert reserved(world) == [("sunrise", 3500)]
    ends(world, call, 1, "later")


def test_what_is_kept_has_its_room_until_it_is_charged(
    world: World, promised: Promise, people: list[Caller]
) -> None:
    world.loads(up_to(3500))
    call = promised()
    world.center("sunrise-la").accepts()
    people[0].takes_the_return_call()
    world.rings_owners(most=1)
    assert call.returns == [("sunrise-la", "kept")]
    assert (reserved(world), spent(world)) == ([("sunrise", 3500)], [])
    world.settles()
    assert (reserved(world), spent(world)) == ([], [3500])


def test_with_nobody_else_its_owner_keeps_it_all_the_same(
    world: World, promised: Promise, keeps: Callable[[], None]
) -> None:
    """The caller was promised it; what it would have cost is credited."""
    world.loads(up_to(3500, ALONE))
    calls = [promised() for _ in range(2)]
    keeps()
    assert [call.returns for call in calls] == [[("sunrise-la", "kept")]] * 2
    assert (spent(world), allowance_rules(world)) == ([3500], ["spend cap"])


def test_with_no_room_anywhere_its_owner_keeps_it(
    world: World, promised: Promise, keeps: Callable[[], None]
) -> None:
    world.loads(up_to(3500, partner("harbor", rates=RATES, spend_cap_minor=0)))
    calls = [promised() for _ in range(2)]
    keeps()
    assert [call.returns for call in calls] == [[("sunrise-la", "kept")]] * 2


def test_an_owner_without_room_that_misses_it_still_owes_it_where_nobody_else_can(
    world: World, promised: Promise
) -> None:
    world.loads(up_to(3500, ALONE))
    first, second = promised(), promised()
    assert begins(world, first)
    for outcome in ("no-answer", "busy", "no-answer"):
        is_attempted(world, second, outcome)
    assert (second.promised["owner"], second.promised["misses"]) == ("sunrise-la", 1)
    ends(world, first, 1, "later")


def test_a_listings_promise_is_kept_without_room_and_counts(world: World, promised: Promise) -> None:
    world.loads(up_to(3500))
    of_listing, of_helpline = promised("2", dialled=SUNRISE_PAGE), promised()
    assert begins(world, of_listing)
    assert reserved(world) == [("sunrise", 2000)]
    assert begins(world, of_helpline) is None
    assert of_helpline.promised["owner"] == "harbor-sd"
    another = promised("2", dialled=SUNRISE_PAGE)
    assert begins(world, another)
    assert reserved(world) == [("sunrise", 2000)] * 2
    for call in (of_listing, another):
        ends(world, call, 1, "later")


def test_without_a_line_nothing_is_reserved(world: World, promised: Promise) -> None:
    world.loads(up_to(7000, center("sunrise-la", screening="press-1", max_concurrent=1)))
    first, second = promised(), promised()
    assert begins(world, first)
    assert begins(world, second) is None
    assert second.promised["wait_reason"] == "all lines of its owner are busy"
    assert reserved(world) == [("sunrise", 3500)]
    ends(world, first, 1, "later")


def test_it_counts_for_the_month_in_which_its_call_came(world: World, promised: Promise) -> None:
    """March is full, and the return call is made in April: it is March in which it would be charged."""
    world.is_now(datetime(2026, 4, 1, 1, 0, tzinfo=UTC))
    world.loads(up_to(3500))
    call = promised()
    assert call.promised["owner"] == "sunrise-la"
    world.catch_up()
    full = given(spend_cap.set_spend, partner="sunrise", month="2026-03", amount=3500, simulated=True)
    world.database.transact(full)
    world.is_now(datetime(2026, 4, 1, 18, 0, tzinfo=UTC))
    assert begins(world, call) is None
    assert call.promised["owner"] == "harbor-sd"


def test_a_spend_cap_that_is_lifted_meanwhile_keeps_no_reservation(world: World, promised: Promise) -> None:
    world.loads(up_to(3500))
    call = promised()
    assert begins(world, call)
    world.loads(up_to(None))
    ends(world, call, 1, "later")
    assert reserved(world) == []


def test_without_spend_caps_nothing_is_written(
    world: World, promised: Promise, keeps: Callable[[], None]
) -> None:
    world.loads(up_to(None))
    call = promised()
    keeps()
    assert call.returns == [("sunrise-la", "kept")]
    assert [world.rows(table) for table in ("spend_cap_lock", "reservation", "spend")] == [[], [], []]


def test_looking_at_the_spend_cap_waits_for_the_rotation_without_holding_the_caps_lock(
    database_url: str,
) -> None:
    """A call that decides holds the rotation and wants the spend cap's lock: the two must not wait for each other."""
    world = World(database_url, up_to(7000))
    first, second = (world.caller(number).presses("", "1").dials(NATIONAL) for number in NUMBERS)
    world.catch_up()
    assert begins(world, first)
    with ThreadPoolExecutor(1) as threads:
        with world.database.engine.begin() as deciding:
            deciding.exec_driver_sql("SELECT 1 FROM rotation WHERE helpline = 'national' FOR UPDATE")
            waiting = threads.submit(begins, world, second)
            while not waits_for_a_lock(world):
                assert not waiting.done()
            locked = deciding.exec_driver_sql("SELECT partner FROM spend_cap_lock FOR UPDATE NOWAIT").all()
        assert ([partner for (partner,) in locked], bool(waiting.result())) == (["sunrise"], True)
    world.closes()


def test_of_two_promises_at_once_on_two_helplines_one_gets_what_is_left(database_url: str) -> None:
    """The second worker looks at the spend cap when the first has reserved what was left."""
    seats = (Seat("sunrise-la", tier=1), Seat("harbor-sd", tier=2))
    world = World(database_url, up_to(3500, helpline(*seats, key="other")), connections=4)
    first = world.caller(NUMBERS[0]).presses("", "1").dials(NATIONAL)
    second = world.caller(NUMBERS[1]).presses("", "1").dials(OTHER)
    assert [call.promised["owner"] for call in (first, second)] == ["sunrise-la"] * 2
    with ThreadPoolExecutor(1) as threads:

        def begun(session: Session) -> Any:
            tried = claim(session, world.dialer.dependencies, first.sid, world.clock.now())
            waiting = threads.submit(begins, world, second)
            while not waits_for_a_lock(world):
                assert not waiting.done()
            return tried, waiting

        tried, waiting = world.database.transact(begun)
        assert (tried.center, waiting.result()) == ("sunrise-la", None)
    assert [call.promised["owner"] for call in (first, second)] == ["sunrise-la", "harbor-sd"]
    assert [(row["call"], row["amount"]) for row in world.rows("reservation")] == [(first.sid, 3500)]
    world.closes()
