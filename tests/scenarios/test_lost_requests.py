"""Each request of each kind of call is lost in its turn: what happened is known in the end, and charged once.

The carrier asks the fallback where it cannot reach us for a document, and where it is configured; of a status callback
that is lost it says nothing more. By the next day the workers, the reaper and the carrier's records have put right
whatever can be. A caller for whom the call was the same has the same call stored; for the others the promises hold.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest

from callrouter.promises.return_calls.lookup import look_up_unclear
from simulator.events import LegBridged, LegEnded, MessageRecorded
from tests.scenarios.call import PlacedCall
from tests.scenarios.places import HARBOR_PAGE, NATIONAL, SUNRISE_PAGE
from tests.scenarios.promises import broken_promises
from tests.scenarios.world import START, World
from tests.servers.databases import Databases

DAY = START.date()
NOT_REACHED = {11200, 11205}
NOT_COMPARED = {"wait_seconds", "cost_micros", "cost_currency"}
"""A whisper that cannot be had ends at once: the wait is another, and so is the price of the leg."""
Plays = Callable[[World], PlacedCall]
Stands = dict[str, Any]


def _answered(dialled: str, *keys: str, hangs_up: Any = "center", first: Any = None) -> Plays:
    """The first center does something, the second takes the call; of a listing the one it belongs to does."""

    def plays(world: World) -> PlacedCall:
        call = world.caller().presses(*keys).dials(dialled)
        sunrise, harbor = world.center("sunrise-la"), world.center("harbor-sd")
        sunrise.accepts(90, hangs_up) if first is None else first(sunrise)
        harbor.accepts(62, hangs_up)
        return call

    return plays


def _pressing(dialled: str, *keys: str) -> Plays:
    """Nobody takes the call."""
    return lambda world: world.caller().presses(*keys).says(20).dials(dialled)


def _is_silent(center: Any) -> None:
    center.does_not_answer()


def _is_left(center: Any) -> None:
    center.rings_until_the_caller_leaves()


def _has_a_voicemail(center: Any) -> None:
    center.has_its_voicemail_pick_up()


def _returned(world: World) -> PlacedCall:
    caller = world.caller()
    call = caller.presses("", "1").dials(NATIONAL)
    world.catch_up()
    world.center("sunrise-la").accepts(90)
    caller.takes_the_return_call(90)
    world.rings_owners()
    return call


KINDS: dict[str, Plays] = {
    "answered by the first, who screens": _answered(NATIONAL),
    "answered by the first, and the caller hangs up": _answered(NATIONAL, hangs_up="caller"),
    "answered by the second, who does not screen": _answered(NATIONAL, first=_is_silent),
    "answered by the second, and the caller hangs up": _answered(
        NATIONAL, hangs_up="caller", first=_is_silent
    ),
    "answered after a voicemail": _answered(NATIONAL, first=_has_a_voicemail),
    "listing, answered": _answered(SUNRISE_PAGE),
    "listing, answered without screening": _answered(HARBOR_PAGE, hangs_up="caller"),
    "listing, not answered, then promised": _pressing(SUNRISE_PAGE, "2"),
    "listing, then the helpline by key 3": _answered(SUNRISE_PAGE, "3", first=_is_silent),
    "a message left": _pressing(NATIONAL, "", "2"),
    "promised": _pressing(NATIONAL, "", "1"),
    "key 9": _pressing(NATIONAL, "9"),
    "the caller leaves while it rings": _answered(NATIONAL, first=_is_left),
    "returned": _returned,
}
HOW = ("the fallback is asked", "no fallback is asked", "only the answer is lost")


@contextmanager
def played(
    databases: Databases, kind: str, how: str = "", lost: int = 0
) -> Iterator[tuple[World, PlacedCall]]:
    """A world in which this call was placed, by the next day."""
    with databases.fresh() as url:
        world = World(url)
        world.network.cut = {"fallback"} if how == "no fallback is asked" else set()
        world.network.loses_request(lost, answer_alone=how == "only the answer is lost")
        call = KINDS[kind](world)
        world.catch_up()
        if how == "the fallback is asked":
            _asks_although_the_caller_has_gone(world, call)
        yield world, _a_day_passes(world, call)
        world.closes()


def _asks_although_the_caller_has_gone(world: World, call: PlacedCall) -> None:
    lost = world.network.lost
    if lost and "/dialled/" in lost.url and dict(lost.fields)["CallStatus"] == "completed":
        world.asks_fallback(call, lost, "completed")


def _a_day_passes(world: World, call: PlacedCall) -> PlacedCall:
    world.settles()
    world.passes(minutes=6)
    look_up_unclear(world.dialer)
    world.reaps()
    world.passes(hours=5)
    world.reaps()
    world.compares(DAY)
    return call


def experience(world: World, call: PlacedCall) -> Any:
    """With whom the caller was connected and for how long; or what was heard and recorded, where with nobody."""
    stories = [call.story, *world.returned]
    legs = [leg for story in stories for leg in story.each(LegEnded)]
    talks = [(leg.number, leg.seconds) for leg in legs if leg.bridged]
    return talks or (call.story.heard, call.story.each(MessageRecorded))


def stands(world: World, call: PlacedCall) -> Stands:
    """What is known of the call in the end, as partners, staff and reports see it."""
    [counted] = world.rows("partner_call", call=call.sid, is_primary=True)
    return {
        "outcome": (call.outcome, call.stored["answered_by"]),
        "legs": [
            (leg["center"], leg["sid"], leg["outcome"], leg["talk_seconds"]) for leg in call.stored_legs
        ],
        "charges": call.charges,
        "confirmed": [row["call"] for row in world.rows("confirmation")],
        "record": {name: value for name, value in call.record.items() if name != "ended_at"},
        "counted": {name: value for name, value in counted.items() if name not in NOT_COMPARED},
        "wait": _beyond_what_it_took(call, counted["wait_seconds"]),
        "decisions": [(row["center"], row["given_back"], row["undone_after"]) for row in call.decisions],
        "promise": call.promise and (call.promise["owner"], call.promise["state"]),
        "returns": [(row["outcome"], row["talk_seconds"]) for row in world.rows("return_call")],
        "message": call.message and call.message["recording"],
        "named": {row["center"] for row in call.disclosures} - {None},
    }


def _beyond_what_it_took(call: PlacedCall, wait_seconds: int | None) -> float | None:
    """What we took the wait for the center to be, without what it was."""
    talks = [
        at for turn in call.story.turns for at, happening in turn.events if isinstance(happening, LegBridged)
    ]
    return None if wait_seconds is None else wait_seconds - talks[0]


@dataclass(frozen=True)
class Undisturbed:
    """What comes of a call of which nothing is lost, and how many requests it has."""

    stands: Stands
    experience: Any
    requests: int


@pytest.fixture(scope="module")
def undisturbed(databases: Databases) -> Callable[[str], Undisturbed]:
    """By the kind of call; each is played once."""

    @cache
    def played_once(kind: str) -> Undisturbed:
        with played(databases, kind) as (world, call):
            return Undisturbed(stands(world, call), experience(world, call), world.network.asked)

    return played_once


def _compared(databases: Databases, kind: str, how: str, expected: Undisturbed) -> None:
    for lost in range(1, expected.requests + 1):
        with played(databases, kind, how, lost) as (world, call):
            which = f"request {lost}: {world.network.lost}"
            assert {error.code for error in call.story.errors} <= NOT_REACHED
            if experience(world, call) == expected.experience:
                assert stands(world, call) == expected.stands, which
            assert broken_promises(world) == [], which


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("kind", KINDS)
def test_whichever_request_is_lost_the_call_comes_to_the_same(
    databases: Databases, undisturbed: Callable[[str], Undisturbed], kind: str, how: str
) -> None:
    _compared(databases, kind, how, undisturbed(kind))
