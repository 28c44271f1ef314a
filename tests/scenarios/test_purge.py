"""Numbers go when their days are over, unless a promise still needs them; no amount and no proof changes by it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from callrouter.privacy.acts import NOTHING, Actor, Destroyed
from callrouter.privacy.numbers import unseal_number
from callrouter.privacy.retention import Retention
from callrouter.privacy.vault import CALLER
from tests.messages.voicemail import Voicemail
from tests.scenarios.call import PlacedCall
from tests.scenarios.people import Caller, Center
from tests.scenarios.places import HARBOR_PAGE, NATIONAL, SUNRISE_PAGE
from tests.scenarios.purging import SHORT, money, proofs_hold, purger, purges
from tests.scenarios.test_reconcile_interrupted import Dying, Killed
from tests.scenarios.world import START, World

DAY = START.date()


def number_of(world: World, call: PlacedCall) -> str | None:
    world.catch_up()
    return world.database.transact(lambda session: unseal_number(session, world.vault, call.sid, CALLER))


def key_days(world: World, purpose: str = "number") -> list[date]:
    return [row["period"] for row in world.rows("data_key", purpose=purpose)]


def a_day(world: World) -> list[PlacedCall]:
    """Calls that were answered, and repeated, on one day."""
    calls = []
    for number in (1, 2, 3, 1):
        calls.append(
            world.caller(f"+131055501{number:02d}").dials((NATIONAL, SUNRISE_PAGE, HARBOR_PAGE)[number - 1])
        )
        for key in ("sunrise-la", "harbor-sd"):
            world.center(key).accepts()
    world.settles()
    return calls


def test_numbers_go_with_the_keys_of_their_days_and_not_a_day_before(world: World) -> None:
    [call, *_] = a_day(world)
    assert number_of(world, call) == "+13105550101"
    world.is_now(datetime(2026, 6, 2, 23, 59, tzinfo=UTC))
    kept = Retention(number_days=90)
    assert purges(world, kept).numbers == 0
    assert number_of(world, call) == "+13105550101"
    world.is_now(datetime(2026, 6, 3, tzinfo=UTC))
    assert purges(world, kept) == Destroyed(numbers=4, keys=1)
    assert (world.rows("sealed_number"), number_of(world, call)) == ([], None)
    assert DAY not in key_days(world)


def test_again_it_destroys_nothing(world: World) -> None:
    a_day(world)
    world.passes(days=3)
    assert purges(world) != NOTHING
    acts = world.rows("privacy_act")
    assert purges(world) == NOTHING
    assert [row["act"] for row in world.rows("privacy_act")[len(acts) :]] == ["purge completed"]


def test_no_amount_no_figure_and_no_proof_changes(world: World) -> None:
    a_day(world)
    before = money(world)
    assert proofs_hold(world)
    world.passes(days=500)
    destroyed = purges(world)
    assert destroyed.numbers == 4
    assert destroyed.salts == 4
    assert money(world) == before
    assert {row["caller_salt"] for row in world.rows("connection_record")} == {None}
    assert proofs_hold(world)


def test_a_promise_that_is_open_holds_its_number_back_and_is_kept(
    world: World, caller: Caller, sunrise: Center
) -> None:
    others = a_day(world)
    promised = caller.presses("", "1").dials(NATIONAL)
    world.passes(days=2)
    assert promised.promised["state"] == "open"
    assert purges(world).numbers == len(others)
    assert number_of(world, promised) == caller.number
    assert all(number_of(world, call) is None for call in others)
    assert DAY in key_days(world)
    [held] = world.database.transact(lambda session: purger(world).held_back(session, world.clock.now()))
    assert (held.purpose, held.day, held.reason, held.count) == ("number", DAY, "open promises", 1)
    assert world.rows("privacy_act")[-1]["held_back"] == 1
    sunrise.accepts()
    caller.takes_the_return_call()
    world.rings_owners()
    assert promised.promised["state"] == "kept"
    assert purges(world) == Destroyed(numbers=1, keys=1)
    assert number_of(world, promised) is None
    assert world.rows("privacy_act")[-1]["held_back"] == 0


def test_a_return_call_in_progress_holds_its_number_back(
    world: World, caller: Caller, sunrise: Center
) -> None:
    promised = caller.presses("", "1").dials(NATIONAL)
    world.passes(days=2)
    seen: list[Destroyed] = []
    world.network.on("owner-key", lambda: seen.append(purges(world)))
    sunrise.accepts()
    caller.takes_the_return_call()
    world.rings_owners()
    assert seen == [NOTHING]
    assert promised.promised["state"] == "kept"


def test_a_call_that_lasts_holds_its_number_back(world: World, caller: Caller, sunrise: Center) -> None:
    sunrise.accepts()
    call = world.goes_on(caller.dials(NATIONAL))
    world.clock.advance(timedelta(days=2).total_seconds())
    assert purges(world).numbers == 0
    world.talks_end()
    assert purges(world).numbers == 1
    assert number_of(world, call) is None


def test_a_message_goes_with_its_key_and_holds_the_number_back_until_then(world: World) -> None:
    voicemail = Voicemail(world)
    call = voicemail.leaves()
    voicemail.works()
    assert voicemail.plays(call)
    world.passes(days=2)
    kept = Retention(number_days=1, message_days=1)
    destroyed = purges(world, kept)
    assert (destroyed.messages, destroyed.numbers) == (1, 1)
    assert DAY not in key_days(world, "message")
    assert [row["sealed"] for row in world.rows("recording")] == [None]
    assert purges(world, kept) == NOTHING


def test_what_the_next_purge_takes_is_known_before(world: World) -> None:
    a_day(world)
    Voicemail(world).leaves()
    world.passes(days=60)
    due = world.database.transact(lambda session: purger(world).due(session, world.clock.now()))
    assert due == purges(world)


@pytest.mark.parametrize("committed", [False, True])
def test_whenever_it_is_killed_it_goes_on_where_it_was(
    world: World, monkeypatch: pytest.MonkeyPatch, *, committed: bool
) -> None:
    monkeypatch.setattr("callrouter.privacy.purge.ROWS_AT_ONCE", 1)
    a_day(world)
    world.passes(days=90)
    due = world.database.transact(lambda session: purger(world).due(session, world.clock.now()))
    before, kills = money(world), 0
    for _ in range(100):
        dying = Dying(world.database, 2, committed=committed)
        try:
            purges(world, SHORT, dying)
            break
        except Killed:
            kills += 1
        if not committed:
            # It dies again and again before its first commit: let it come one step further.
            purges_one(world)
    assert kills >= 8
    acts = [row for row in world.rows("privacy_act") if row["act"] == "purge"]
    assert {name: sum(row[name] for row in acts) for name in ("numbers", "keys", "salts")} == {
        "numbers": due.numbers,
        "keys": due.keys,
        "salts": due.salts,
    }
    assert money(world) == before
    assert proofs_hold(world)


def purges_one(world: World) -> None:
    """One transaction of a purge."""
    next(purger(world).purge(Actor(world.clock.now())), None)
