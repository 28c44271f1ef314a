"""A decision whose leg was busy or failed is taken back exactly, whatever was decided since."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from callrouter.routing.eligibility import Lineup
from callrouter.routing.rotation import UNITS
from tests.routing.rota import Rota, everybody, openings

a_few_lineups = st.lists(
    st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 10)).map(everybody), min_size=1, max_size=30
)


def after(lineups: list[Lineup]) -> Rota:
    rota = Rota()
    for lineup in lineups:
        rota.rings(lineup)
    return rota


@given(a_few_lineups, st.data())
def test_in_any_order_the_credits_are_the_same(lineups: list[Lineup], data: st.DataObject) -> None:
    one, other = after(lineups), after(lineups)
    undone = data.draw(
        st.lists(st.sampled_from(one.can_be_undone), unique=True) if one.can_be_undone else st.just([])
    )
    for number in undone:
        one.undoes(number)
    for number in data.draw(st.permutations(undone)):
        other.undoes(number)
    assert one.credits == other.credits
    assert sum(one.credits.credit) == 0


@given(a_few_lineups, st.data())
def test_with_all_undone_nobody_is_owed_anything(lineups: list[Lineup], data: st.DataObject) -> None:
    rota = after(lineups)
    for number in data.draw(st.permutations(rota.can_be_undone)):
        rota.undoes(number)
    assert not any(rota.credits.credit)


@given(a_few_lineups)
def test_undone_at_once_it_is_as_if_it_had_not_been(lineups: list[Lineup]) -> None:
    rota = after(lineups)
    before = rota.credits.credit.tolist()
    if rota.rings(everybody({"a": 3, "b": 2, "g": 1})):
        rota.undoes(rota.credits.number)
    assert rota.credits.credit.tolist()[: len(before)] == before


def test_a_center_that_is_always_busy_gains_and_loses_nothing_while_others_take_its_calls() -> None:
    rota, everyone = Rota(), everybody({"busy": 1, "b": 1, "c": 1})
    for _ in range(300):
        if rota.rings(everyone) == "busy":
            rota.undoes(rota.credits.number)
            rota.rings(everyone, passed_over={"busy"})
    assert abs(rota.credit_of("busy")) <= UNITS
    assert max(map(abs, rota.credits.credit)) <= 3 * UNITS // 2


def test_a_center_that_failed_on_many_calls_at_once_is_owed_them_and_nothing_overflows() -> None:
    rota, pair = Rota(), everybody({"fails": 1, "b": 1})
    rung = [rota.rings(pair) for _ in range(400)]
    for number in [number for number, center in enumerate(rung, start=1) if center == "fails"]:
        rota.undoes(number)
    assert rota.credit_of("fails") == -rota.credit_of("b") == 100 * UNITS


def test_late_undoings_in_the_midst_of_ten_thousand_calls_are_replayed() -> None:
    random, rota = Random(7), Rota()
    for lineup, language in openings(random, 10_000):
        rota.rings(lineup, language)
        recent = [number for number in rota.can_be_undone[-5:] if random.random() < 0.05]
        for number in random.sample(recent, len(recent)):
            rota.undoes(number)
    assert len(rota.can_be_undone) < 9_000
    assert sum(rota.credits.credit) == 0
    assert rota.replayed().agrees
