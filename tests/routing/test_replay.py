"""Every pick can be taken again from what was stored, and a pick that does not follow from it is told."""

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest

from callrouter.routing.replay import Disagreement, StoredDecision, replay
from tests.routing.rota import Rota, everybody, openings

THREE = everybody({"a": 2, "b": 1, "c": 1})
TWO = everybody({"b": 1, "c": 1})


@pytest.fixture
def rota() -> Rota:
    """Five decisions: a, b, nobody, c, which is busy, and c again."""
    rota = Rota()
    for lineup in (THREE, THREE, everybody({}), THREE):
        rota.rings(lineup)
    rota.undoes(4)
    rota.rings(TWO)
    return rota


def changed(rota: Rota, number: int, change: Callable[[StoredDecision], StoredDecision]) -> Rota:
    rota.decisions[number - 1] = change(rota.decisions[number - 1])
    return rota


def test_what_was_stored_leads_to_the_same_picks_and_credits(rota: Rota) -> None:
    replayed = rota.replayed()
    assert replayed.disagreements == ()
    assert replayed.credits == rota.credits
    assert replayed.agrees


def test_the_picks_of_ten_thousand_decisions_are_found_again() -> None:
    rota = Rota()
    for lineup, language in openings(Random(3), 10_000):
        rota.rings(lineup, language, passed_over=[c.center for c in lineup.candidates[:1]])
    assert rota.replayed().agrees


def test_another_center_than_the_one_owed_most_is_told(rota: Rota) -> None:
    assert rota.decisions[0].center == "a"
    told = changed(rota, 1, lambda decision: replace(decision, center="c")).replayed()
    assert told.disagreements[0] == Disagreement(1, stored="c", recomputed="a")
    assert not told.agrees


def test_a_center_that_could_not_be_rung_is_told(rota: Rota) -> None:
    told = changed(rota, 5, lambda decision: replace(decision, center="a")).replayed()
    assert told.disagreements == (Disagreement(5, stored="a", recomputed="c"),)


def test_nobody_rung_where_somebody_was_eligible_is_told(rota: Rota) -> None:
    told = changed(rota, 5, lambda decision: replace(decision, center=None)).replayed()
    assert told.disagreements[0].stored is None


def test_somebody_rung_where_nobody_was_eligible_is_told(rota: Rota) -> None:
    told = changed(rota, 3, lambda decision: replace(decision, center="b")).replayed()
    assert told.disagreements == (Disagreement(3, stored="b", recomputed=None),)


def test_a_weight_that_was_changed_afterwards_is_told(rota: Rota) -> None:
    rota.lineups[THREE.digest] = everybody({"a": 1, "b": 1, "c": 8})
    assert not rota.replayed().agrees


def test_an_undoing_that_was_left_out_is_told_by_the_credits(rota: Rota) -> None:
    assert not changed(rota, 4, lambda decision: replace(decision, undone_after=None)).replayed().agrees


def test_when_a_decision_was_undone_matters_to_those_after_it() -> None:
    early, late = Rota(), Rota()
    for rota, when in ((early, 1), (late, 3)):
        for number in (1, 2, 3):
            rota.rings(THREE)
            if number == when:
                rota.undoes(1)
    assert early.credits.credit.tolist() != late.credits.credit.tolist()
    assert early.replayed().agrees
    assert late.replayed().agrees


def test_no_decision_leads_to_no_credit() -> None:
    assert replay([], {}, {}).agrees
