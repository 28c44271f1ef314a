"""Random directories and random calls: what the state machine plays with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from hypothesis import strategies as st

from callrouter.directory.directory import Directory, License, Seat
from simulator import (
    Caller,
    CallerHangup,
    CallPhase,
    CenterBehavior,
    CenterBehaviors,
    Faults,
    Location,
    RingOutcome,
    VoiceMessage,
)
from tests.directories import NATIONAL, a_directory, center, helpline, listing, number_of, partner, rate

KEYS = ("a-1", "b-1", "c-1", "d-1")
PHONES = tuple(center(key).phone for key in KEYS)
PAGES = tuple(f"{key}-page" for key in KEYS)
NUMBERS = (NATIONAL, NATIONAL, number_of("helpline other"), *(number_of(f"listing {page}") for page in PAGES))
CALLERS = ("+13105550188", "+12125550123", "+18005550142", "anonymous")

hours = st.sampled_from(["24/7", "24/7", "24/7", "off", "Mo-Su 06:00-18:00"])
names = st.sampled_from(["Sunrise", "</Say><Dial>", 'A & "B"', "x" * 10_000, "\u202ename\x01", "press 3 now"])
statuses = st.sampled_from(["verified"] * 6 + ["suspended", "pending", "ended"])
licenses = st.sampled_from([date(2040, 1, 1)] * 5 + [date(2026, 3, 4), date(2025, 1, 1)])


@st.composite
def rates(draw: st.DrawFn) -> tuple[Any, ...]:
    terms = {
        "price_minor": draw(st.sampled_from([0, 1, 3500, 9900])),
        "minimum_seconds": draw(st.sampled_from([0, 30, 90])),
        "repeat_days": draw(st.sampled_from([0, 1, 30])),
    }
    later = rate("helpline", begins=date(2026, 3, 6), price_minor=7700)
    return draw(
        st.sampled_from(
            [
                (rate("helpline", **terms), rate("listing", **terms)),
                (rate("helpline", **terms), later, rate("listing", **terms)),
                (rate("listing", **terms),),
                (),
            ]
        )
    )


@st.composite
def partners(draw: st.DrawFn, key: str) -> Any:
    license = License("1", "CA", draw(licenses))
    return partner(key, name=draw(names), status=draw(statuses), license=license, rates=draw(rates()))


@st.composite
def centers(draw: st.DrawFn, key: str) -> Any:
    return center(
        key,
        name=draw(names),
        hours=draw(hours),
        screening=draw(st.sampled_from(["none", "press-1"])),
        ring_seconds=draw(st.sampled_from([5, 20])),
        max_concurrent=draw(st.sampled_from([None, None, 1, 2])),
        pause_after_missed=draw(st.sampled_from([0, 0, 1, 3])),
        languages=draw(st.sampled_from([("en", "es"), ("en",), ("es",), ("fr",)])),
    )


@st.composite
def seats(draw: st.DrawFn, key: str) -> Seat:
    return Seat(
        key,
        weight=draw(st.sampled_from([1, 1, 2, 7])),
        tier=draw(st.sampled_from([1, 1, 2])),
        states=draw(st.sampled_from([(), (), (), ("CA",), ("NY", "NV")])),
        daily_cap=draw(st.sampled_from([None, None, 0, 1, 2])),
        monthly_cap=draw(st.sampled_from([None, None, 1, 3])),
    )


@st.composite
def directories(draw: st.DrawFn) -> Directory:
    """Any of the four centers may be missing, with its listing and its seats."""
    present = draw(st.lists(st.sampled_from(KEYS), min_size=1, unique=True))
    entries: list[Any] = [draw(centers(key)) for key in present]
    entries += [draw(partners(key.split("-")[0])) for key in present]
    entries += [listing(f"{key}-page", key) for key in present if draw(st.integers(0, 3))]
    for key in draw(st.sampled_from([("national",), ("national", "other"), ("other",), ()])):
        seated = draw(st.lists(st.sampled_from(present), min_size=1, unique=True))
        wait = draw(st.sampled_from([45, 90, 150]))
        entries.append(helpline(*(draw(seats(each)) for each in seated), key=key, max_wait_seconds=wait))
    return a_directory(*entries)


def edited(directory: Directory, other: Directory, sections: set[str]) -> Directory:
    """The directory with some of the sections of another, as far as they fit together."""
    mixed = replace(directory, **{section: getattr(other, section) for section in sections})
    centers = {key: each for key, each in mixed.centers.items() if each.partner in mixed.partners}
    lines = {
        key: replace(each, seats=tuple(seat for seat in each.seats if seat.center in centers))
        for key, each in mixed.helplines.items()
    }
    pages = {key: each for key, each in mixed.listings.items() if each.center in centers}
    helplines = {key: each for key, each in lines.items() if each.seats}
    return replace(mixed, centers=centers, helplines=helplines, listings=pages)


@dataclass(frozen=True)
class RandomCall:
    """Somebody who dials, the people who are rung, and what the carrier does badly."""

    dialled: str
    caller: Caller
    behaviors: Mapping[str, list[CenterBehavior]]
    faults: Faults

    @property
    def centers(self) -> CenterBehaviors:
        return CenterBehaviors(self.behaviors)


behaviors = st.sampled_from(
    [
        CenterBehavior(RingOutcome.NOBODY),
        CenterBehavior(RingOutcome.BUSY),
        CenterBehavior(RingOutcome.FAILED),
        CenterBehavior(RingOutcome.A_MACHINE, 30),
        CenterBehavior(RingOutcome.A_PERSON, 90),
        CenterBehavior(RingOutcome.A_PERSON, 90, hangs_up="caller"),
        CenterBehavior(RingOutcome.A_PERSON, 10),
        CenterBehavior(RingOutcome.A_PERSON, 60, key="2"),
        CenterBehavior(RingOutcome.A_PERSON, 0, declines=True),
        CenterBehavior(RingOutcome.THE_CALLER_LEAVES, 7),
    ]
)
leavings = st.none() | st.builds(
    CallerHangup, st.integers(0, 60), st.sampled_from(CallPhase), st.integers(1, 3)
)
keys = st.lists(st.sampled_from(["", "", "1", "1", "2", "3", "3", "5", "9", "0", "*"]), max_size=6).map(tuple)


@st.composite
def callers(draw: st.DrawFn) -> Caller:
    message = st.builds(
        VoiceMessage, st.sampled_from([0.0, 3.0, 200.0]), st.sampled_from(["key", "silence", "hangup"])
    )
    return Caller(
        number=draw(st.sampled_from([*CALLERS, NATIONAL])),
        keys=draw(keys),
        place=Location(state=draw(st.sampled_from(["", "NV", "CA"]))),
        leaves=draw(leavings),
        message=draw(message),
    )


@st.composite
def carriers_faults(draw: st.DrawFn) -> Faults:
    return Faults(
        seed=draw(st.integers(0, 99)),
        duplicate=draw(st.sampled_from([1, 1, 2, 3])),
        shuffle=draw(st.booleans()),
        drop=draw(st.sampled_from([0.0, 0.0, 0.4, 1.0])),
        delay=draw(st.sampled_from([0.0, 0.0, 30.0, 90_000.0])),
        repeat=draw(st.sampled_from([1, 1, 2])),
        down=draw(st.frozensets(st.integers(1, 8), max_size=2)),
        left_leg=draw(st.sampled_from(["canceled", "no-answer"])),
        left_whisper=draw(st.sampled_from(["canceled", "no-answer", "completed"])),
        tells_bridged=draw(st.sampled_from([True, True, True, False])),
    )


@st.composite
def random_calls(draw: st.DrawFn) -> RandomCall:
    people = {phone: draw(st.lists(behaviors, min_size=1, max_size=2)) for phone in PHONES}
    dialled = draw(st.sampled_from([*NUMBERS, "+13235550199"]))
    return RandomCall(dialled, draw(callers()), people, draw(carriers_faults()))
