"""A change may come into force at a later time, which two people have agreed to before."""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from callrouter.database import Database
from callrouter.errors import Fault
from callrouter.wordings.change import RefusedWording
from callrouter.wordings.due import put_due_in_force
from callrouter.wordings.history import wordings_versions
from callrouter.wordings.model import WordingProposal
from callrouter.wordings.proposals import ListedWordingProposal, wording_proposal, wording_proposals
from callrouter.wordings.versions import WordingsCache
from tests.databases import open_database
from tests.directories import a_directory, helpline, put_in_force
from tests.scenarios.places import NATIONAL
from tests.scenarios.world import World
from tests.wordings.changing import CONNECTING, GOODBYE, LISTING, NOW, approves, changes, proposes, withdraws

TOMORROW = NOW + timedelta(days=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with open_database(database_url) as database:
        put_in_force(database, a_directory(helpline("sunrise-la", "harbor-nyc")))
        yield database


def comes(database: Database, at: datetime = TOMORROW) -> int:
    """Two people agree to a change for that time."""
    number = proposes(database, GOODBYE, effective_at=at).number
    approves(database, number)
    return number


def due(database: Database, now: datetime) -> list[str]:
    return database.transact(lambda session: put_due_in_force(session, now))


def version(database: Database) -> int:
    return database.transact(lambda session: WordingsCache().in_force(session).version)


def listed(database: Database, number: int) -> ListedWordingProposal:
    return database.transact(lambda session: wording_proposal(session, number))


def test_it_is_in_force_at_its_time_and_not_before(database: Database) -> None:
    number = comes(database)
    assert (listed(database, number)["state"], version(database)) == ("coming", 1)
    assert due(database, TOMORROW - SECOND) == []
    assert version(database) == 1
    assert due(database, TOMORROW) == []
    assert version(database) == 2
    found = listed(database, number)
    assert (found["state"], found["version"], found["in_force_at"]) == ("approved", 2, TOMORROW)
    assert due(database, TOMORROW + SECOND) == []
    [newest, _] = database.transact(wordings_versions)
    assert (newest["in_force_since"], newest["author"], newest["approved_by"]) == (TOMORROW, "ann", "bob")


def test_what_waits_or_comes_is_listed_until_it_is_in_force(database: Database) -> None:
    numbers = [comes(database), proposes(database, LISTING).number]
    found = database.transact(lambda session: wording_proposals(session, decided_too=False))
    assert [(each["number"], each["state"]) for each in found] == [
        (numbers[1], "waiting"),
        (numbers[0], "coming"),
    ]
    due(database, TOMORROW)
    found = database.transact(lambda session: wording_proposals(session, decided_too=False))
    assert [each["state"] for each in found] == ["waiting"]


def test_one_that_is_approved_after_its_time_is_in_force_at_once(database: Database) -> None:
    number = proposes(database, GOODBYE, effective_at=TOMORROW).number
    assert due(database, TOMORROW + SECOND) == []
    assert version(database) == 1
    approves(database, number, now=TOMORROW + SECOND)
    assert version(database) == 2
    assert listed(database, number)["in_force_at"] == TOMORROW + SECOND


@pytest.mark.parametrize("at", [NOW, NOW - SECOND])
def test_no_change_is_for_the_past(database: Database, at: datetime) -> None:
    with pytest.raises(Fault, match="is over"):
        proposes(database, GOODBYE, effective_at=at)


def test_one_that_comes_is_withdrawn_and_one_in_force_is_not(database: Database) -> None:
    number = comes(database)
    withdraws(database, number, "carol")
    assert due(database, TOMORROW) == []
    assert version(database) == 1
    found = listed(database, number)
    assert (found["state"], found["decided_by"], found["withdrawn_by"]) == ("withdrawn", "bob", "carol")
    number = comes(database)
    due(database, TOMORROW)
    with pytest.raises(Fault, match="approved by bob already"):
        withdraws(database, number)


def test_one_that_comes_is_not_approved_twice(database: Database) -> None:
    number = comes(database)
    with pytest.raises(Fault, match="approved by bob already"):
        approves(database, number, "carol")


def test_a_text_that_will_change_is_not_changed_otherwise_meanwhile(database: Database) -> None:
    waits = proposes(database, GOODBYE._replace(text="Goodbye.")).number
    number = comes(database)
    for act in (lambda: approves(database, waits), lambda: proposes(database, GOODBYE._replace(text="Bye."))):
        with pytest.raises(
            RefusedWording, match=f"2026-03-03 12:00 UTC by proposal {number}: withdraw that one"
        ):
            act()
    changes(database, CONNECTING)
    assert due(database, TOMORROW) == []
    assert version(database) == 3


def test_several_come_into_force_in_the_order_of_their_times(database: Database) -> None:
    comes(database, TOMORROW + SECOND)
    first = proposes(database, LISTING, effective_at=TOMORROW).number
    approves(database, first)
    due(database, TOMORROW + timedelta(days=2))
    assert (listed(database, first)["version"], version(database)) == (2, 3)


def test_the_same_texts_wait_for_one_time_alone(database: Database) -> None:
    proposes(database, GOODBYE, effective_at=TOMORROW)
    with pytest.raises(Fault, match="for another time"):
        proposes(database, GOODBYE)
    assert proposes(database, GOODBYE, effective_at=TOMORROW).number == 1


def test_one_that_the_rules_refuse_by_then_does_not_come_into_force(database: Database) -> None:
    longer = CONNECTING._replace(key="greeting", text=_long_greeting())
    approves(database, proposes(database, longer, effective_at=TOMORROW).number)
    comes(database)
    put_in_force(database, a_directory(helpline("sunrise-la", "harbor-nyc", max_wait_seconds=62)))
    [refused] = due(database, TOMORROW)
    assert "no attempt to reach a center fits" in refused
    assert version(database) == 2


def _long_greeting() -> str:
    with_time = "Welcome, and please take all the time that you need today, because we have it for you. "
    shipped = WordingsCache().newest.texts["greeting", "en"]
    return with_time + shipped


def test_calls_hear_what_is_in_force_when_they_arrive(database_url: str) -> None:
    world = World(database_url)
    number = proposes(world.database, GOODBYE, effective_at=world.clock.now() + timedelta(hours=1)).number
    approves(world.database, number, now=world.clock.now())
    before = world.caller("+13105550001").dials(NATIONAL)
    world.passes(hours=2)
    due(world.database, world.clock.now())
    after = world.caller("+13105550002").dials(NATIONAL)
    spoken_by = {call["sid"]: call["wordings_version"] for call in world.rows("call")}
    assert (spoken_by[before.sid], spoken_by[after.sid]) == (1, 2)
    world.closes()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE wording_proposal SET decided_by = 'carol'",
        "UPDATE wording_proposal SET effective_at = now()",
        "UPDATE wording_proposal SET changes = '[]'",
        "UPDATE wording_proposal SET decision = NULL, decided_at = NULL, decided_by = NULL",
        "UPDATE wording_proposal SET version = 2, in_force_at = effective_at - interval '1 second'",
        "UPDATE wording_proposal SET version = 2",
        "UPDATE wording_proposal SET withdrawn_by = 'carol'",
        "DELETE FROM wording_proposal",
    ],
)
def test_the_database_keeps_one_that_comes_as_it_was_approved(database_url: str, statement: str) -> None:
    with open_database(database_url) as database:
        comes(database)
    with closing(Database(database_url, connections=1, role=None)) as owner:
        with pytest.raises(sa.exc.IntegrityError), owner.engine.begin() as connection:
            connection.exec_driver_sql(statement)
        with owner.engine.connect() as connection:
            [row] = connection.execute(
                sa.select(WordingProposal.decided_by, WordingProposal.effective_at)
            ).all()
    assert tuple(row) == ("bob", TOMORROW)
