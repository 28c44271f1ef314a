"""The purge of a day: done once, at once after downtime, tried again after a failure, and alerted when it is late."""

from collections.abc import Iterator
from typing import Any

import pytest

from callrouter.database import Session
from callrouter.privacy.acts import ActKind, Actor, latest_act, record_act
from callrouter.purge import is_late, is_purge_due
from callrouter.reports.privacy.status import is_failing
from tests.owner import as_owner
from tests.scenarios.places import NATIONAL
from tests.scenarios.purging import purger, purges
from tests.scenarios.world import World


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    world = World(database_url)
    for number in range(3):
        world.caller(f"+131055501{number:02d}").dials(NATIONAL)
    world.settles()
    yield world
    world.closes()


def runs(world: World, most: int = 100) -> None:
    purger(world).purge_of_today(world.clock.now(), most)


def acts(world: World) -> list[str]:
    return [row["act"] for row in world.rows("privacy_act")]


def alerts(world: World) -> list[str]:
    world.settles()
    return [row["what"] for row in world.rows("alert") if row["what"].startswith("purge")]


def due(world: World) -> bool:
    return world.database.transact(lambda session: is_purge_due(session, world.clock.now()))


def late(world: World) -> bool:
    now = world.clock.now()
    return world.database.transact(lambda session: is_late(purger(world), session, now))


def breaks(world: World, *, mended: bool = False) -> None:
    """The table of sealed numbers has another name, as far as the purge can see."""
    names = ("hidden", "sealed_number") if mended else ("sealed_number", "hidden")
    with as_owner(world.database) as connection:
        connection.exec_driver_sql(f'ALTER TABLE "{names[0]}" RENAME TO "{names[1]}"')


def test_a_day_is_purged_once(world: World) -> None:
    world.passes(days=3)
    runs(world)
    runs(world)
    assert acts(world) == ["purge", "purge", "purge completed"]
    assert not due(world)
    world.passes(days=1)
    assert due(world)
    runs(world)
    assert acts(world)[3:] == ["purge completed"]


def test_a_large_purge_takes_several_runs(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callrouter.privacy.purge.ROWS_AT_ONCE", 1)
    world.passes(days=3)
    for done in (["purge"] * 2, ["purge"] * 4, ["purge"] * 4 + ["purge completed"]):
        runs(world, most=2)
        assert acts(world) == done


def test_after_downtime_everything_goes_at_once(world: World) -> None:
    world.passes(days=30)
    runs(world)
    assert world.rows("sealed_number") == []
    assert {row["person"] for row in world.rows("privacy_act")} == {None}


def test_a_purge_by_hand_counts_for_the_day(world: World) -> None:
    world.passes(days=3)
    purges(world)
    assert not due(world)


def test_a_failure_is_recorded_and_alerted_and_tried_again_within_an_hour(world: World) -> None:
    world.passes(days=3)
    breaks(world)
    with pytest.raises(Exception, match="sealed_number"):
        runs(world)
    breaks(world, mended=True)
    assert acts(world) == ["purge failed"]
    assert alerts(world) == ["purge-failed"]
    world.passes(minutes=59)
    runs(world)
    assert acts(world) == ["purge failed"]
    world.passes(minutes=1)
    runs(world)
    assert acts(world)[-1] == "purge completed"


def test_what_is_more_than_two_days_late_is_alerted_once_a_day(world: World) -> None:
    world.passes(days=3)
    assert not late(world)
    world.passes(days=1)
    assert late(world)
    for _ in range(3):
        world.database.transact(lambda session: purger(world).alert_if_late(session, world.clock.now()))
        world.passes(hours=1)
    assert alerts(world) == ["purge-late"]
    runs(world)
    assert not late(world)
    assert not world.database.transact(
        lambda session: purger(world).alert_if_late(session, world.clock.now())
    )


def test_what_is_held_back_is_not_late(world: World) -> None:
    promised = world.caller("+13105550188").presses("", "1").dials(NATIONAL)
    world.passes(days=6)
    assert promised.promised["state"] == "open"
    runs(world)
    assert not late(world)
    assert world.rows("privacy_act")[-1]["held_back"] == 1


def test_what_is_recorded_names_nobody(world: World) -> None:
    world.passes(days=3)
    runs(world)
    names = {value for row in world.rows("call") for value in (row["caller"], row["caller_pseudonym"])}
    recorded: list[Any] = [value for row in world.rows("privacy_act") for value in row.values()]
    assert names.isdisjoint(recorded)


@pytest.mark.parametrize(
    ("kinds", "failing"),
    [
        ((), False),
        ((ActKind.PURGE_COMPLETED,), False),
        ((ActKind.PURGE_FAILED,), True),
        ((ActKind.PURGE_FAILED, ActKind.PURGE_COMPLETED), False),
        ((ActKind.PURGE_COMPLETED, ActKind.PURGE_FAILED), True),
    ],
)
def test_it_fails_until_a_purge_is_completed(
    world: World, kinds: tuple[ActKind, ...], *, failing: bool
) -> None:
    def latest(session: Session) -> bool:
        for kind in kinds:
            record_act(session, kind, Actor(world.clock.now()))
        both = (ActKind.PURGE_COMPLETED, ActKind.PURGE_FAILED)
        return is_failing(*(latest_act(session, kind) for kind in both))

    assert world.database.transact(latest) == failing
