"""What a process remembers is never used past the moment until which it holds, nor under another directory."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from callrouter.database import Database, Session
from callrouter.directory.directory import Directory
from callrouter.routing import memory as routing_memory
from callrouter.routing.eligibility import LONGEST_LINEUP, OUTSIDE_HOURS, Lineup
from callrouter.routing.memory import RoutingMemory
from tests.directories import a_directory, center, helpline
from tests.routing.deciding import NOON, Deciding

A_MOMENT = timedelta(microseconds=1)
BY_DAY = a_directory(
    helpline("a-x"), center("a-x", hours="Mo-Fr 08:00-20:00", timezone="America/New_York"), version=1
)


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("America/New_York"))


def lineup(
    memory: RoutingMemory,
    at: datetime,
    directory: Directory = BY_DAY,
    state: str = "CA",
    *,
    for_promise: bool = False,
) -> Lineup:
    return memory.lineup(directory, directory.helplines["national"], state, at, for_promise=for_promise)


def test_a_lineup_is_worked_out_once_while_it_holds() -> None:
    memory = RoutingMemory()
    assert lineup(memory, NOON) is lineup(memory, wall("2026-11-24 19:59"))


@pytest.mark.parametrize("first", ["2026-11-24 08:00", "2026-11-24 12:00", "2026-11-24 19:59:59.999999"])
def test_a_lineup_is_not_used_at_the_moment_it_ends(first: str) -> None:
    memory = RoutingMemory()
    assert lineup(memory, wall(first)).skipped == {}
    assert lineup(memory, wall("2026-11-24 20:00") - A_MOMENT).skipped == {}
    assert lineup(memory, wall("2026-11-24 20:00")).skipped == {"a-x": OUTSIDE_HOURS}
    assert lineup(memory, wall("2026-11-25 08:00") - A_MOMENT).skipped == {"a-x": OUTSIDE_HOURS}
    assert lineup(memory, wall("2026-11-25 08:00")).skipped == {}


def test_a_lineup_is_not_used_before_it_began() -> None:
    memory = RoutingMemory()
    assert lineup(memory, wall("2026-11-24 08:00")).skipped == {}
    assert lineup(memory, wall("2026-11-24 08:00") - A_MOMENT).skipped == {"a-x": OUTSIDE_HOURS}


def test_no_lineup_holds_longer_than_a_day() -> None:
    memory, always = RoutingMemory(), a_directory(helpline("a-x"))
    first = lineup(memory, NOON, always)
    assert lineup(memory, NOON + LONGEST_LINEUP - A_MOMENT, always) is first
    assert lineup(memory, NOON + LONGEST_LINEUP, always) is not first


def test_states_promises_and_versions_have_lineups_of_their_own() -> None:
    memory = RoutingMemory()
    night = wall("2026-11-24 23:00")
    assert lineup(memory, night).skipped == {"a-x": OUTSIDE_HOURS}
    assert lineup(memory, night, for_promise=True).skipped == {}
    assert lineup(memory, night, replace(a_directory(helpline("a-x")), version=2)).skipped == {}
    assert lineup(memory, night, state="NY") is not lineup(memory, night)


def test_hours_that_end_while_a_process_runs_end_for_its_decisions(database: Database) -> None:
    deciding = Deciding(database, BY_DAY)
    closes = wall("2026-11-24 20:00")
    assert [deciding.rings("CA1", closes - A_MOMENT), deciding.rings("CA2", closes)] == ["a-x", None]
    assert deciding.rings("CA3", closes - A_MOMENT) == "a-x"
    assert deciding.replayed().agrees


def test_a_memory_that_is_full_forgets_and_goes_on(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routing_memory, "MOST_LINEUPS", 2)
    deciding = Deciding(database, a_directory(helpline("a-x", "b-x")))
    rung = [
        deciding.rings(f"CA{number}", state=state)
        for number, state in enumerate(("CA", "NV", "NY", "TX", "CA"))
    ]
    assert rung == ["a-x", "b-x", "a-x", "b-x", "a-x"]
    deciding.gives_back("CA0", exactly=True)
    assert deciding.replayed().agrees


def test_a_lineup_that_a_failed_transaction_stored_is_stored_again(database: Database) -> None:
    memory = RoutingMemory()
    deciding = Deciding(database, BY_DAY)
    found = lineup(memory, NOON)

    def fails(session: Session) -> None:
        for _ in range(3):
            memory.store(session, found)
        raise LookupError

    with pytest.raises(LookupError):
        database.transact(fails)
    database.transact(lambda session: memory.store(session, found))
    assert deciding.asks("SELECT digest FROM lineup") == [(found.digest,)]
