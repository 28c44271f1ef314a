"""Keeping the promises of a world step by step: a try is begun, and ends, without a carrier in between."""

from datetime import datetime
from functools import partial
from typing import Any

from callrouter.database import Session
from callrouter.promises import promise as promises
from callrouter.promises.claim import claim
from callrouter.promises.follow import close
from callrouter.promises.promise import RETURN_CALL, Promise, ReturnCall
from callrouter.promises.schedule import CALLER_MISSED
from tests.scenarios.call import PlacedCall
from tests.scenarios.world import World


def begins(world: World, call: PlacedCall) -> ReturnCall | None:
    """Begin a try to keep the promise of a call, as the external worker does before they ask the carrier."""
    sid, now = call.sid, world.clock.now()
    return world.database.transact(partial(claim, desk=world.office.desk, call=sid, now=now))


def ends(world: World, call: PlacedCall, number: int, outcome: str) -> None:
    """The try ends so; where the caller was missed, the caller had been rung."""
    sid, desk, now = call.sid, world.office.desk, world.clock.now()

    def ended(session: Session) -> None:
        promise, [row] = promises.locked(session, sid), session.ask(RETURN_CALL, call=sid, number=number)
        assert promise
        promise.attempts += outcome in CALLER_MISSED
        close(session, desk, promise, ReturnCall(*row), outcome, now)

    world.database.transact(ended)


def is_tried(world: World, call: PlacedCall, outcome: str) -> None:
    """Begun and ended so, at the next moment at which it may be."""
    waits(world, call)
    tried = begins(world, call)
    assert tried, call.promised["waits_for"]
    ends(world, call, tried.number, outcome)


def waits(world: World, call: PlacedCall) -> None:
    """Until its promise may be tried."""
    until: datetime | None = call.promised["next_try_at"]
    if until and until > world.clock.now():
        world.is_now(until)


def stored(world: World, call: PlacedCall) -> Promise:
    """Its promise, as the domain has it."""
    sid = call.sid
    found = world.database.transact(lambda session: promises.locked(session, sid))
    assert found
    return found


def alerts(world: World, call: PlacedCall) -> list[Any]:
    """What people were told of a call."""
    world.settles()
    return [row["what"] for row in world.rows("alert", call=call.sid)]
