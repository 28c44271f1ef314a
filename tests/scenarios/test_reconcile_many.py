"""Some hundred calls, through the database and the carrier's REST API: whatever differs is found, and nothing else."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random

from simulator.records import SimulatedCdr
from tests.scenarios.call import PlacedCall
from tests.scenarios.people import Center
from tests.scenarios.places import NATIONAL
from tests.scenarios.test_reconcile import leg_of
from tests.scenarios.world import START, World

DAY = START.date()
CALLS, ALTERED, DEARER = 240, 180, 40
DENIED = {"missing there", "no talk there", "other end", "not ended there"}

Found = set[tuple[str, str]]
"""(sid, what)"""


class Disorder:
    """Makes the carrier's records differ from ours about a call that was answered; what is to be found by that."""

    def __init__(self, world: World, luck: Random) -> None:
        self._world, self._luck = world, luck
        self._cdrs = world.carrier.records.calls
        self.deeds: list[Callable[[PlacedCall], Found]] = [
            self.call_is_gone,
            self.leg_is_gone,
            self.call_is_added,
            self.leg_is_added,
            self.talk_lasted_otherwise,
            self.call_lasted_otherwise,
            self.talk_was_none,
            self.call_was_never_answered,
            self.call_goes_on,
        ]

    def call_is_gone(self, call: PlacedCall) -> Found:
        del self._cdrs[call.sid]
        return {(call.sid, "missing there")}

    def leg_is_gone(self, call: PlacedCall) -> Found:
        leg = leg_of(self._world, call)
        del self._cdrs[leg.sid]
        return {(leg.sid, "missing there")}

    def call_is_added(self, call: PlacedCall) -> Found:
        return self._added(replace(self._cdrs[call.sid], sid=self._sid()))

    def leg_is_added(self, call: PlacedCall) -> Found:
        return self._added(replace(leg_of(self._world, call), sid=self._sid(), status="busy", seconds=None))

    def talk_lasted_otherwise(self, call: PlacedCall) -> Found:
        return self._longer(leg_of(self._world, call), "other length of talk")

    def call_lasted_otherwise(self, call: PlacedCall) -> Found:
        return self._longer(self._cdrs[call.sid], "other length of call")

    def talk_was_none(self, call: PlacedCall) -> Found:
        leg = leg_of(self._world, call)
        leg.end(self._luck.choice(["busy", "failed", "no-answer"]), self._world.clock.now(), None)
        return {(leg.sid, "no talk there")}

    def call_was_never_answered(self, call: PlacedCall) -> Found:
        self._cdrs[call.sid].end("no-answer", self._world.clock.now(), None)
        return {(call.sid, "other end")}

    def call_goes_on(self, call: PlacedCall) -> Found:
        self._cdrs[call.sid].status = "in-progress"
        return {(call.sid, "not ended there")}

    def is_dearer(self, call: PlacedCall) -> Found:
        booked = self._luck.choice([self._cdrs[call.sid], leg_of(self._world, call)])
        booked.price = "0.123456"
        return {(booked.sid, "other cost")}

    def _longer(self, booked: SimulatedCdr, what: str) -> Found:
        booked.seconds = (booked.seconds or 0) + self._luck.choice([-2, 1, 400])
        return {(booked.sid, what)}

    def _added(self, booked: SimulatedCdr) -> Found:
        self._cdrs[booked.sid] = booked
        return {(booked.sid, "missing here")}

    def _sid(self) -> str:
        return f"CA{self._luck.getrandbits(128):032x}"


def answered_calls(world: World, sunrise: Center) -> list[PlacedCall]:
    calls = []
    for number in range(CALLS):
        calls.append(world.caller(f"+1310555{number:04d}").dials(NATIONAL))
        sunrise.accepts(60 + number)
    world.passes(minutes=1)
    return calls


def test_every_difference_of_many_is_found_and_nothing_else(world: World, sunrise: Center) -> None:
    calls = answered_calls(world, sunrise)
    luck = Random(5)
    disorder, expected = Disorder(world, luck), Found()
    luck.shuffle(calls)
    for place, call in enumerate(calls[:ALTERED]):
        expected |= disorder.deeds[place % len(disorder.deeds)](call)
    assert found(world) == expected
    denied = {row["call"] for row in world.rows("carrier_difference") if row["what"] in DENIED}
    confirmed = {row["call"] for row in world.rows("confirmation")}
    assert confirmed == {call.sid for call in calls} - denied
    for call in calls[-DEARER:]:
        expected |= disorder.is_dearer(call)
    assert found(world) == expected
    assert found(world) == expected
    assert {row["call"] for row in world.rows("confirmation")} == confirmed


def found(world: World) -> Found:
    """On the two days over which the calls go."""
    rows = [row for day in (DAY, DAY + timedelta(days=1)) for row in world.compares(day)]
    return {(row["sid"], row["what"]) for row in rows}
