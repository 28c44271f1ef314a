"""A decision, and its being given back, as they are stored."""

import json
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from callrouter.database import Database, DuplicateKey
from callrouter.directory.directory import Seat
from callrouter.routing.eligibility import (
    ALREADY_TRIED,
    NO_TIME_LEFT,
    OTHER_LANGUAGE,
    OUTSIDE_HOURS,
    STATE_NOT_SERVED,
)
from callrouter.routing.rotation import UNITS
from tests.directories import a_directory, center, helpline
from tests.routing.deciding import NOON, Deciding

THREE = a_directory(helpline("a-x", "b-x", "c-x"))


@pytest.fixture
def deciding(database: Database) -> Deciding:
    return Deciding(database, THREE)


def test_centers_of_one_weight_take_turns(deciding: Deciding) -> None:
    assert deciding.rings_for(6) == ["a-x", "b-x", "c-x"] * 2
    assert deciding.credits() == [0, 0, 0]


def test_weights_are_the_shares_of_the_calls(database: Database) -> None:
    deciding = Deciding(database, a_directory(helpline(Seat("a-x", weight=3), "b-x")))
    assert deciding.rings_for(8).count("a-x") == 6


def test_who_was_tried_on_this_call_is_not_tried_again(deciding: Deciding) -> None:
    assert deciding.rings("CA1") == "a-x"
    second = deciding.decides("CA1", attempt=2, tried=frozenset({"a-x"}))
    assert (second.center and second.center.key, second.skipped) == ("b-x", {"a-x": ALREADY_TRIED})


def test_every_reason_is_told_with_the_decision(database: Database) -> None:
    line = helpline("a-x", "b-x", Seat("c-x", states=("NY",)), "d-x", "e-x")
    closed, english, slow = (
        center("b-x", hours="off"),
        center("d-x", languages=("en",)),
        center("e-x", ring_seconds=60),
    )
    deciding = Deciding(database, a_directory(line, closed, english, slow))
    told = deciding.skips("CA1", language="es", seconds_left=30, attempt=2)
    assert told == {
        "b-x": OUTSIDE_HOURS,
        "c-x": STATE_NOT_SERVED,
        "d-x": OTHER_LANGUAGE,
        "e-x": NO_TIME_LEFT,
    }


def test_before_the_first_attempt_time_is_no_matter(database: Database) -> None:
    deciding = Deciding(database, a_directory(helpline("a-x"), center("a-x", ring_seconds=60)))
    assert deciding.rings("CA1") == "a-x"
    assert deciding.rings("CA2", attempt=2, seconds_left=64) is None
    assert deciding.rings("CA3", attempt=2, seconds_left=65) == "a-x"


def test_a_center_that_screens_needs_time_for_that_too(database: Database) -> None:
    deciding = Deciding(
        database, a_directory(helpline("a-x"), center("a-x", ring_seconds=20, screening="press-1"))
    )
    assert deciding.rings("CA1", attempt=2, seconds_left=34) is None
    assert deciding.rings("CA2", attempt=2, seconds_left=35) == "a-x"


def test_with_nobody_eligible_the_decision_is_stored_and_changes_no_credit(deciding: Deciding) -> None:
    deciding.rings("CA1")
    before = deciding.credits()
    assert deciding.rings("CA1", attempt=2, tried=frozenset({"a-x", "b-x", "c-x"})) is None
    assert deciding.credits() == before
    assert deciding.asks("SELECT number, center FROM decision ORDER BY number") == [(1, "a-x"), (2, None)]
    assert deciding.replayed().agrees


def test_a_helpline_without_seats_has_nobody(database: Database) -> None:
    deciding = Deciding(database, a_directory(helpline()))
    assert [deciding.rings("CA1"), deciding.rings("CA2"), deciding.owes("CA3")] == [None] * 3
    assert deciding.replayed().agrees


def test_all_that_a_decision_was_taken_from_is_stored(deciding: Deciding) -> None:
    deciding.decides("CA1", attempt=2, language="es", tried=frozenset({"b-x"}))
    [row] = deciding.asks(
        "SELECT helpline, number, call, attempt, decided_at, day, directory_version, language, passed_over, center,"
        " given_back, undone_after FROM decision"
    )
    assert row[:8] == ("national", 1, "CA1", 2, NOON, "2026-11-24", 1, "es")
    assert (json.loads(row[8]), row[9], bool(row[10]), row[11]) == (
        [["b-x", ALREADY_TRIED]],
        "a-x",
        False,
        None,
    )


def test_a_lineup_is_stored_once(deciding: Deciding) -> None:
    for number, each in enumerate(
        (deciding, deciding, deciding.another_process(), deciding.another_process())
    ):
        each.rings(f"CA{number}")
    assert deciding.asks("SELECT count(*) FROM lineup") == [(1,)]
    assert deciding.asks("SELECT count(DISTINCT lineup) FROM decision") == [(1,)]


def test_one_attempt_has_one_decision(deciding: Deciding) -> None:
    deciding.rings("CA1")
    before = deciding.rotation()
    with pytest.raises(DuplicateKey):
        deciding.rings("CA1")
    assert deciding.rotation() == before
    assert deciding.rings("CA1", attempt=2) == "b-x"


def test_a_decision_that_is_given_back_exactly_leaves_no_trace_in_the_credits(deciding: Deciding) -> None:
    deciding.rings("CA1")
    deciding.gives_back("CA1", exactly=True)
    assert deciding.credits() == [0, 0, 0]
    assert deciding.asks("SELECT given_back, undone_after FROM decision") == [(True, 1)]


def test_a_turn_that_was_not_taken_is_used(deciding: Deciding) -> None:
    deciding.rings("CA1")
    used = deciding.credits()
    deciding.gives_back("CA1", exactly=False)
    assert deciding.credits() == used
    assert deciding.asks("SELECT given_back, undone_after FROM decision") == [(True, None)]


@pytest.mark.parametrize("exactly", [True, False])
def test_giving_back_again_changes_nothing(deciding: Deciding, exactly: bool) -> None:
    deciding.rings("CA1")
    deciding.rings("CA2")
    deciding.gives_back("CA1", exactly=exactly)
    before = deciding.rotation(), deciding.asks("SELECT * FROM decision")
    deciding.gives_back("CA1", exactly=True)
    deciding.gives_back("CA1", exactly=False)
    assert (deciding.rotation(), deciding.asks("SELECT * FROM decision")) == before


def test_a_turn_that_was_only_supposed_to_be_used_is_undone_when_its_leg_turns_out_to_have_failed(
    deciding: Deciding,
) -> None:
    deciding.rings("CA1")
    deciding.gives_back("CA1", exactly=False)
    deciding.rings("CA2")
    for _ in range(2):
        deciding.undoes_late("CA1")
        assert deciding.asks("SELECT undone_after FROM decision WHERE number = 1") == [(2,)]
    assert deciding.credits() == [UNITS // 3, -2 * UNITS // 3, UNITS // 3]
    assert deciding.replayed().agrees


def test_there_is_nothing_to_give_back_where_nobody_was_rung(deciding: Deciding) -> None:
    deciding.rings("CA1", tried=frozenset({"a-x", "b-x", "c-x"}))
    deciding.gives_back("CA1", exactly=True)
    deciding.gives_back("CA-unknown", exactly=True)
    assert deciding.asks("SELECT given_back FROM decision") == [(False,)]


def test_whoever_is_owed_most_owes_a_return_call_open_or_not(database: Database) -> None:
    deciding = Deciding(database, a_directory(helpline("a-x", "b-x"), center("b-x", hours="off")))
    assert deciding.rings("CA1") == "a-x"
    assert deciding.owes("CA1", attempt=2) == "b-x"
    assert deciding.owes("CA2") == "a-x"
    assert deciding.replayed().agrees


def test_who_has_had_a_promise_does_not_get_it_again_and_who_is_closed_may_be_left_aside(
    database: Database,
) -> None:
    deciding = Deciding(database, a_directory(helpline("a-x", "b-x", "c-x")))
    assert deciding.owes("CA1", tried=frozenset({"a-x"}), closed=frozenset({"b-x"})) == "c-x"
    assert deciding.owes("CA1", attempt=2, tried=frozenset({"a-x", "b-x", "c-x"})) is None
    assert deciding.replayed().agrees


def test_a_return_call_takes_no_line_and_minds_none(database: Database) -> None:
    deciding = Deciding(database, a_directory(helpline("a-x"), center("a-x", max_concurrent=1)))
    deciding.rings("CA1")
    assert deciding.owes("CA2") == "a-x"
    assert deciding.asks("SELECT calls_in_progress FROM availability") == [(1,)]


@pytest.mark.parametrize("seed", range(2))
def test_a_busy_day_is_replayed_from_the_tables(database: Database, seed: int) -> None:
    random = Random(seed)
    seats = [Seat(f"s{n}-x", random.randint(1, 5), random.randint(1, 2), daily_cap=15) for n in range(6)]
    desks = [Deciding(database, a_directory(helpline(*seats), center("s0-x", max_concurrent=1)))]
    desks.append(desks[0].another_process())
    for number in range(120):
        deciding, at = random.choice(desks), NOON + timedelta(minutes=number)
        taken = deciding.rings if random.random() < 0.9 else deciding.owes
        taken(f"CA{number}", at, language=random.choice(["en", "es"]))
        if random.random() < 0.3:
            deciding.gives_back(
                f"CA{random.randint(max(0, number - 5), number)}", exactly=random.random() < 0.7
            )
    replayed = desks[0].replayed()
    assert replayed.disagreements == ()
    assert replayed.stored == replayed.credits.credit
    assert sum(desks[0].credits()) == 0


def test_what_was_changed_in_the_tables_is_told(deciding: Deciding) -> None:
    deciding.rings_for(4)
    deciding.tells("UPDATE decision SET center = 'c-x' WHERE number = 2")
    [told, *_] = deciding.replayed().disagreements
    assert (told.number, told.stored, told.recomputed) == (2, "c-x", "b-x")


def test_credits_that_do_not_follow_from_the_decisions_are_told(deciding: Deciding) -> None:
    deciding.rings_for(4)
    rotation = deciding.rotation().credits.credit
    rotation[0] += UNITS
    deciding.tells("UPDATE rotation SET credits = :credits", credits=rotation.tobytes())
    replayed = deciding.replayed()
    assert replayed.disagreements == ()
    assert not replayed.agrees


def test_a_decision_that_is_missing_is_told(deciding: Deciding) -> None:
    deciding.rings_for(4)
    deciding.tells("DELETE FROM decision WHERE number = 4")
    assert not deciding.replayed().agrees


def results(deciding: Deciding) -> list[tuple[Any, ...]]:
    return deciding.asks("SELECT number, what, after FROM decision_result ORDER BY id")


def test_what_becomes_of_a_decision_is_kept_with_how_many_were_taken_before(database: Database) -> None:
    deciding = Deciding(database, a_directory(helpline("a-x", "b-x")))
    for call in ("CA1", "CA2", "CA3"):
        deciding.rings(call)
    deciding.gives_back("CA1", exactly=True)
    deciding.gives_back("CA1", exactly=True)
    deciding.gives_back("CA2", exactly=False)
    deciding.rings("CA4")
    deciding.keeps_after_all("CA2")
    deciding.gives_back("CA3", exactly=False)
    deciding.undoes_late("CA3")
    assert results(deciding) == [
        (1, "undone", 3),
        (2, "given back", 3),
        (2, "kept", 4),
        (3, "given back", 4),
        (3, "undone", 4),
    ]


@pytest.mark.parametrize(("states", "kept"), [((), ""), (("CA", "NV"), "CA")])
def test_a_caller_s_state_is_kept_where_a_seat_serves_some_states_only(
    database: Database, states: tuple[str, ...], kept: str
) -> None:
    deciding = Deciding(database, a_directory(helpline(Seat("a-x", states=states), "b-x")))
    deciding.rings("CA1", state="CA")
    assert deciding.asks("SELECT state, for_promise FROM decision") == [(kept, False)]
    deciding.owes("CA2", state="CA")
    assert deciding.asks("SELECT for_promise FROM decision WHERE call = 'CA2'") == [(True,)]
