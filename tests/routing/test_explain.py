"""What is explained is what a call then meets, and explaining changes nothing."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from callrouter.database import Database
from callrouter.directory.attempts import unanswered_attempt
from callrouter.directory.directory import Directory, Seat
from callrouter.reports.reading import reading
from callrouter.routing.eligibility import OTHER_LANGUAGE
from callrouter.routing.explain import ExplainedCall, SeatStatus, explain, why_listing_is_not_rung
from callrouter.routing.lines import take_line
from tests.directories import SILENT, a_directory, center, helpline, listing, partner
from tests.routing.deciding import NOON, Deciding

CENTERS = ("ash-home", "birch-home", "cedar-home", "dogwood-home", "elm-home", "fir-home", "hazel-home")


def explained(deciding: Deciding, state: str = "CA") -> list[SeatStatus]:
    with reading(deciding.database.engine) as connection:
        session = connection
        return explain(
            session,
            deciding.directory,
            deciding.directory.helplines[deciding.helpline],
            ExplainedCall(state, NOON),
            SILENT,
        )


def standings(deciding: Deciding, state: str = "CA") -> dict[str, str]:
    return {seat.seat.center: seat.status for seat in explained(deciding, state)}


def of(*seats: Seat | str, **changes: Any) -> Directory:
    return a_directory(helpline(*seats, **changes), *(center(key, max_concurrent=2) for key in CENTERS[:3]))


def test_a_helpline_that_nobody_has_called_can_be_explained(database: Database) -> None:
    deciding = Deciding(
        database, of(Seat("ash-home", weight=2), "birch-home", "cedar-home", max_wait_seconds=60)
    )
    assert [(seat.seat.center, seat.turn, seat.status) for seat in explained(deciding)] == [
        ("ash-home", 1, "would be rung"),
        ("birch-home", 2, "next"),
        ("cedar-home", None, "its turn is on a later call"),
    ]


def test_a_credit_is_what_the_seat_is_owed_in_calls(database: Database) -> None:
    deciding = Deciding(database, of(Seat("ash-home", weight=2), "birch-home", "cedar-home"))
    assert deciding.rings("CA1") == "ash-home"
    credits = {seat.seat.center: seat.credit for seat in explained(deciding)}
    assert credits == {"ash-home": -0.5, "birch-home": 0.25, "cedar-home": 0.25}


def test_a_higher_tier_waits_for_the_lower(database: Database) -> None:
    deciding = Deciding(database, of("ash-home", Seat("birch-home", tier=2), max_wait_seconds=40))
    assert standings(deciding)["birch-home"] == "only when nobody of a lower tier can be rung"


def test_each_reason_is_told(database: Database) -> None:
    seats = (
        Seat("ash-home", states=("NY",)),
        Seat("birch-home", daily_cap=1),
        "cedar-home",
        "dogwood-home",
        "elm-home",
        "fir-home",
    )
    deciding = Deciding(
        database,
        a_directory(
            helpline(*seats),
            center("cedar-home", max_concurrent=1),
            center("elm-home", languages=("es",)),
            partner("fir", status="suspended"),
        ),
    )
    assert {deciding.rings(f"CA{number}") for number in range(3)} >= {"birch-home", "cedar-home"}
    deciding.pauses("dogwood-home")
    assert standings(deciding) == {
        "ash-home": "state not served",
        "birch-home": "daily cap reached",
        "cedar-home": "all lines busy",
        "dogwood-home": "paused after missed calls",
        "elm-home": "would be rung",
        "fir-home": "suspended",
    }


def test_caps_that_were_taken_out_hinder_nobody(database: Database) -> None:
    deciding = Deciding(database, of(Seat("ash-home", daily_cap=1)))
    assert deciding.rings("CA1") == "ash-home"
    assert standings(deciding) == {"ash-home": "daily cap reached"}
    deciding.put_in_force(of("ash-home"))
    assert standings(deciding) == {"ash-home": "would be rung"}


def test_explaining_changes_nothing(database: Database) -> None:
    deciding = Deciding(database, of("ash-home", "birch-home", "cedar-home"))
    deciding.rings("CA1")
    before = deciding.rotation()
    assert explained(deciding) == explained(deciding)
    assert deciding.rotation() == before


def test_a_listing_is_rung_unless_its_lines_are_busy_or_its_partner_may_not(database: Database) -> None:
    entries = (listing("ash-page", "ash-home"), center("ash-home", max_concurrent=1, hours="off"))
    deciding = Deciding(database, a_directory(*entries, helpline("ash-home")))
    assert why_not(deciding) is None
    ash = deciding.directory.centers["ash-home"]
    database.transact(lambda session: take_line(session, ash))
    assert why_not(deciding) == "all lines busy"
    deciding.put_in_force(replace(deciding.directory, partners={"ash": partner("ash", status="ended")}))
    assert why_not(deciding) == "partner not verified"


def why_not(deciding: Deciding) -> str | None:
    with reading(deciding.database.engine) as connection:
        ash_page = deciding.directory.listings["ash-page"]
        return why_listing_is_not_rung(connection, deciding.directory, ash_page, NOON)


@pytest.mark.parametrize("seed", range(4))
def test_a_call_meets_what_was_explained(database: Database, seed: int) -> None:
    random = Random(seed)
    deciding = Deciding(database, some_directory(random))
    for number in range(25):
        state = random.choice(("CA", "NY", ""))
        foretold = explained(deciding, state)
        skipped = deciding.skips(f"CA{number}", state=state)
        rung = list(one_after_another(deciding, f"CA{number}", state))
        assert rung == [seat.seat.center for seat in foretold if seat.turn]
        assert reasons_in(foretold) == {key: why for key, why in skipped.items() if why != OTHER_LANGUAGE}
        if random.random() < 0.1:
            deciding.pauses(random.choice(CENTERS), NOON - timedelta(minutes=random.choice((1, 90))))


def one_after_another(deciding: Deciding, call: str, state: str) -> Iterator[str]:
    """Whom a call rings when nobody answers, its first decision being taken already."""
    line = deciding.directory.helplines[deciding.helpline]
    rows = deciding.asks("SELECT center FROM decision WHERE call = :call", call=call)
    rung, left, attempt = rows[0][0], line.max_wait_seconds, 1
    tried: set[str] = set()
    while rung:
        yield rung
        deciding.gives_back(call, attempt, exactly=False)
        deciding.leaves(rung)
        tried.add(rung)
        attempt, left = attempt + 1, left - unanswered_attempt(deciding.directory.centers[rung])
        known: dict[str, Any] = {
            "attempt": attempt,
            "tried": frozenset(tried),
            "seconds_left": left,
            "state": state,
        }
        rung = deciding.rings(call, **known)


def reasons_in(foretold: list[SeatStatus]) -> dict[str, str]:
    return {seat.seat.center: seat.status for seat in foretold if not seat.may_be_rung}


def some_directory(random: Random) -> Directory:
    seats = [
        Seat(
            key,
            weight=random.randint(1, 4),
            tier=random.choice((1, 1, 2)),
            states=random.choice(((), (), ("CA",), ("NY", "CA"))),
            daily_cap=random.choice((None, None, 2)),
        )
        for key in CENTERS
    ]
    centers = [
        center(
            key,
            languages=random.choice((("en",), ("en", "es"), ("es",))),
            ring_seconds=random.choice((10, 20)),
            screening=random.choice(("none", "press-1")),
            hours=random.choice(("24/7", "24/7", "off")),
            max_concurrent=random.choice((None, 1, 2)),
        )
        for key in CENTERS
    ]
    partners = [
        partner(key.split("-")[0], status=random.choice(("verified",) * 4 + ("suspended",)))
        for key in CENTERS
    ]
    return a_directory(helpline(*seats), *centers, *partners)
