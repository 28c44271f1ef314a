"""Legs, charges, disclosures and promises as they are exported."""

import pytest

from callrouter.reports.exports import EXPORTS
from tests.reports.conftest import Exported, at
from tests.scenarios.people import Caller, Center
from tests.scenarios.places import NATIONAL, SUNRISE_PAGE
from tests.scenarios.world import World


@pytest.mark.parametrize(
    ("what", "named"),
    [
        ("charges", "call partner kind amount currency posted_at period entry"),
        ("disclosures", "sequence call at what wording center partner language"),
        ("promises", "call owner helpline listing state made_at due_at attempts ended_at"),
    ],
)
def test_each_row_has_what_the_contract_names(what: str, named: str) -> None:
    assert set(named.split()) <= set(EXPORTS[what].columns)


@pytest.mark.parametrize("what", EXPORTS)
def test_what_was_only_simulated_says_so(
    what: str, world: World, caller: Caller, sunrise: Center, exported: Exported
) -> None:
    caller.presses("2").dials(SUNRISE_PAGE)
    sunrise.does_not_answer()
    world.catch_up()
    caller.dials(NATIONAL)
    sunrise.accepts()
    rows = exported(what)
    assert {row["simulated"] for row in rows} == {True}
    assert all(list(row) == list(EXPORTS[what].columns) for row in rows)


def test_a_charge_is_dated_by_its_posting(
    world: World, caller: Caller, sunrise: Center, exported: Exported
) -> None:
    call = caller.dials(NATIONAL)
    sunrise.accepts()
    world.is_now(at(20))
    [charge] = exported("charges")
    assert (charge["call"], charge["partner"], charge["kind"]) == (call.sid, "sunrise", "helpline")
    assert (charge["amount"], charge["currency"], charge["entry"]) == ("35.00", "USD", "charge")
    assert (charge["posted_at"], charge["period"]) == (at(20), "2026-03")
    assert exported("charges", at(20), at(21)) == [charge]
    assert exported("charges", until=at(20)) == exported("charges", since=at(20, 1)) == []


def test_a_disclosure_has_its_words_and_its_place_in_the_log(
    caller: Caller, sunrise: Center, exported: Exported
) -> None:
    call = caller.dials(NATIONAL)
    sunrise.accepts()
    greeting, connecting, goodbye = exported("disclosures")
    assert [each["sequence"] for each in (greeting, connecting, goodbye)] == [1, 2, 3]
    assert (connecting["call"], connecting["what"]) == (call.sid, "connecting")
    assert (connecting["center"], connecting["partner"]) == ("sunrise-la", "sunrise")
    assert connecting["wording"] == "connecting@1"
    assert connecting["words"] == "Connecting you to Sunrise La, a paid advertiser."


def test_a_promise_says_who_owes_it_and_until_when(
    caller: Caller, sunrise: Center, exported: Exported
) -> None:
    call = caller.presses("2").dials(SUNRISE_PAGE)
    sunrise.does_not_answer()
    [promise] = exported("promises")
    assert (promise["call"], promise["owner"], promise["listing"]) == (
        call.sid,
        "sunrise-la",
        "sunrise-la-page",
    )
    assert (promise["state"], promise["attempts"], promise["ended_at"]) == ("open", 0, None)
    assert promise["made_at"] < promise["due_at"]
    assert exported("promises", until=promise["made_at"]) == []


def test_legs_are_exported_by_the_arrival_of_their_call(
    world: World, caller: Caller, sunrise: Center, harbor: Center, exported: Exported
) -> None:
    caller.presses("9").dials(NATIONAL)
    world.is_now(at(19))
    call = caller.dials(NATIONAL)
    sunrise.is_busy()
    harbor.accepts()
    legs = exported("legs", since=at(19))
    assert [(leg["call"], leg["attempt"], leg["center"]) for leg in legs] == [
        (call.sid, 1, "sunrise-la"),
        (call.sid, 2, "harbor-sd"),
    ]
    assert {leg["arrived_at"] for leg in legs} == {at(19)}
    assert exported("legs", until=at(19)) == []
