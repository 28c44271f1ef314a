"""What was purged is in no backup that the current master key opens, once that key was rotated."""

from collections.abc import Iterator

import pytest

from callrouter.privacy.audit import Access
from callrouter.privacy.key_check import know_key
from callrouter.privacy.retention import Retention
from callrouter.privacy.rotate import rotate
from callrouter.privacy.vault import Vault
from callrouter.purge import Purger
from callrouter.reports.privacy.status import privacy_status
from tests.privacy.attacker import backup_of, recovered
from tests.scenarios.places import NATIONAL, SUNRISE_PAGE
from tests.scenarios.purging import proofs_hold, purges
from tests.scenarios.world import VAULT_KEY, World

KEPT = Retention(number_days=90, message_days=30, match_months=13)
OLD_RING, NEW_KEY = {"k1": VAULT_KEY}, b"n" * 32
NEW_RING = {"k2": NEW_KEY}
NUMBERS = [f"+1310555{number:04}" for number in range(1000, 1020)]
ENTERED = "+14155550177"
RECENT = "+16195550144"


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    """Calls of a week that were answered, promised, returned to another number, and left with a message."""
    world = World(database_url)
    with world.database.engine.begin() as connection:
        know_key(connection, world.vault, world.clock.now())
    for number in NUMBERS:
        world.caller(number).presses("2").dials(SUNRISE_PAGE)
        world.caller(number).dials(NATIONAL)
        world.center("sunrise-la").accepts()
        world.passes(hours=8)
    entering = world.caller(NUMBERS[0]).presses("", "1", "1", ENTERED.removeprefix("+1"), "2")
    entering.dials(NATIONAL)
    world.settles()
    yield world
    world.closes()


def rotates(world: World) -> None:
    """The new key is put in front, everything is wrapped with it, and the old one is destroyed."""
    vault, access = Vault(NEW_RING | OLD_RING), Access("ada", "monthly", world.clock.now())
    rotate(world.database, vault, access)
    world.vault = Vault(NEW_RING)


def open_in_backups(world: World, ring: dict[str, bytes]) -> int:
    purger = Purger(world.database, world.dependencies.directories, KEPT)
    with world.database.engine.connect() as connection:
        status = privacy_status(connection, purger, Vault(ring), "a test", world.clock.now())
    return status.keys_open_in_backups


def test_before_the_purge_whoever_has_the_key_recovers_every_number(world: World) -> None:
    everybody = [*NUMBERS, ENTERED]
    assert recovered([backup_of(world)], OLD_RING, everybody) == set(everybody)
    assert recovered([backup_of(world)], NEW_RING, everybody) == set()


def test_after_purge_and_rotation_nothing_is_recovered_from_database_and_old_backup(world: World) -> None:
    everybody, old = [*NUMBERS, ENTERED, RECENT], backup_of(world)
    world.sweeps()
    world.passes(days=500)
    world.sweeps()
    world.caller(RECENT).dials(NATIONAL)
    world.settles()
    purges(world, KEPT)
    # From the database nothing is recovered any more; from the backup everything, as long as the key is the same.
    assert recovered([backup_of(world)], OLD_RING, everybody) == {RECENT}
    assert recovered([backup_of(world), old], OLD_RING, everybody) == set(everybody)
    assert open_in_backups(world, OLD_RING) > 0
    rotates(world)
    assert recovered([backup_of(world), old], NEW_RING, everybody) == {RECENT}
    assert recovered([backup_of(world), old], NEW_RING | OLD_RING, everybody) == set(everybody)
    assert open_in_backups(world, NEW_RING) == 0
    assert open_in_backups(world, NEW_RING | OLD_RING) > 0
    assert world.pseudonyms(RECENT) != []
    assert proofs_hold(world)


def test_numbers_go_first_and_callers_are_still_recognized_until_their_months_are_over(world: World) -> None:
    old = backup_of(world)
    world.passes(days=120)
    world.sweeps()
    purges(world, KEPT)
    rotates(world)
    current = backup_of(world)
    assert current["sealed_number"] == []
    # Somebody who guesses a number and has the key is told that it called: that is what a repeat needs.
    assert recovered([current, old], NEW_RING, NUMBERS) == set(NUMBERS)
    assert all(world.pseudonyms(number) for number in NUMBERS)


def test_an_erased_caller_is_recovered_from_no_later_backup(world: World) -> None:
    world.erases(NUMBERS[3])
    assert recovered([backup_of(world)], OLD_RING, NUMBERS) == {*NUMBERS, ENTERED} - {NUMBERS[3]}
