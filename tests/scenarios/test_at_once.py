"""Many calls at once on PostgreSQL: caps and lines hold at every moment, and each attempt is decided once."""

from collections import Counter
from collections.abc import Iterator

import pytest

from callrouter.directory.directory import Seat
from simulator import CenterBehavior, RingOutcome
from tests.directories import a_directory, center, helpline, number_of
from tests.scenarios.crowd import at_the_same_moment, call_at_once
from tests.scenarios.final_state import final_state
from tests.scenarios.places import NATIONAL, SUNRISE_PAGE
from tests.scenarios.promises import broken_promises
from tests.scenarios.world import World
from tests.servers.databases import Databases

ANSWERS = CenterBehavior(RingOutcome.A_PERSON)
BUSY = CenterBehavior(RingOutcome.BUSY)
NOBODY = CenterBehavior(RingOutcome.NOBODY)
KEYS = ("narrow-1", "capped-1", "both-1", "wide-1")

SEATS = (
    Seat("narrow-1", weight=5),
    Seat("capped-1", weight=5, daily_cap=5),
    Seat("both-1", weight=5, monthly_cap=8),
    Seat("wide-1"),
)
CENTERS = (center("narrow-1", max_concurrent=3), center("both-1", max_concurrent=6))
DIRECTORY = a_directory(*CENTERS, helpline(*SEATS, max_wait_seconds=300))
PHONES = {key: each.phone for key, each in DIRECTORY.centers.items()}


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    world = World(database_url, DIRECTORY, connections=20)
    yield world
    world.passes(hours=6)
    world.reaps()
    world.settles()
    assert broken_promises(world) == []
    world.closes()


def test_with_fifty_calls_at_once_caps_and_lines_hold_at_the_peak(world: World) -> None:
    peak: list[Counter[str]] = []

    def look() -> None:
        peak.append(Counter(leg["center"] for leg in world.rows("leg", outcome=None)))

    call_at_once(world, [NATIONAL] * 50, dict.fromkeys(PHONES.values(), ANSWERS), look)
    assert peak == [Counter({"narrow-1": 3, "capped-1": 5, "both-1": 6, "wide-1": 36})]
    assert world.watch.failures == []


def test_with_fifty_calls_at_once_each_attempt_is_decided_once(world: World) -> None:
    calls = call_at_once(world, [NATIONAL] * 50, dict.fromkeys(PHONES.values(), ANSWERS))
    decided = Counter((row["call"], row["attempt"]) for row in world.rows("decision"))
    assert decided == Counter((call.sid, 1) for call in calls)
    assert [row["outcome"] for row in world.rows("call")] == ["answered"] * 50
    assert all(call.errors == [] for call in calls)


def test_when_half_the_centers_fail_the_caps_hold_all_the_same(world: World) -> None:
    behaviors = {
        PHONES["narrow-1"]: BUSY,
        PHONES["capped-1"]: NOBODY,
        PHONES["both-1"]: ANSWERS,
        PHONES["wide-1"]: ANSWERS,
    }
    call_at_once(world, [NATIONAL] * 50, behaviors)
    accepted = Counter(leg["center"] for leg in world.rows("leg", outcome="accepted"))
    assert (world.watch.failures, sum(accepted.values())) == ([], 50)
    assert accepted["both-1"] <= 8


TO_AND_FRO = a_directory(
    *(center(key, max_concurrent=40) for key in KEYS),
    helpline(*(Seat(key, tier=tier) for tier, key in enumerate(KEYS, 1)), max_wait_seconds=300),
    helpline(
        *(Seat(key, tier=5 - tier) for tier, key in enumerate(KEYS, 1)), key="other", max_wait_seconds=300
    ),
)


def test_two_helplines_that_share_their_centers_do_not_block_each_other(database_url: str) -> None:
    """One goes through the centers from the first to the last, the other from the last to the first."""
    world = World(database_url, TO_AND_FRO, connections=20)
    numbers = [NATIONAL, number_of("helpline other")] * 25
    phones = [each.phone for each in TO_AND_FRO.centers.values()]
    for first in (1, 101, 201):
        calls = call_at_once(world, numbers, dict.fromkeys(phones, NOBODY), first=first)
        assert all(call.errors == [] for call in calls)
    assert world.watch.failures == []
    assert Counter(leg["outcome"] for leg in world.rows("leg")) == Counter({"no-answer": 600})
    assert deadlocks(world) == 0
    world.settles()
    assert broken_promises(world) == []
    world.closes()


def deadlocks(world: World) -> int:
    """As PostgreSQL has counted them: a transaction that is tried again has cost its caller a second."""
    world.database.close()  # its processes tell what they have counted when they end
    with world.database.engine.connect() as connection:
        counted = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        return int(connection.exec_driver_sql(counted).scalar_one())


@pytest.mark.parametrize(
    ("dialled", "keys"), [(NATIONAL, ("2", "1")), (NATIONAL, ("", "2")), (SUNRISE_PAGE, ("1", "3", "1"))]
)
def test_the_same_webhook_twice_in_the_same_moment_gets_one_answer(
    databases: Databases, dialled: str, keys: tuple[str, ...]
) -> None:
    with databases.fresh() as first_url, databases.fresh() as second_url:
        once, together = World(first_url), World(second_url, connections=8)
        once.caller().presses(*keys).dials(dialled)
        once.catch_up()
        for request in once.network.sent:
            together.clock.advance_to(once.clock.now())
            replies = at_the_same_moment(
                lambda sent=request: together.network.brings(sent).reply,  # type: ignore[misc]
                times=3,
            )
            assert replies == [request.reply] * 3
        assert final_state(together) == final_state(once)
        once.closes()
        together.closes()
