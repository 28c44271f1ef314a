"""Callers by the thousand: whom they call, what they press, who picks up, and what becomes of their return calls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from simulator import (
    Caller,
    CallerHangup,
    CallPhase,
    CenterBehavior,
    CenterBehaviors,
    Faults,
    RingOutcome,
    VoiceMessage,
)
from tests.number_search.installation import CallToPlace, Installation
from tests.number_search.notations import national
from tests.scenarios.places import DIRECTORY, HARBOR_PAGE, NATIONAL, SUNRISE_PAGE

NOBODYS_NUMBER = "+13235550199"
PHONES = {key: center.phone for key, center in DIRECTORY.centers.items()}
TAKES, IS_BUSY, HAS_A_MACHINE, FAILS, IS_AWAY = (
    CenterBehavior(picks)
    for picks in (
        RingOutcome.A_PERSON,
        RingOutcome.BUSY,
        RingOutcome.A_MACHINE,
        RingOutcome.FAILED,
        RingOutcome.NOBODY,
    )
)
NOBODY_TAKES_IT = CenterBehaviors({}, IS_AWAY)
THIRD_TAKES_IT = CenterBehaviors(dict(zip(PHONES.values(), (IS_AWAY, IS_BUSY, TAKES), strict=True)))
EVERY_FAULT = Faults(duplicate=2, shuffle=True, repeat=2, replay=True)
WHEN_CALLED_BACK = (
    "answer:60:keys=1",
    "answer:60:keys=9",
    "voicemail",
    "no-answer",
    "busy",
    "answer:20:keys=2",
)
"""talks, asks never to be called again, has a machine, is away, is busy, declines"""


def calls_of(numbers: Sequence[str], seed: int) -> Iterator[CallToPlace]:
    """One call of each number, each kind of call as often as any other; one in five with every fault."""
    luck = Random(seed)
    american = [number for number in numbers if number.startswith("+1")]
    for place, number in enumerate(numbers):
        faults = EVERY_FAULT if luck.random() < 0.2 else None
        yield _call(place % len(KINDS), number, luck.choice(american), faults)


def _call(kind: int, number: str, other: str, faults: Faults | None) -> CallToPlace:
    dialled, keys, centers = KINDS[kind]
    pressed = tuple(key.replace("other", national(other)) for key in keys)
    leaves = CallerHangup(9, CallPhase.CALL) if kind == LEAVES else None
    message = VoiceMessage(12, "silence")
    return CallToPlace(dialled, Caller(number, pressed, leaves=leaves, message=message), centers, faults)


KINDS: tuple[tuple[str, tuple[str, ...], CenterBehaviors], ...] = (
    (NATIONAL, ("5",), CenterBehaviors({}, TAKES)),
    (NATIONAL, (), THIRD_TAKES_IT),
    (NATIONAL, ("", "1"), NOBODY_TAKES_IT),
    (NATIONAL, ("", "1", "1", "other", "2"), CenterBehaviors({}, IS_BUSY)),
    (NATIONAL, ("", "2"), NOBODY_TAKES_IT),
    (SUNRISE_PAGE, ("2", "1", "other#"), NOBODY_TAKES_IT),
    (SUNRISE_PAGE, ("3",), CenterBehaviors({PHONES["sunrise-la"]: HAS_A_MACHINE}, TAKES)),
    (SUNRISE_PAGE, ("2",), CenterBehaviors({}, FAILS)),
    (HARBOR_PAGE, (), CenterBehaviors({}, TAKES)),
    (NATIONAL, ("9",), NOBODY_TAKES_IT),
    (NATIONAL, (), THIRD_TAKES_IT),
    (NOBODYS_NUMBER, (), NOBODY_TAKES_IT),
)
LEAVES = 10
"""the kind of call whose caller hangs up"""


def say_what_happens_when_called_back(installation: Installation, numbers: Sequence[str]) -> None:
    control = installation.control
    for phone in PHONES.values():
        control.set_behavior(phone, "answer:90:keys=1")
    for place, number in enumerate(numbers):
        control.set_behavior(number, WHEN_CALLED_BACK[place % len(WHEN_CALLED_BACK)])
