"""A change of what partners pay takes two persons; until then nothing of the file is in force."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from callrouter.database import Database
from callrouter.directory import model
from callrouter.directory.directory import Directory, Seat
from callrouter.directory.faults import DirectoryFaults, Source
from callrouter.directory.load import LoadResult
from callrouter.directory.proposals.proposal import (
    WaitingProposal,
    approve,
    load_or_propose,
    proposals,
    withdraw,
)
from callrouter.directory.versions import DirectoryCache
from callrouter.errors import Fault, NotKnown
from tests.databases import open_database
from tests.directories import (
    LOADED_AT,
    NATIONAL,
    a_directory,
    center,
    helpline,
    listing,
    partner,
    put_in_force,
    rate,
)

LATER = datetime(2026, 2, 2, tzinfo=UTC)
DIRECTORY = a_directory(partner("sunrise"), helpline("sunrise-la"))
DEARER = a_directory(
    partner("sunrise", rates=(rate(), rate("listing"), rate(price_minor=4000, begins=date(2027, 1, 1)))),
    center("sunrise-la", ring_seconds=30),
    helpline("sunrise-la"),
)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with open_database(database_url) as database:
        assert isinstance(loads(database, "ann", DIRECTORY), LoadResult)
        yield database


def loads(
    database: Database, person: str, directory: Directory, now: datetime = LOADED_AT
) -> LoadResult | WaitingProposal:
    with database.engine.begin() as connection:
        return load_or_propose(connection, directory, now, Source(), person)


def proposes(database: Database, person: str, directory: Directory = DEARER) -> int:
    proposal = loads(database, person, directory)
    assert isinstance(proposal, WaitingProposal)
    return proposal.number


def approves(database: Database, person: str, number: int) -> LoadResult:
    with database.engine.begin() as connection:
        return approve(connection, number, LATER, person)


def withdraws(database: Database, person: str, number: int) -> None:
    with database.engine.begin() as connection:
        withdraw(connection, number, LATER, person)


def states(database: Database) -> list[str]:
    with database.engine.begin() as connection:
        return [each["state"] for each in proposals(connection, decided_too=True)]


def in_force(database: Database) -> Directory:
    return database.transact(DirectoryCache().in_force)


def signed(database: Database) -> list[tuple[Any, ...]]:
    table = model.DirectoryVersion
    query = sa.select(table.version, table.loaded_by, table.approved_by).order_by(table.version)
    with database.engine.begin() as connection:
        return [tuple(row) for row in connection.execute(query)]


def test_a_change_of_price_waits_whole(database: Database) -> None:
    proposal = loads(database, "ann", DEARER)
    assert isinstance(proposal, WaitingProposal)
    assert proposal.changes_to_approve == ("sunrise: helpline 35.00 USD -> 40.00 USD from 2027-01-01",)
    assert in_force(database) == replace(DIRECTORY, version=1)


def test_another_person_puts_it_in_force_and_both_are_kept(database: Database) -> None:
    number = proposes(database, "ann")
    loaded = approves(database, "bob", number)
    assert (loaded.version, loaded.changed, loaded.changes["centers"].changed) == (2, True, ("sunrise-la",))
    assert in_force(database) == replace(DEARER, version=2)
    assert signed(database) == [(1, "ann", None), (2, "ann", "bob")]
    assert states(database) == ["approved"]


def test_nobody_approves_alone(database: Database) -> None:
    number = proposes(database, "ann")
    with pytest.raises(Fault, match=r"proposal 1 is your own \(ann\); another person has to approve it"):
        approves(database, "ann", number)
    assert in_force(database).version == 1


def test_the_database_lets_nobody_approve_alone_either(database: Database) -> None:
    proposes(database, "ann")
    approved = sa.update(model.DirectoryProposal).values(
        decision="approved", decided_at=LATER, decided_by="ann", version=1
    )
    with pytest.raises(sa.exc.IntegrityError, match="two_persons"), database.engine.begin() as connection:
        connection.execute(approved)


def test_the_same_file_again_is_the_same_proposal_as_long_as_it_waits(database: Database) -> None:
    first = proposes(database, "ann")
    assert proposes(database, "ann") == proposes(database, "bob") == first
    withdraws(database, "ann", first)
    assert proposes(database, "ann") > first
    assert states(database) == ["waiting", "withdrawn"]


def test_whoever_loads_a_file_that_waits_has_not_proposed_it(database: Database) -> None:
    number = proposes(database, "ann")
    proposes(database, "bob")
    assert approves(database, "bob", number).version == 2


def test_what_was_made_for_an_older_version_is_loaded_again(database: Database) -> None:
    number = proposes(database, "ann")
    loads(database, "ann", a_directory(center("sunrise-la", ring_seconds=40), helpline("sunrise-la")))
    with pytest.raises(Fault, match="the directory has changed since proposal 1 was made"):
        approves(database, "bob", number)
    assert states(database) == ["overtaken"]
    assert approves(database, "bob", proposes(database, "ann")).version == 3


def test_what_is_decided_stays_decided(database: Database) -> None:
    number = proposes(database, "ann")
    withdraws(database, "cleo", number)
    for decides in (approves, withdraws):
        with pytest.raises(Fault, match="proposal 1 was withdrawn by cleo already"):
            decides(database, "bob", number)
    assert in_force(database).version == 1


def test_a_proposal_that_is_not_there_is_told(database: Database) -> None:
    with pytest.raises(NotKnown, match="there is no proposal 7"):
        approves(database, "bob", 7)


def test_a_new_partner_with_its_first_rates_goes_through_at_once(database: Database) -> None:
    loaded = loads(database, "ann", a_directory(partner("sunrise"), helpline("sunrise-la", "harbor-bos")))
    assert isinstance(loaded, LoadResult)
    assert in_force(database).partners["harbor"].rates


def test_a_file_with_a_fault_is_no_proposal(database: Database) -> None:
    with pytest.raises(DirectoryFaults):
        loads(database, "ann", replace(DEARER, centers={"sunrise-la": center("sunrise-la", "harbor")}))
    assert states(database) == []


def paying(*rates: Any, **changes: Any) -> Directory:
    return a_directory(partner("sunrise", rates=rates, **changes), helpline("sunrise-la"))


WITHOUT_SUNRISE = a_directory(partner("harbor", rates=()), helpline("harbor-bos"))


@pytest.mark.parametrize("away", [WITHOUT_SUNRISE, paying()])
def test_whoever_comes_back_with_another_price_needs_a_second_person(
    database: Database, away: Directory
) -> None:
    """Be it that the partner had left, or its rates alone."""
    put_in_force(database, away)
    put_in_force(database, WITHOUT_SUNRISE)
    proposal = loads(database, "eve", paying(rate(price_minor=1), rate("listing")))
    assert isinstance(proposal, WaitingProposal)
    assert proposal.changes_to_approve == ("sunrise: helpline 35.00 USD -> 0.01 USD from 2026-01-01",)
    assert listed_changes(database) == [proposal.changes_to_approve]
    assert isinstance(loads(database, "eve", paying(rate(), rate("listing"))), LoadResult)


def listed_changes(database: Database) -> list[tuple[str, ...]]:
    with database.engine.begin() as connection:
        return [tuple(each["changes_to_approve"]) for each in proposals(connection, decided_too=True)]


def test_a_telephone_that_was_taken_off_a_partner_is_not_another_s_at_once(database: Database) -> None:
    moved = center("clone-la", phone=DIRECTORY.centers["sunrise-la"].phone)
    clone = a_directory(partner("sunrise"), moved, helpline("clone-la"))
    taken_off = a_directory(center("sunrise-sd"), helpline("sunrise-sd"))
    assert isinstance(loads(database, "eve", taken_off, LOADED_AT + timedelta(days=40)), LoadResult)
    proposal = loads(database, "eve", clone, LOADED_AT + timedelta(days=69))
    assert isinstance(proposal, WaitingProposal)
    assert proposal.changes_to_approve == (f"clone: {moved.phone} becomes its own, which was of sunrise",)
    assert listed_changes(database) == [proposal.changes_to_approve]
    assert isinstance(loads(database, "eve", clone, LOADED_AT + timedelta(days=71)), LoadResult)


@pytest.mark.parametrize("owner", ["harbor", "clone"])
def test_a_center_keeps_its_partner_for_ever(database: Database, owner: str) -> None:
    put_in_force(database, WITHOUT_SUNRISE)
    with pytest.raises(DirectoryFaults, match='it belongs to "sunrise"'):
        loads(database, "eve", a_directory(center("sunrise-la", owner), helpline("sunrise-la")))


NEW = partner("harbor", rates=(rate(price_minor=100), rate("listing")))


@pytest.mark.parametrize(
    ("after", "change"),
    [
        (
            a_directory(NEW, helpline("sunrise-la", "harbor-bos")),
            "harbor: new: helpline 1.00 USD",
        ),
        (
            a_directory(helpline(Seat("sunrise-la", weight=100))),
            "helpline national: seat sunrise-la: weight 1 -> 100",
        ),
        (
            a_directory(listing(numbers=(NATIONAL,)), helpline("sunrise-la", numbers=("+18445610607",))),
            "sunrise: +18445610606 becomes its own, which was of helpline national",
        ),
    ],
)
def test_what_changes_who_pays_or_who_is_rung_waits_too(
    database: Database, after: Directory, change: str
) -> None:
    proposal = loads(database, "ann", after)
    assert isinstance(proposal, WaitingProposal)
    assert [told[: len(change)] for told in proposal.changes_to_approve] == [change]
    assert in_force(database).version == 1
    assert approves(database, "bob", proposal.number).version == 2


def test_the_first_directory_takes_one_person_whatever_is_in_it(database_url: str) -> None:
    first = a_directory(NEW, partner("sunrise"), helpline(Seat("sunrise-la", weight=100), "harbor-bos"))
    database = Database(database_url)
    assert isinstance(loads(database, "ann", first), LoadResult)
    database.close()


@pytest.mark.parametrize("weight", [1, 100])
def test_a_seat_that_comes_back_is_compared_with_what_it_last_was(database: Database, weight: int) -> None:
    put_in_force(database, a_directory(center("sunrise-la"), helpline("sunrise-sd")))
    put_in_force(database, a_directory(helpline("sunrise-sd")))
    back = loads(database, "eve", a_directory(helpline("sunrise-sd", Seat("sunrise-la", weight))))
    assert isinstance(back, LoadResult if weight == 1 else WaitingProposal)
    if isinstance(back, WaitingProposal):
        assert back.changes_to_approve == ("helpline national: seat sunrise-la: weight 1 -> 100",)


def test_a_number_that_a_helpline_gave_up_is_not_a_listing_s_at_once(database: Database) -> None:
    without_it = a_directory(listing(), helpline("sunrise-la", numbers=("+18445610607",)))
    given = a_directory(listing(numbers=(NATIONAL,)), helpline("sunrise-la", numbers=("+18445610607",)))
    assert isinstance(loads(database, "eve", without_it), LoadResult)
    assert isinstance(loads(database, "eve", given, LOADED_AT + timedelta(days=29)), WaitingProposal)
    assert isinstance(loads(database, "eve", given, LOADED_AT + timedelta(days=31)), LoadResult)
