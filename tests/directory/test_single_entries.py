"""One entry is changed by itself, by the same checks as a whole file, and in nobody's way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from callrouter.database import Database
from callrouter.directory.directory import Directory, Seat
from callrouter.directory.document import to_document
from callrouter.directory.entry_history import entry_history, number_history
from callrouter.directory.load import LoadResult
from callrouter.directory.proposals.proposal import WaitingProposal
from callrouter.directory.single_entries.check import EntryFaults, check_change
from callrouter.directory.single_entries.entry import EntryName, find_entry
from callrouter.directory.single_entries.references import part_names, references_to
from callrouter.directory.single_entries.save import (
    EntryChange,
    EntryChangedMeanwhile,
    save_change,
    try_change,
)
from callrouter.directory.versions import DirectoryCache
from tests.databases import open_database
from tests.directories import (
    LOADED_AT,
    NATIONAL,
    a_directory,
    center,
    helpline,
    listing,
    number_of,
    put_in_force,
)

CENTER = EntryName("centers", "sunrise-la")
LISTING = EntryName("listings", "sunrise-la-page")
SEAT = EntryName("seats", "sunrise-la", "national")
RATE = EntryName("rates", "helpline:2026-01-01", "sunrise")
PARTNER = EntryName("partners", "sunrise")
NUMBER = EntryName("numbers", NATIONAL)
UNKNOWN_STATE = {"number": "1", "state": "XX", "expires": "2030-01-01"}
LATER = LOADED_AT + timedelta(days=1)
DIRECTORY = a_directory(
    center("sunrise-la"),
    center("harbor-bos"),
    listing(),
    helpline(Seat("sunrise-la", weight=2), "harbor-bos"),
)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with open_database(database_url) as database:
        put_in_force(database, DIRECTORY)
        yield database


def words_of(name: EntryName, directory: Directory = DIRECTORY) -> dict[str, Any]:
    found = find_entry(directory, name)
    assert found is not None
    return found


def changed(entry: EntryName, directory: Directory = DIRECTORY, **values: Any) -> Directory:
    return check_change(directory, entry, words_of(entry, directory) | values).directory


def faults(name: EntryName, words: dict[str, Any] | None) -> list[tuple[tuple[str | int, ...], str]]:
    with pytest.raises(EntryFaults) as refused:
        check_change(DIRECTORY, name, words)
    return [(fault.field, fault.in_words()) for fault in refused.value.faults]


@pytest.mark.parametrize(
    "name",
    [
        EntryName("partners", "sunrise"),
        CENTER,
        LISTING,
        EntryName("helplines", "national"),
        SEAT,
        RATE,
        EntryName("numbers", NATIONAL),
    ],
)
def test_an_entry_with_its_own_values_changes_nothing(name: EntryName) -> None:
    assert to_document(changed(name)) == to_document(DIRECTORY)


def test_only_this_entry_changes_and_it_keeps_its_place() -> None:
    after = changed(CENTER, name="Sunrise Downtown")
    assert list(after.centers) == list(DIRECTORY.centers)
    assert after.centers["sunrise-la"].name == "Sunrise Downtown"
    assert after.centers["harbor-bos"] == DIRECTORY.centers["harbor-bos"]


def test_a_partner_keeps_its_rates_and_a_helpline_its_seats() -> None:
    renamed = changed(EntryName("partners", "sunrise"), name="Sunrise Health")
    assert renamed.partners["sunrise"].rates == DIRECTORY.partners["sunrise"].rates
    longer = changed(EntryName("helplines", "national"), max_wait_seconds=200)
    assert longer.helplines["national"].seats == DIRECTORY.helplines["national"].seats


def test_a_seat_changes_alone() -> None:
    seats = changed(SEAT, weight=3).helplines["national"].seats
    assert seats == (Seat("sunrise-la", weight=3), Seat("harbor-bos"))


def test_a_new_entry_is_the_last() -> None:
    new = words_of(CENTER) | {"key": "sunrise-sd", "phone": "+16195550100"}
    after = check_change(DIRECTORY, EntryName("centers", ""), new).directory
    assert list(after.centers)[-1] == "sunrise-sd"
    seat = {"center": "sunrise-sd"}
    seats = (
        check_change(after, EntryName("seats", "", "national"), seat).directory.helplines["national"].seats
    )
    assert seats[-1] == Seat("sunrise-sd")


def test_a_number_moves_from_a_listing_to_a_helpline() -> None:
    number = number_of("listing sunrise-la-page")
    first = check_change(
        DIRECTORY,
        EntryName("numbers", ""),
        {"number": "+16195550100", "listing": "sunrise-la-page", "helpline": None},
    ).directory
    moved = changed(EntryName("numbers", number), first, listing=None, helpline="national")
    assert moved.listings["sunrise-la-page"].numbers == ("+16195550100",)
    assert moved.helplines["national"].numbers == (NATIONAL, number)


@pytest.mark.parametrize(
    ("name", "values", "field", "text"),
    [
        (CENTER, {"phone": "12"}, ("phone",), "neither a whole telephone number"),
        (CENTER, {"phone": NATIONAL}, ("phone",), 'is a number of helpline "national"'),
        (CENTER, {"phone": DIRECTORY.centers["harbor-bos"].phone}, ("phone",), "which is another partner's"),
        (CENTER, {"hours": "Mo-Fr 9-5"}, ("hours",), "cannot be read as opening hours"),
        (CENTER, {"ring_seconds": "soon"}, ("ring_seconds",), "not a whole number of seconds; write 5 to 120"),
        (CENTER, {"ring_seconds": 3}, ("ring_seconds",), "not within 5 and 120"),
        (CENTER, {"name": None}, ("name",), "name is empty"),
        (CENTER, {"name": "a\0b"}, ("name",), "a NUL character"),
        (CENTER, {"languages": ["en", "english"]}, ("languages", 1), "not a language code"),
        (CENTER, {"partner": "sunrse"}, ("partner",), 'did you mean sunrise?'),
        (SEAT, {"weight": 0}, ("weight",), "weight 0 is not within 1 and 1000 shares"),
        (SEAT, {"states": ["CA", "ca"]}, ("states", 1), "write CA"),
        (RATE, {"price": "a lot"}, ("price",), "not an amount of money"),
        (RATE, {"kind": "listing"}, (), "another rate of this kind begins that day"),
        (PARTNER, {"license": UNKNOWN_STATE}, ("license", "state"), "not a state"),
        (NUMBER, {"number": "+1", "helpline": None, "listing": "sunrise-la-page"}, ("number",), "not a whole"),
        (NUMBER, {"helpline": None, "listing": "nowhere"}, ("listing",), "there is no listing nowhere"),
    ],
)  # fmt: skip
def test_a_fault_stands_at_its_field(
    name: EntryName, values: Any, field: tuple[str | int, ...], text: str
) -> None:
    found = faults(name, words_of(name) | values)
    assert any(at == field and text in told for at, told in found), found
    assert not any("in line" in told for _, told in found)


def test_what_is_named_elsewhere_cannot_be_taken_out() -> None:
    assert references_to(DIRECTORY, CENTER) == [SEAT, LISTING]
    told = [text for _, text in faults(CENTER, None)]
    assert any('listing "sunrise-la-page": there is no center "sunrise-la"' in text for text in told)
    without = check_change(DIRECTORY, LISTING, None).directory
    without = check_change(without, SEAT, None).directory
    assert list(check_change(without, CENTER, None).directory.centers) == ["harbor-bos"]


def test_a_key_that_is_used_is_refused_for_a_new_entry() -> None:
    assert faults(EntryName("centers", ""), words_of(CENTER))[0][0] == ("key",)
    assert "the center has a seat already" in faults(EntryName("seats", "", "national"), words_of(SEAT))[0][1]


def test_the_parts_of_an_entry_are_named() -> None:
    for name in (EntryName("partners", "sunrise"), EntryName("helplines", "national")):
        assert all(find_entry(DIRECTORY, part) for part in part_names(DIRECTORY, name))


def test_what_is_wrong_elsewhere_is_told_without_a_field() -> None:
    slow = words_of(CENTER) | {"ring_seconds": 120}
    short = changed(EntryName("helplines", "national"), max_wait_seconds=60)
    with pytest.raises(EntryFaults) as refused:
        check_change(short, CENTER, slow)
    assert [fault.field for fault in refused.value.faults] == [()]
    assert 'helpline "national": seat "sunrise-la": an attempt may take' in str(refused.value)


def save(database: Database, entry: EntryName, base: int, **values: Any) -> LoadResult | WaitingProposal:
    with database.engine.begin() as connection:
        words = words_of(entry) | values
        return save_change(connection, EntryChange(entry, words, base), LATER, "ann", "it moved")


def in_force(database: Database) -> Directory:
    return database.transact(DirectoryCache().in_force)


def test_two_people_who_change_two_entries_do_not_meet(database: Database) -> None:
    save(database, CENTER, 1, ring_seconds=30)
    save(database, EntryName("centers", "harbor-bos"), 1, ring_seconds=25)
    centers = in_force(database).centers
    assert (centers["sunrise-la"].ring_seconds, centers["harbor-bos"].ring_seconds) == (30, 25)


def test_two_people_who_change_one_entry_meet(database: Database) -> None:
    save(database, CENTER, 1, ring_seconds=30)
    with pytest.raises(EntryChangedMeanwhile):
        save(database, CENTER, 1, name="Sunrise Downtown")
    assert in_force(database).centers["sunrise-la"].name == "Sunrise La"
    assert isinstance(save(database, CENTER, 2, ring_seconds=30, name="Sunrise Downtown"), LoadResult)


def test_what_takes_two_waits_with_its_reason(database: Database) -> None:
    waiting = save(database, SEAT, 1, weight=9)
    assert isinstance(waiting, WaitingProposal)
    assert in_force(database).version == 1
    with database.engine.begin() as connection:
        tried = try_change(connection, DIRECTORY, EntryChange(SEAT, words_of(SEAT) | {"weight": 9}, 1), LATER)
    assert tried.for_two == waiting.changes_to_approve


def test_a_key_of_somebody_who_left_cannot_get_another_owner(database: Database) -> None:
    kept = words_of(LISTING)
    with database.engine.begin() as connection:
        save_change(connection, EntryChange(LISTING, None, 1), LATER, "ann", "it left")
    new = EntryChange(EntryName("listings", ""), kept | {"center": "harbor-bos"}, 2)
    with pytest.raises(EntryFaults) as refused, database.engine.begin() as connection:
        save_change(connection, new, LATER, "ann", "it came back")
    assert [fault.field for fault in refused.value.faults] == [("center",)]


def test_each_change_is_kept_before_and_after_with_who_and_why(database: Database) -> None:
    save(database, CENTER, 1, ring_seconds=30)
    save(database, EntryName("centers", "harbor-bos"), 1, ring_seconds=25)
    with database.engine.begin() as connection:
        history = entry_history(connection, "centers", "sunrise-la", 10)
    assert [version.version for version in history.versions] == [2, 1]
    latest = history.versions[0]
    assert (latest.loaded_by, latest.reason, latest.at) == ("ann", "it moved", LATER)
    assert [each.in_words() for each in latest.differences] == ["centers sunrise-la: ring_seconds 20 -> 30"]


def test_the_history_of_a_number_is_found_in_pages(database: Database) -> None:
    number = number_of("listing sunrise-la-page")
    with database.engine.begin() as connection:
        page = number_history(connection, number, 10)
        assert (page.total, [version.key for version in page.versions]) == (1, ["sunrise-la-page"])
        words = words_of(LISTING) | {"helpline": "national"}
        save_change(connection, EntryChange(LISTING, words, 1), LATER, "ann", "its caller may choose")
        first = number_history(connection, number, 1)
        assert (first.total, [version.version for version in first.versions], first.older) == (2, [2], 2)
        assert [
            version.version for version in number_history(connection, number, 1, first.older).versions
        ] == [1]


def test_a_new_partner_is_whole_without_rates(database: Database) -> None:
    words = words_of(EntryName("partners", "sunrise")) | {"key": "cedar"}
    with database.engine.begin() as connection:
        saved = save_change(
            connection, EntryChange(EntryName("partners", ""), words, 1), LATER, "ann", "a new one"
        )
    assert isinstance(saved, LoadResult)
    assert in_force(database).partners["cedar"].rates == ()
