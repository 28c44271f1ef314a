"""A directory is put in force whole or not at all, and nothing of an old one is lost."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from threading import Thread
from typing import Any

import pytest
import sqlalchemy as sa

from callrouter.database import Base, Database
from callrouter.directory import model
from callrouter.directory.directory import Directory
from callrouter.directory.directory_file.dump import dump_directory
from callrouter.directory.directory_file.read import read_directory_file
from callrouter.directory.faults import DirectoryFaults
from callrouter.directory.load import load_directory
from callrouter.directory.versions import DirectoryCache, read_version
from tests.databases import open_database
from tests.directories import LOADED_AT, a_directory, center, helpline, listing, number_of, put_in_force

DIRECTORY = a_directory(
    listing("sunrise-la-page", "sunrise-la"),
    listing("harbor-page", "harbor-bos"),
    helpline("sunrise-la", "harbor-bos"),
)


@pytest.fixture
def database(database_url: str) -> Any:
    with open_database(database_url) as database:
        yield database


def rows(database: Database, table: type[Base]) -> list[tuple[Any, ...]]:
    with database.engine.begin() as connection:
        return sorted(tuple(row) for row in connection.execute(sa.select(table.__table__)))


def everything(database: Database) -> list[Any]:
    entries = (
        model.StoredPartner,
        model.StoredCenter,
        model.StoredListing,
        model.StoredHelpline,
        model.StoredNumber,
    )
    return [rows(database, table) for table in (*entries, model.DirectoryVersion, model.DirectoryHead)]


def without(directory: Directory, section: str, key: str) -> Directory:
    kept: Any = {name: entry for name, entry in getattr(directory, section).items() if name != key}
    return replace(directory, **{section: kept})


def test_what_was_loaded_is_in_force(database: Database) -> None:
    result = put_in_force(database, DIRECTORY)
    assert (result.version, result.changed) == (1, True)
    assert database.transact(DirectoryCache().in_force) == replace(DIRECTORY, version=1)


def test_a_version_is_kept_with_its_time_and_its_digest(database: Database) -> None:
    put_in_force(database, DIRECTORY)
    [(version, loaded_at, digest, document, *_)] = rows(database, model.DirectoryVersion)
    assert (version, loaded_at, digest) == (1, LOADED_AT, hashlib.sha256(document.encode()).hexdigest())


def test_the_tables_have_the_entries_and_their_owners(database: Database) -> None:
    put_in_force(database, DIRECTORY)
    assert rows(database, model.StoredCenter) == [
        ("harbor-bos", "harbor", "Harbor Bos", True),
        ("sunrise-la", "sunrise", "Sunrise La", True),
    ]
    assert rows(database, model.StoredListing) == [
        ("harbor-page", "harbor-bos", True),
        ("sunrise-la-page", "sunrise-la", True),
    ]
    assert ("+18445610606", None, "national") in rows(database, model.StoredNumber)
    assert (number_of("listing harbor-page"), "harbor-page", None) in rows(database, model.StoredNumber)


def test_loading_the_same_again_changes_nothing(database: Database) -> None:
    put_in_force(database, DIRECTORY)
    before = everything(database)
    again = put_in_force(database, DIRECTORY, datetime(2026, 2, 2, tzinfo=UTC))
    assert (again.version, again.changed) == (1, False)
    assert everything(database) == before


def test_a_dump_of_what_is_in_force_changes_nothing_when_it_is_loaded(database: Database) -> None:
    put_in_force(database, DIRECTORY)
    dumped = dump_directory(database.transact(lambda session: read_version(session, 1)))
    assert not put_in_force(database, read_directory_file(dumped, "dump.yaml").directory).changed


def test_a_version_of_before_is_the_same_as_its_file_of_today(database: Database) -> None:
    """It was stored when there were no ceilings and no free calls."""
    put_in_force(database, DIRECTORY)
    row = rows(database, model.DirectoryVersion)[0]
    stored = row[3]
    older = stored.replace(',"monthly_ceiling":null', "").replace(',"free_calls":0', "")
    with database.engine.begin() as connection:
        connection.execute(sa.insert(model.DirectoryVersion).values((2, *row[1:3], older, *row[4:])))
        connection.execute(sa.update(model.DirectoryHead).values(version=2))
    assert older != stored
    assert not put_in_force(database, DIRECTORY).changed


def test_a_change_makes_a_version_and_says_what_differs(database: Database) -> None:
    put_in_force(database, DIRECTORY)
    changed = a_directory(
        listing("sunrise-la-page", "sunrise-la"),
        center("sunrise-la", ring_seconds=30),
        helpline("sunrise-la", "cedar-den"),
    )
    result = put_in_force(database, changed)
    assert (result.version, result.changed) == (2, True)
    told = {section: (c.added, c.changed, c.removed) for section, c in result.changes.items()}
    assert told == {
        "partners": (("cedar",), (), ("harbor",)),
        "centers": (("cedar-den",), ("sunrise-la",), ("harbor-bos",)),
        "listings": ((), (), ("harbor-page",)),
        "helplines": ((), ("national",), ()),
    }
    assert database.transact(lambda session: read_version(session, 1)) == replace(DIRECTORY, version=1)


def test_another_order_is_another_version(database: Database) -> None:
    put_in_force(database, DIRECTORY)
    turned = replace(DIRECTORY, listings=dict(reversed(DIRECTORY.listings.items())))
    assert put_in_force(database, turned).version == 2


def test_an_entry_that_left_stays_as_a_row_and_can_come_back(database: Database) -> None:
    put_in_force(database, DIRECTORY)
    put_in_force(database, without(DIRECTORY, "listings", "harbor-page"))
    assert ("harbor-page", "harbor-bos", False) in rows(database, model.StoredListing)
    assert number_of("listing harbor-page") not in {row[0] for row in rows(database, model.StoredNumber)}
    put_in_force(database, DIRECTORY)
    assert ("harbor-page", "harbor-bos", True) in rows(database, model.StoredListing)


def test_a_number_may_move_and_two_may_change_places(database: Database) -> None:
    put_in_force(database, DIRECTORY)
    one, other = DIRECTORY.listings.values()
    swapped = replace(one, numbers=other.numbers), replace(other, numbers=one.numbers)
    put_in_force(database, replace(DIRECTORY, listings={each.key: each for each in swapped}))
    assert (one.numbers[0], other.key, None) in rows(database, model.StoredNumber)
    assert (other.numbers[0], one.key, None) in rows(database, model.StoredNumber)


@pytest.mark.parametrize("in_between", [DIRECTORY, without(DIRECTORY, "listings", "harbor-page")])
def test_a_listing_never_gets_another_center(database: Database, in_between: Directory) -> None:
    put_in_force(database, DIRECTORY)
    put_in_force(database, in_between)
    before = everything(database)
    moved = a_directory(*DIRECTORY.centers.values(), listing("harbor-page", "sunrise-la"))
    with pytest.raises(DirectoryFaults) as refused:
        put_in_force(database, moved)
    assert str(refused.value) == (
        'directory: listing "harbor-page": center "sunrise-la", but it belongs to "harbor-bos";'
        " a listing belongs to one center for ever; give the new entry a new key"
    )
    assert everything(database) == before


def test_a_center_never_gets_another_partner_and_the_line_is_told(database: Database) -> None:
    put_in_force(database, DIRECTORY)
    moved = a_directory(center("sunrise-la", "harbor"), helpline("sunrise-la"))
    file = read_directory_file(dump_directory(moved), "moved.yaml")
    with pytest.raises(DirectoryFaults) as refused, database.engine.begin() as connection:
        load_directory(connection, file.directory, LOADED_AT, file.source)
    assert str(refused.value).startswith(
        'moved.yaml:12: center "sunrise-la": partner "harbor", but it belongs to'
    )


def test_a_load_that_fails_half_way_leaves_nothing(database: Database) -> None:
    put_in_force(database, DIRECTORY)
    before = everything(database)
    broken = replace(DIRECTORY, listings={"cedar-page": listing("cedar-page", "a-center-of-no-directory")})
    with pytest.raises(sa.exc.IntegrityError):
        put_in_force(database, broken)
    assert everything(database) == before


def test_two_loads_at_once_queue(database: Database) -> None:
    one = a_directory(helpline("sunrise-la"))
    two = a_directory(helpline("harbor-bos"))
    threads = [Thread(target=put_in_force, args=(database, each)) for each in (one, two)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [row[0] for row in rows(database, model.DirectoryVersion)] == [1, 2]
    in_force = database.transact(DirectoryCache().in_force)
    assert in_force in (replace(one, version=2), replace(two, version=2))


def test_ten_thousand_centers_are_loaded_and_read(database: Database) -> None:
    keys = [f"c{n}-x" for n in range(10_000)]
    large = a_directory(
        *(listing(f"{key}-page", key, numbers=(f"+1310{n + 2_000_000}",)) for n, key in enumerate(keys)),
        *(center(key, phone=f"+1415{n + 2_000_000}") for n, key in enumerate(keys)),
    )
    put_in_force(database, large)
    assert len(rows(database, model.StoredCenter)) == len(keys)
    assert database.transact(DirectoryCache().in_force) == replace(large, version=1)
