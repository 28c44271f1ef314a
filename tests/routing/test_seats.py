"""A seat keeps its place in the rotation for ever, whoever comes and goes beside it."""

import pytest

from callrouter.database import Database, DuplicateKey
from tests.directories import a_directory, center, helpline, partner
from tests.routing.deciding import NOON, Deciding


def positions(deciding: Deciding) -> dict[str, int]:
    return dict(deciding.asks("SELECT center, position FROM seat WHERE helpline = 'national'"))


def test_seats_get_their_places_with_the_first_decision(database: Database) -> None:
    deciding = Deciding(database, a_directory(helpline("c-x", "a-x", "b-x")))
    assert positions(deciding) == {}
    deciding.rings("CA1")
    assert positions(deciding) == {"a-x": 0, "b-x": 1, "c-x": 2}


def test_places_stay_when_seats_come_go_and_come_back(database: Database) -> None:
    deciding = Deciding(database, a_directory(helpline("a-x", "b-x")))
    deciding.rings("CA1")
    for number, centers in enumerate((("b-x", "0-x"), ("0-x",), ("a-x", "0-x", "b-x", "zz-x"))):
        deciding.put_in_force(a_directory(helpline(*centers)))
        deciding.rings(f"CB{number}")
    assert positions(deciding) == {"a-x": 0, "b-x": 1, "0-x": 2, "zz-x": 3}
    assert deciding.another_process().rings("CA2") is not None
    assert deciding.replayed().agrees


def test_a_seat_that_left_keeps_its_credit_and_the_sum_stays_nothing(database: Database) -> None:
    deciding = Deciding(database, a_directory(helpline("a-x", "b-x", "c-x")))
    deciding.rings("CA1")
    left = deciding.credits()[0]
    deciding.put_in_force(a_directory(helpline("b-x", "c-x")))
    for number in range(7):
        deciding.rings(f"CB{number}")
    assert left != 0
    assert (deciding.credits()[0], sum(deciding.credits())) == (left, 0)
    deciding.put_in_force(a_directory(helpline("a-x", "b-x", "c-x")))
    deciding.rings("CC")
    assert deciding.credits()[0] != left
    assert (sum(deciding.credits()), deciding.replayed().agrees) == (0, True)


def test_a_new_seat_is_owed_nothing_and_owes_nothing(database: Database) -> None:
    deciding = Deciding(database, a_directory(helpline("a-x", "b-x")))
    deciding.rings_for(101)
    deciding.put_in_force(a_directory(helpline("a-x", "b-x", "c-x")))
    assert deciding.rings_for(9, "CB").count("c-x") == 3


def test_a_decision_of_another_process_can_be_given_back_by_one_that_has_not_met_its_seats(
    database: Database,
) -> None:
    deciding = Deciding(database, a_directory(helpline("a-x", "b-x")))
    other = deciding.another_process()
    other.rings("CA1")
    other.rings("CA2")
    deciding.put_in_force(a_directory(helpline("a-x", "b-x", "c-x")))
    before = other.credits()
    assert deciding.rings("CA3") == "c-x"
    other.gives_back("CA3", exactly=True)
    assert deciding.credits() == [*before, 0]
    assert deciding.replayed().agrees


def test_two_processes_decide_as_one(database: Database) -> None:
    one = Deciding(database, a_directory(helpline("a-x", "b-x", "c-x")))
    two = one.another_process()
    rung = [deciding.rings(f"CA{number}") for number, deciding in enumerate((one, two, one, two, two, one))]
    assert rung == ["a-x", "b-x", "c-x"] * 2


def test_places_that_were_not_committed_are_forgotten(database: Database) -> None:
    deciding = Deciding(database, a_directory(helpline("a-x", "b-x")))
    deciding.rings("CA1")
    deciding.put_in_force(a_directory(helpline("a-x", "b-x", "d-x")))
    with pytest.raises(DuplicateKey):
        deciding.rings("CA1")
    other = deciding.another_process()
    other.put_in_force(a_directory(helpline("a-x", "b-x", "c-x")))
    other.rings("CA2")
    deciding.put_in_force(a_directory(helpline("a-x", "b-x", "d-x")))
    assert [deciding.rings(f"CB{number}") for number in range(2)] != []
    assert positions(deciding) == {"a-x": 0, "b-x": 1, "c-x": 2, "d-x": 3}
    assert deciding.replayed().agrees
    assert other.credits() == deciding.credits()


def test_a_process_remembers_no_place_of_a_transaction_that_failed(database: Database) -> None:
    deciding = Deciding(database, a_directory(helpline("a-x")))
    national = deciding.directory.helplines["national"]
    deciding.meanwhile = lambda session: [deciding.memory.seated(session, national) for _ in range(3)]
    with pytest.raises(LookupError):
        deciding.fails_after_deciding("CA1")
    deciding.meanwhile = lambda session: None
    assert deciding.rings("CA2") == "a-x"
    assert deciding.rings("CA3") == "a-x"
    assert deciding.replayed().agrees


def test_each_helpline_has_places_of_its_own(database: Database) -> None:
    lines = helpline("a-x", "b-x", key="north", numbers=()), helpline("b-x", key="south", numbers=())
    north, south = (Deciding(database, a_directory(*lines), key) for key in ("north", "south"))
    assert [north.rings("CA1"), south.rings("CA2")] == ["a-x", "b-x"]
    assert (len(north.credits()), len(south.credits())) == (2, 1)
    assert north.replayed().agrees
    assert south.replayed().agrees


def test_an_edit_of_the_directory_counts_from_the_next_decision_on(database: Database) -> None:
    deciding = Deciding(database, a_directory(helpline("a-x")))
    assert deciding.rings("CA1") == "a-x"
    deciding.put_in_force(a_directory(helpline("a-x"), partner("a", status="suspended")))
    assert deciding.rings("CA2") is None
    deciding.put_in_force(a_directory(helpline("a-x"), center("a-x", hours="off")))
    assert deciding.rings("CA3") is None
    deciding.put_in_force(a_directory(helpline("a-x")))
    assert deciding.rings("CA4", NOON) == "a-x"
    assert deciding.asks("SELECT directory_version FROM decision ORDER BY number") == [(1,), (2,), (3,), (4,)]
