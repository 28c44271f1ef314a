"""Calls as they stand in our cdrs and in the carrier's, alike at first; and whatever may differ about one of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from callrouter.reconciliation.cdrs import CarrierCdrs, OurCall, OurLeg
from callrouter.reconciliation.compare import (
    MISSING_HERE,
    MISSING_THERE,
    NO_TALK_THERE,
    NOT_ENDED_HERE,
    NOT_ENDED_THERE,
    OTHER_COST,
    OTHER_END,
    OTHER_LENGTH,
    OTHER_LENGTH_OF_CALL,
    TALK_THERE,
    cost_differs,
    differences,
    has_the_talk,
)
from callrouter.reconciliation.model import CarrierCdr
from callrouter.reconciliation.our_cdrs import ANY_STATUS, NOT_PICKED_UP, PICKED_UP

Found = list[tuple[str, str]]
"""(sid, what)"""
DAY, NEXT_DAY = "2026-11-24", "2026-11-25"
TALK, RANG_OUT, BUSY, SCREENED, LEFT, OPEN = "talk", "rang out", "busy", "screened", "left", "open"
TOLD = {
    TALK: ANY_STATUS,
    RANG_OUT: frozenset({"no-answer", "canceled"}),
    BUSY: frozenset({"busy"}),
    SCREENED: PICKED_UP,
    LEFT: ANY_STATUS,
    OPEN: ANY_STATUS,
}
STATUS = {
    TALK: "completed",
    RANG_OUT: "no-answer",
    BUSY: "busy",
    SCREENED: "completed",
    LEFT: "canceled",
    OPEN: "ringing",
}


@dataclass
class Pair:
    """A call in both cdrs, and what was read of the carrier's the last time."""

    sid: str
    ours: OurCall | None
    theirs: dict[str, CarrierCdr]
    kept: dict[str, CarrierCdr] = field(default_factory=dict)

    def found(self) -> Found:
        """What differs, as the rules say."""
        cdrs = CarrierCdrs(self.theirs.values())
        costs = (one for sid, read in self.theirs.items() for one in cost_differs(self.kept.get(sid), read))
        return sorted((one.sid, one.what) for one in [*differences(self.sid, self.ours, cdrs), *costs])

    def is_confirmed(self) -> bool:
        return self.ours is not None and has_the_talk(self.ours, CarrierCdrs(self.theirs.values()))

    def legs(self, *, talked: bool | None = None) -> list[OurLeg]:
        """Legs of ours that both sides know by name."""
        legs = self.ours.legs if self.ours else ()
        return [leg for leg in legs if leg.sid in self.theirs and talked in (None, leg.talked)]


class Author:
    """Writes both cdrs, by a luck of its own."""

    def __init__(self, luck: Random) -> None:
        self.luck = luck

    def sid(self) -> str:
        return f"CA{self.luck.getrandbits(128):032x}"

    def pair(self) -> Pair:
        """One call on which both sides agree."""
        write = self.luck.choice(
            [self._answered, self._answered, self._returned, self._abandoned, self._going_on]
        )
        pair = write(self.sid())
        pair.kept = dict(pair.theirs)
        return pair

    def _answered(self, sid: str) -> Pair:
        misses = [self.luck.choice([RANG_OUT, BUSY, SCREENED]) for _ in range(self.luck.randrange(3))]
        return self._call(sid, [*misses, TALK], ended=True, connected=True)

    def _abandoned(self, sid: str) -> Pair:
        pair = self._call(sid, [RANG_OUT, LEFT], ended=True, connected=False)
        return self._nameless(pair) if self.luck.random() < 0.3 else pair

    def _going_on(self, sid: str) -> Pair:
        return self._call(sid, [BUSY, OPEN], ended=False, connected=False)

    def _returned(self, sid: str) -> Pair:
        """A promise that was kept the day after, mostly at the second try."""
        pair = self._call(sid, [RANG_OUT], ended=True, connected=True)
        assert pair.ours
        tries = [end for kept in (False, True) for end in self._try(pair, kept=kept)]
        pair.ours = replace(pair.ours, legs=(*pair.ours.legs, *tries))
        return pair

    def _try(self, pair: Pair, *, kept: bool) -> Iterator[OurLeg]:
        owner = self.sid()
        how = SCREENED if kept else RANG_OUT
        pair.theirs[owner] = self._theirs(owner, None, how, self.luck.randrange(5, 400))
        yield OurLeg(1 + kept, owner, None, NEXT_DAY, True, True, False, TOLD[how])
        if kept:
            yield self._leg(pair, 2, owner, TALK, returned=True)

    def _call(self, sid: str, legs: list[str], *, ended: bool, connected: bool) -> Pair:
        seconds = self.luck.randrange(700, 900) if ended else None
        pair = Pair(
            sid, None, {sid: self._theirs(sid, None, TALK if ended else OPEN, seconds or 0, "inbound")}
        )
        rung = tuple(self._leg(pair, number, sid, how) for number, how in enumerate(legs, 1))
        pair.ours = OurCall(sid, DAY, ended, connected, seconds, rung)
        return pair

    def _leg(self, pair: Pair, number: int, parent: str, how: str, *, returned: bool = False) -> OurLeg:
        sid, talk, asked = self.sid(), self.luck.randrange(1, 600), self.luck.randrange(12)
        pair.theirs[sid] = self._theirs(sid, parent, how, talk + asked)
        day, talked = NEXT_DAY if returned else DAY, how == TALK
        seconds = (talk, asked) if talked else (0, 0)
        return OurLeg(number, sid, parent, day, returned, how != OPEN, talked, TOLD[how], *seconds)

    def _theirs(
        self, sid: str, parent: str | None, how: str, seconds: int, direction: str = ""
    ) -> CarrierCdr:
        direction = direction or ("outbound-dial" if parent else "outbound-api")
        status = STATUS[how]
        answered = status == "completed"
        cost = self.luck.randrange(1, 900_000) if answered else None
        return CarrierCdr(sid, parent, DAY, direction, status, seconds if answered else None, cost, "USD")

    def _nameless(self, pair: Pair) -> Pair:
        """Of its last leg, nothing was ever told but that the caller had gone."""
        assert pair.ours
        legs = pair.ours.legs
        pair.ours = replace(pair.ours, legs=(*legs[:-1], replace(legs[-1], sid=None)))
        return pair


class Saboteur:
    """Makes something differ, where that is possible, and says what is to be found."""

    def __init__(self, author: Author) -> None:
        self._author, self._luck = author, author.luck
        self._deeds: list[Callable[[Pair], Found]] = [
            self.call_is_gone,
            self.call_is_added,
            self.leg_is_gone,
            self.leg_is_added,
            self.talk_was_none,
            self.silence_was_talk,
            self.leg_ended_otherwise,
            self.call_ended_otherwise,
            self.talk_lasted_otherwise,
            self.call_lasted_otherwise,
            self.end_is_not_there,
            self.end_is_not_here,
            self.leg_goes_on,
            self.cost_is_another,
        ]

    def changes(self, pair: Pair) -> tuple[str, Found]:
        """One thing about this call; the name of the deed, and what is to be found by it."""
        for deed in self._luck.sample(self._deeds, len(self._deeds)):
            expected = deed(pair)
            if expected:
                return deed.__name__, expected
        raise AssertionError("every call can differ in something")

    def call_is_gone(self, pair: Pair) -> Found:
        del pair.theirs[pair.sid]
        if self._luck.random() < 0.5:
            pair.theirs = {}
        return [(pair.sid, MISSING_THERE)]

    def call_is_added(self, pair: Pair) -> Found:
        pair.ours = None
        return [(pair.sid, MISSING_HERE)]

    def leg_is_gone(self, pair: Pair) -> Found:
        leg = self._one(pair.legs())
        if leg is None or leg.sid is None or pair.ours is None or self._has_nameless(pair):
            return []
        # What it has dialed has gone with it, or is there all the same.
        del pair.theirs[leg.sid]
        return [(leg.sid, MISSING_THERE)]

    def leg_is_added(self, pair: Pair) -> Found:
        if pair.ours is None or self._has_nameless(pair):
            return []
        sid, parent = self._author.sid(), self._luck.choice(sorted(pair.ours.parents))
        how = self._luck.choice([TALK, RANG_OUT, BUSY])
        pair.theirs[sid] = self._author._theirs(sid, parent, how, 30)
        return [(sid, MISSING_HERE)]

    def talk_was_none(self, pair: Pair) -> Found:
        leg = self._one(pair.legs(talked=True))
        return self._ends(pair, leg, self._luck.choice(sorted(NOT_PICKED_UP)), NO_TALK_THERE)

    def silence_was_talk(self, pair: Pair) -> Found:
        silent = [
            leg
            for leg in pair.legs(talked=False)
            if leg.expected_statuses and "completed" not in leg.expected_statuses
        ]
        return self._ends(pair, self._one(silent), "completed", TALK_THERE)

    def leg_ended_otherwise(self, pair: Pair) -> Found:
        leg = self._one([leg for leg in pair.legs(talked=False) if leg.expected_statuses])
        others = sorted(NOT_PICKED_UP - leg.expected_statuses) if leg else []
        return self._ends(pair, leg, self._luck.choice(others), OTHER_END) if others else []

    def call_ended_otherwise(self, pair: Pair) -> Found:
        if pair.ours is None or not pair.ours.connected:
            return []
        self._alter(pair, pair.sid, status=self._luck.choice(sorted(NOT_PICKED_UP)), seconds=None)
        return [(pair.sid, OTHER_END)]

    def talk_lasted_otherwise(self, pair: Pair) -> Found:
        leg = self._one(pair.legs(talked=True))
        if leg is None or leg.sid is None:
            return []
        here = leg.talk_seconds + leg.asked_seconds
        self._alter(pair, leg.sid, seconds=self._other_than(here, least=leg.asked_seconds))
        return [(leg.sid, OTHER_LENGTH)]

    def call_lasted_otherwise(self, pair: Pair) -> Found:
        if pair.ours is None or pair.ours.seconds is None:
            return []
        self._alter(pair, pair.sid, seconds=self._other_than(pair.ours.seconds))
        return [(pair.sid, OTHER_LENGTH_OF_CALL)]

    def end_is_not_there(self, pair: Pair) -> Found:
        if pair.ours is None or not pair.ours.ended:
            return []
        self._alter(pair, pair.sid, status="in-progress", seconds=None)
        return [(pair.sid, NOT_ENDED_THERE)]

    def end_is_not_here(self, pair: Pair) -> Found:
        if pair.ours is None or pair.ours.ended:
            return []
        self._alter(pair, pair.sid, status=self._luck.choice(["completed", "no-answer", "canceled"]))
        return [(pair.sid, NOT_ENDED_HERE)]

    def leg_goes_on(self, pair: Pair) -> Found:
        leg = self._one([leg for leg in pair.legs() if leg.ended])
        return self._ends(pair, leg, self._luck.choice(["ringing", "in-progress"]), NOT_ENDED_THERE)

    def cost_is_another(self, pair: Pair) -> Found:
        sid = self._luck.choice(sorted(pair.theirs))
        cost = pair.theirs[sid].cost_micros
        if cost is None:
            return []
        self._alter(pair, sid, cost_micros=cost + self._luck.choice([-1, 1, 8_500]))
        return [(sid, OTHER_COST)]

    def _ends(self, pair: Pair, leg: OurLeg | None, status: str, what: str) -> Found:
        if leg is None or leg.sid is None:
            return []
        seconds = pair.theirs[leg.sid].seconds or 20
        self._alter(pair, leg.sid, status=status, seconds=seconds if status == "completed" else None)
        return [(leg.sid, what)]

    def _alter(self, pair: Pair, sid: str, **changes: Any) -> None:
        pair.theirs[sid] = replace(pair.theirs[sid], **changes)

    def _other_than(self, seconds: int, least: int = 0) -> int:
        """Another length; a second more or less is one, too."""
        near = [other for other in (seconds - 1, seconds + 1, seconds + 400, seconds - 30) if other >= least]
        return self._luck.choice(near)

    def _one(self, legs: list[OurLeg]) -> OurLeg | None:
        return self._luck.choice(legs) if legs else None

    def _has_nameless(self, pair: Pair) -> bool:
        return any(leg.sid is None for leg in pair.ours.legs) if pair.ours else False
