"""A text changes when a second person approves it, and never otherwise."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace

import pytest
import sqlalchemy as sa

from callrouter.database import Database
from callrouter.errors import Fault, NotKnown
from callrouter.wordings.change import ChangedText, RefusedWording, as_written
from callrouter.wordings.history import known_wordings, text_history, wordings_versions
from callrouter.wordings.model import WordingProposal
from callrouter.wordings.proposals import changes_of, wording_proposal, wording_proposals
from callrouter.wordings.versions import UnknownWordings, WordingsCache, read_wordings
from callrouter.wordings.wordings import SHIPPED, Wordings
from tests.databases import open_database
from tests.directories import a_directory, helpline, put_in_force
from tests.wordings.changing import (
    CONNECTING,
    GOODBYE,
    LISTING,
    NOW,
    approves,
    changes,
    proposes,
    withdraws,
)

DIRECTORY = a_directory(helpline("sunrise-la", "harbor-nyc"))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with open_database(database_url) as database:
        put_in_force(database, DIRECTORY)
        yield database


def in_force(database: Database) -> Wordings:
    with database.engine.connect() as connection:
        return WordingsCache().in_force(connection)


def states(database: Database) -> list[tuple[int, str]]:
    with database.engine.connect() as connection:
        return [(each["number"], each["state"]) for each in wording_proposals(connection, decided_too=True)]


def test_the_shipped_texts_are_in_force_at_first(database: Database) -> None:
    assert in_force(database) is SHIPPED


def test_a_proposal_changes_nothing_until_another_person_approves_it(database: Database) -> None:
    proposed = proposes(database, CONNECTING, GOODBYE)
    assert (proposed.proposed_by, in_force(database)) == ("ann", SHIPPED)
    assert approves(database, proposed.number).after.version == 2
    now = in_force(database)
    assert now.version == 2
    assert (now.texts["connecting", "en"], now.texts["goodbye", "en"]) == (CONNECTING.text, GOODBYE.text)
    changed = {each for each in now.texts if now.texts[each] != SHIPPED.texts[each]}
    assert changed == {CONNECTING[:2], GOODBYE[:2]}
    assert states(database) == [(proposed.number, "approved")]


def test_nobody_approves_their_own_proposal(database: Database) -> None:
    proposed = proposes(database, CONNECTING)
    with pytest.raises(Fault, match=r"your own \(ann\)"):
        approves(database, proposed.number, "ann")
    assert in_force(database) is SHIPPED


def test_the_same_proposal_again_is_the_first_one_and_stays_its_persons(database: Database) -> None:
    first = proposes(database, CONNECTING, GOODBYE)
    again = proposes(database, GOODBYE, CONNECTING, person="bob", reason="mine")
    assert (again.number, again.proposed_by) == (first.number, "ann")
    with pytest.raises(Fault):
        approves(database, first.number, "ann")


def test_a_proposal_is_decided_once(database: Database) -> None:
    withdrawn = proposes(database, CONNECTING).number
    withdraws(database, withdrawn, "ann")
    with pytest.raises(Fault, match="withdrawn by ann already"):
        approves(database, withdrawn)
    approved = proposes(database, GOODBYE).number
    approves(database, approved)
    with pytest.raises(Fault, match="approved by bob already"):
        withdraws(database, approved)
    assert in_force(database).version == 2


def test_proposals_of_different_texts_are_approved_in_any_order(database: Database) -> None:
    first, second = proposes(database, CONNECTING).number, proposes(database, GOODBYE).number
    approves(database, second)
    approves(database, first)
    now = in_force(database)
    assert (now.version, now.texts["connecting", "en"], now.texts["goodbye", "en"]) == (
        3,
        CONNECTING.text,
        GOODBYE.text,
    )


def test_a_text_that_was_changed_meanwhile_is_not_overwritten(database: Database) -> None:
    late = proposes(database, CONNECTING, GOODBYE).number
    changes(database, GOODBYE._replace(text="Goodbye."))
    with pytest.raises(RefusedWording, match=r"goodbye en was changed since"):
        approves(database, late)
    assert in_force(database).texts["connecting", "en"] == SHIPPED.texts["connecting", "en"]


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        ([], "no text is changed"),
        ([GOODBYE, GOODBYE], "changed twice"),
        ([GOODBYE._replace(text=SHIPPED.texts["goodbye", "en"])], "spoken already"),
        ([GOODBYE._replace(text="Goodbye, best wishes.")], "“best”"),
        ([GOODBYE._replace(text="Goodbye {name}.")], "{name} is not known"),
        ([CONNECTING._replace(text="Connecting you to {center}.")], "leaves out the center's name"),
        ([ChangedText("farewell", "en", "Goodbye.")], "no such wording"),
    ],
)
def test_what_a_rule_refuses_is_not_even_proposed(
    database: Database, texts: list[ChangedText], told: str
) -> None:
    with pytest.raises(RefusedWording) as refused:
        proposes(database, *texts)
    assert told in str(refused.value)
    assert states(database) == []


def test_every_fault_of_every_text_is_told_at_once(database: Database) -> None:
    with pytest.raises(RefusedWording) as refused:
        proposes(
            database,
            GOODBYE._replace(text="The best"),
            CONNECTING._replace(text="Connecting you to {center}."),
        )
    assert len(refused.value.faults) == 2
    assert {fault.split(":")[0] for fault in refused.value.faults} == {"goodbye en", "connecting en"}


def test_a_change_needs_a_reason(database: Database) -> None:
    with pytest.raises(Fault, match="needs a reason"):
        proposes(database, GOODBYE, reason=" ")


def test_a_longer_text_shows_what_it_does_to_the_wait(database: Database) -> None:
    longer = (
        "Welcome, and please take all the time that you need today, because we have it for you. "
        + (SHIPPED.texts["greeting", "en"])
    )
    [effect] = proposes(database, ChangedText("greeting", "en", longer)).checked.effects
    assert effect.helpline == "national"
    assert effect.after.greeting_seconds - effect.before.greeting_seconds == 7
    assert effect.after.attempts <= effect.before.attempts
    assert "greeting" in effect.in_words()


def test_a_text_with_which_no_attempt_fits_is_refused_with_the_helpline(database: Database) -> None:
    tight = replace(DIRECTORY.helplines["national"], max_wait_seconds=60)
    put_in_force(database, replace(DIRECTORY, helplines={"national": tight}))
    longer = "Welcome. " * 24 + SHIPPED.texts["greeting", "en"]
    with pytest.raises(RefusedWording, match=r"national: no attempt .* max_wait_seconds 60"):
        proposes(database, ChangedText("greeting", "en", longer))


def test_the_wait_is_checked_again_when_it_is_approved(database: Database) -> None:
    longer = "Welcome. " * 24 + SHIPPED.texts["greeting", "en"]
    number = proposes(database, ChangedText("greeting", "en", longer)).number
    tight = replace(DIRECTORY.helplines["national"], max_wait_seconds=60)
    put_in_force(database, replace(DIRECTORY, helplines={"national": tight}))
    with pytest.raises(RefusedWording, match="no attempt"):
        approves(database, number)


def test_every_version_can_be_read_for_ever(database: Database) -> None:
    changes(database, CONNECTING)
    changes(database, GOODBYE)
    changes(database, CONNECTING._replace(text="{center}, a paid advertiser, is next."))
    with database.engine.connect() as connection:
        texts = [read_wordings(connection, version).texts["connecting", "en"] for version in (1, 2, 3, 4)]
        assert known_wordings(connection, 3).texts["goodbye", "en"] == GOODBYE.text
        for unknown in (0, 5):
            with pytest.raises(NotKnown):
                known_wordings(connection, unknown)
        with pytest.raises(UnknownWordings):
            read_wordings(connection, 5)
    assert texts == [
        SHIPPED.texts["connecting", "en"],
        CONNECTING.text,
        CONNECTING.text,
        "{center}, a paid advertiser, is next.",
    ]


def test_a_cache_reads_each_version_once_and_knows_the_newest(database: Database) -> None:
    cache = WordingsCache()
    for number in range(12):
        changes(database, GOODBYE._replace(text=f"Goodbye, call {number}."))
    with database.engine.connect() as connection:
        assert cache.at(connection, 5).version == 5
        assert cache.in_force(connection) is cache.newest
        assert cache.newest.version == 13
        assert cache.at(connection, 13) is cache.newest
        assert cache.at(connection, 1) is SHIPPED
        assert [cache.at(connection, version).version for version in range(1, 14)] == list(range(1, 14))
        assert cache.newest.version == 13


def test_the_history_tells_who_and_why(database: Database) -> None:
    changes(database, CONNECTING, LISTING)
    with database.engine.connect() as connection:
        latest, shipped = wordings_versions(connection)
        of_connecting = text_history(connection, "connecting", "en")
        of_goodbye = text_history(connection, "goodbye", "es")
        with pytest.raises(NotKnown):
            text_history(connection, "farewell", "en")
    assert latest == {
        "version": 2,
        "in_force_since": NOW,
        "author": "ann",
        "approved_by": "bob",
        "reason": "clearer",
        "texts": ["connecting en", "listing en"],
    }
    assert (shipped["version"], shipped["author"]) == (1, "the software")
    assert [each["text"] for each in of_connecting] == [CONNECTING.text, SHIPPED.texts["connecting", "en"]]
    assert [each["version"] for each in of_goodbye] == [1]


def test_a_proposal_is_shown_with_its_texts(database: Database) -> None:
    number = proposes(database, LISTING, CONNECTING).number
    with database.engine.connect() as connection:
        assert changes_of(connection, number) == (CONNECTING, LISTING)
        assert wording_proposal(connection, number)["texts"] == ["connecting en", "listing en"]
        with pytest.raises(NotKnown):
            wording_proposal(connection, number + 1)


ALONE = (
    "UPDATE wording_proposal SET decision = 'approved', decided_at = now(), decided_by = {who}, version = 2,"
    " in_force_at = now()"
)


@pytest.mark.parametrize(
    "statement",
    [
        ALONE.format(who="proposed_by"),
        ALONE.format(who="NULL"),
        (
            "UPDATE wording_proposal SET decision = 'approved', decided_at = now(), decided_by = 'bob', version = 1,"
            " in_force_at = now()"
        ),
        "UPDATE wording_proposal SET decision = 'approved', decided_at = now(), decided_by = 'bob'",
        "UPDATE wording_proposal SET version = 2, in_force_at = now()",
        "UPDATE wording_proposal SET effective_at = now()",
        "UPDATE wordings_head SET version = 2",
        "UPDATE wordings_head SET version = 0",
        "INSERT INTO wordings_head (one, version) VALUES (2, 1)",
    ],
)
def test_the_database_itself_asks_for_two_persons(database_url: str, statement: str) -> None:
    with open_database(database_url) as database:
        proposes(database, CONNECTING)
    with closing(Database(database_url, connections=1, role=None)) as owner:
        with pytest.raises(sa.exc.IntegrityError), owner.engine.begin() as connection:
            connection.exec_driver_sql(statement)
        with owner.engine.connect() as connection:
            assert WordingsCache().in_force(connection) is SHIPPED


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE wording_proposal SET changes = '[]'",
        "UPDATE wording_proposal SET decided_by = 'carol'",
        (
            "UPDATE wording_proposal SET decision = NULL, decided_at = NULL, decided_by = NULL, version = NULL,"
            " in_force_at = NULL"
        ),
        "UPDATE wording_proposal SET in_force_at = now()",
        "DELETE FROM wording_proposal",
        "TRUNCATE wording_proposal",
        "UPDATE wordings_head SET version = 1",
        "UPDATE wordings_head SET version = 3",
    ],
)
def test_what_was_approved_stays_in_the_database_as_it_is(database_url: str, statement: str) -> None:
    with open_database(database_url) as database:
        changes(database, CONNECTING)
    with closing(Database(database_url, connections=1, role=None)) as owner:
        with pytest.raises(sa.exc.IntegrityError), owner.engine.begin() as connection:
            connection.exec_driver_sql(statement)
        with owner.engine.connect() as connection:
            rows = connection.execute(sa.select(WordingProposal.changes, WordingProposal.decided_by)).all()
    assert [row.decided_by for row in rows] == ["bob"]


def test_a_proposal_that_many_approve_at_once_is_approved_once(database: Database) -> None:
    number = proposes(database, CONNECTING).number

    def approving(person: str) -> str:
        try:
            return f"version {approves(database, number, person).after.version}"
        except Fault as refused:
            return str(refused)

    with ThreadPoolExecutor(6) as pool:
        outcomes = sorted(pool.map(approving, ("bob", "carol", "dave", "erin", "fay", "ann")))
    assert [each for each in outcomes if each.startswith("version")] == ["version 2"]
    assert in_force(database).version == 2


def test_different_proposals_that_are_approved_at_once_get_versions_one_by_one(database: Database) -> None:
    keys = ("goodbye", "thank-you", "message-kept", "or-stay", "or-hang-up", "loop")
    numbers = [
        proposes(database, ChangedText(key, "en", f"This is {word}.")).number for word, key in enumerate(keys)
    ]
    with ThreadPoolExecutor(6) as pool:
        versions = sorted(pool.map(lambda number: approves(database, number).after.version, numbers))
    assert versions == [2, 3, 4, 5, 6, 7]
    now = in_force(database)
    assert [now.texts[key, "en"] for key in keys] == [f"This is {word}." for word in range(6)]


def test_a_text_is_kept_in_one_form_however_it_was_typed() -> None:
    assert as_written(" Adio\u0301s \r\n y\tgracias. ") == "Adi\u00f3s y gracias."
