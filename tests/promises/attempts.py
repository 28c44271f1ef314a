"""Attempts to keep promises, step by step: a return call begins and ends, without a carrier in between."""

from datetime import datetime
from functools import partial
from typing import Any

from callrouter.database import Session
from callrouter.promises.deadlines import CALLER_MISSED
from callrouter.promises.model import Promise, ReturnCall
from callrouter.promises.promise import find_return_call, lock_promise
from callrouter.promises.return_calls.claim import claim
from callrouter.promises.return_calls.return_call import close
from tests.scenarios.call import PlacedCall
from tests.scenarios.world import World


def begins(world: World, call: PlacedCall) -> ReturnCall | None:
    """Begin a return call for the promise of a call, as the external worker does before it asks the carrier."""
    sid, now = call.sid, world.clock.now()
    return world.database.transact(partial(claim, dependencies=world.dialer.dependencies, call=sid, now=now))


def ends(world: World, call: PlacedCall, number: int, outcome: str) -> None:
    """The return call ends so; where the caller was missed, the caller had been rung."""
    sid, dependencies, now = call.sid, world.dialer.dependencies, world.clock.now()

    def ended(session: Session) -> None:
        promise, return_call = lock_promise(session, sid), find_return_call(session, sid, number)
        assert promise
        promise.attempts += outcome in CALLER_MISSED
        close(session, dependencies, promise, return_call, outcome, now)

    world.database.transact(ended)


def is_attempted(world: World, call: PlacedCall, outcome: str) -> None:
    """Begun and ended so, at the next moment at which it may be."""
    waits(world, call)
    return_call = begins(world, call)
    assert return_call, call.promised["wait_reason"]
    ends(world, call, return_call.number, outcome)


def waits(world: World, call: PlacedCall) -> None:
    """Until its promise may be attempted."""
    until: datetime | None = call.promised["next_attempt_at"]
    if until and until > world.clock.now():
        world.is_now(until)


def stored(world: World, call: PlacedCall) -> Promise:
    """Its promise, as the domain has it."""
    sid = call.sid
    found = world.database.transact(lambda session: lock_promise(session, sid))
    assert found
    return found


def alerts(world: World, call: PlacedCall) -> list[Any]:
    """What people were told of a call."""
    world.settles()
    return [row["what"] for row in world.rows("alert", call=call.sid)]
