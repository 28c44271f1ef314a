"""Calls as they are exported: each whole, once, in the order of arrival."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from callrouter.calls.model import Call
from callrouter.database import Database
from callrouter.figures.model import NOBODY, PartnerCall
from callrouter.reports.calls import exported_calls
from callrouter.reports.exports import EXPORTS
from callrouter.reports.reading import reading
from tests.reports.conftest import WHENEVER, Exported, at
from tests.scenarios.people import Caller, Center
from tests.scenarios.places import NATIONAL, SUNRISE_PAGE
from tests.scenarios.world import START, World

CONTRACT = (
    "sid arrived_at ended_at dialled route listing helpline outcome answered_by partner talk_seconds legs"
    " skipped promise charge disclosure"
)


def test_a_call_has_what_the_contract_names_in_its_order() -> None:
    assert " ".join(EXPORTS["calls"].columns).startswith(CONTRACT)


def test_an_answered_call_is_exported_whole(
    caller: Caller, sunrise: Center, harbor: Center, exported: Exported
) -> None:
    call = caller.dials(NATIONAL)
    sunrise.does_not_answer()
    harbor.accepts(seconds=90)
    assert call.was_answered_by(harbor)
    [row] = exported("calls")
    assert list(row) == list(EXPORTS["calls"].columns)
    assert (row["sid"], row["arrived_at"], row["dialled"]) == (call.sid, START, NATIONAL)
    assert (row["route"], row["listing"], row["helpline"]) == ("helpline", None, "national")
    assert (row["outcome"], row["answered_by"], row["partner"]) == ("answered", "harbor-sd", "harbor")
    assert (row["talk_seconds"], row["promise"], row["simulated"]) == (90, None, True)
    assert row["charge"] == {"amount": "35.00", "currency": "USD", "kind": "helpline", "state": "unconfirmed"}


def test_its_legs_say_which_number_was_rung_and_what_came_of_it(
    caller: Caller, sunrise: Center, harbor: Center, exported: Exported
) -> None:
    caller.dials(NATIONAL)
    sunrise.is_busy()
    harbor.accepts(seconds=45)
    missed, taken = exported("calls")[0]["legs"]
    assert missed == {
        "center": "sunrise-la",
        "number": sunrise.phone,
        "outcome": "busy",
        "accepted": False,
        "talk_seconds": 0,
    }
    assert (taken["number"], taken["outcome"], taken["accepted"]) == (harbor.phone, "accepted", True)
    assert taken["talk_seconds"] == 45


def test_skipped_are_the_centers_of_all_decisions_with_their_latest_reason(
    caller: Caller, sunrise: Center, harbor: Center, exported: Exported
) -> None:
    caller.dials(NATIONAL)
    sunrise.does_not_answer()
    harbor.accepts()
    assert exported("calls")[0]["skipped"] == [
        {"center": "sunrise-la", "reason": "already tried on this call"}
    ]


def test_what_the_caller_was_told_is_listed_with_the_center_and_the_time(
    caller: Caller, sunrise: Center, exported: Exported
) -> None:
    caller.dials(NATIONAL)
    sunrise.accepts()
    told = exported("calls")[0]["disclosure"]
    assert [(each["what"], each["center"]) for each in told] == [
        ("greeting", None),
        ("connecting", "sunrise-la"),
        ("goodbye", None),
    ]
    assert told[0]["at"] == START


def test_a_promise_is_told_with_its_call(caller: Caller, sunrise: Center, exported: Exported) -> None:
    caller.presses("2").dials(SUNRISE_PAGE)
    sunrise.does_not_answer()
    [row] = exported("calls")
    assert (row["outcome"], row["listing"], row["charge"]) == ("promised", "sunrise-la-page", None)
    assert (row["promise"]["owner"], row["promise"]["state"]) == ("sunrise-la", "open")


def test_no_callers_number_is_exported(caller: Caller, sunrise: Center, exported: Exported) -> None:
    caller.presses("5").dials(NATIONAL)
    sunrise.accepts()
    for what in EXPORTS:
        assert caller.number not in repr(exported(what))
    assert exported("calls")[0]["caller"] == "+1 310 ••• ••88"


def test_a_call_that_is_not_over_is_not_there(
    world: World, caller: Caller, sunrise: Center, exported: Exported
) -> None:
    call = caller.dials(NATIONAL)
    sunrise.accepts()
    world.goes_on(call)
    assert exported("calls") == exported("legs") == []
    world.talks_end()
    assert [row["sid"] for row in exported("calls")] == [call.sid]


def test_a_period_holds_its_beginning_and_not_its_end(
    world: World, caller: Caller, exported: Exported
) -> None:
    for hour in (19, 20, 21):
        world.is_now(at(hour))
        caller.presses("9").dials(NATIONAL)
    assert _arrivals(exported("calls", at(19), at(21))) == [at(19), at(20)]
    assert _arrivals(exported("calls", since=at(20, 1))) == [at(21)]
    assert _arrivals(exported("calls", until=at(19))) == []


def test_more_calls_than_are_in_memory_at_a_time_come_once_and_in_order(database: Database) -> None:
    _store_calls(database, 1_201)
    with reading(database.engine) as connection:
        sids = [row["sid"] for row in exported_calls(connection, WHENEVER)]
    assert sids == [f"CA{number:032x}" for number in range(1_201)]


def test_calls_stream_while_others_are_stored(database: Database) -> None:
    _store_calls(database, 600)
    with reading(database.engine) as connection:
        rows: Iterator[Any] = exported_calls(connection, WHENEVER)
        next(rows)
        _store_calls(database, 5, first=600)
        assert len(list(rows)) == 599


def _arrivals(rows: list[dict[str, Any]]) -> list[datetime]:
    return [row["arrived_at"] for row in rows]


def _store_calls(database: Database, number: int, first: int = 0) -> None:
    """In an order that is not the one of their arrival."""
    places = sorted(range(first, first + number), key=lambda place: place * 7919 % number)
    with database.engine.begin() as connection:
        connection.execute(sa.insert(Call), [_call(place) for place in places])
        connection.execute(sa.insert(PartnerCall), [_partner_call(place) for place in places])


def _call(place: int) -> dict[str, Any]:
    texts = dict.fromkeys(("dialled", "caller", "state", "language", "only_center"), "")
    moments = dict.fromkeys(("arrived_at", "last_callback_at", "ended_at"), _arrival(place))
    numbers = dict.fromkeys(("turn", "attempts", "directory_version", "wordings_version"), 0)
    flags = dict.fromkeys(("shows_number", "reaped"), False)
    sid, status, outcome = f"CA{place:032x}", "ended", "abandoned"
    row = {"sid": sid, "status": status, "outcome": outcome, "simulated": True}
    return {**texts, **moments, **numbers, **flags, **row}


def _partner_call(place: int) -> dict[str, Any]:
    """Nobody was rung."""
    return {
        **dict.fromkeys(("center", "partner"), NOBODY),
        **dict.fromkeys(("kind", "day", "caller"), ""),
        **dict.fromkeys(("answered", "promised", "kept"), False),
        "call": f"CA{place:032x}",
        "arrived_at": _arrival(place),
        "directory_version": 0,
        "outcome": "abandoned",
        "talk_seconds": 0,
        "is_primary": True,
        "simulated": True,
    }


def _arrival(place: int) -> datetime:
    return START + timedelta(seconds=place // 3)
