"""What can happen to a leg, row by row as the carrier documents it, and what is to come of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from simulator import Caller as CallerBehavior
from simulator import CallerHangup, CallPhase, Faults
from tests.scenarios.call import PlacedCall
from tests.scenarios.people import Caller, Center
from tests.scenarios.world import World

WHILE_IT_RINGS = CallerHangup(4.0, CallPhase.RINGING)
DURING_THE_WHISPER = CallerHangup(8.0, CallPhase.RINGING)
"""It was picked up after 6 seconds, and asks for a key for ten."""


@dataclass(frozen=True)
class Row:
    """What happens when a center that screens is rung, and what is told of it.

    `goes_on` is whether the caller still waits for somebody then.
    """

    name: str
    happens: Callable[[Center], None]
    leg_statuses: str
    dial_status: str
    outcome: str
    goes_on: bool = True
    whisper: bool = False
    bridged: bool = False
    leaves: CallerHangup | None = None
    left_leg: Literal["canceled", "no-answer"] = "canceled"
    left_whisper: Literal["canceled", "no-answer", "completed"] = "canceled"

    def __str__(self) -> str:
        return self.name

    def faults(self, **others: object) -> Faults:
        told = Faults(left_leg=self.left_leg, left_whisper=self.left_whisper)
        return replace(told, **others)  # type: ignore[arg-type]

    def plays(self, world: World, dialled: str, faults: Faults | None = None) -> PlacedCall:
        """A call on which this happens at the first center, while the second would accept."""
        caller = Caller(world, CallerBehavior(leaves=self.leaves))
        call = caller.dials(dialled, faults or self.faults())
        self.happens(world.center("sunrise-la"))
        world.center("harbor-sd").accepts()
        return call


def _voicemail(center: Center) -> None:
    center.has_its_voicemail_pick_up()


RANG = "initiated ringing"
PICKED_UP = f"{RANG} in-progress"

ROWS = (
    Row("nobody answers", Center.does_not_answer, f"{RANG} no-answer", "no-answer", "no-answer"),
    Row("busy", Center.is_busy, "initiated busy", "busy", "busy"),
    Row("failed", Center.cannot_be_reached, "initiated failed", "failed", "failed"),
    Row(
        "answered, and the center hangs up",
        Center.accepts,
        f"{PICKED_UP} completed",
        "completed",
        "accepted",
        goes_on=False,
        whisper=True,
        bridged=True,
    ),
    Row(
        "answered, and the caller hangs up",
        lambda center: center.accepts(hangs_up="caller"),
        f"{PICKED_UP} completed",
        "completed",
        "accepted",
        goes_on=False,
        whisper=True,
        bridged=True,
    ),
    Row("voicemail", _voicemail, f"{PICKED_UP} completed", "completed", "screened-out", whisper=True),
    Row(
        "another key",
        lambda center: center.presses("2"),
        f"{PICKED_UP} completed",
        "completed",
        "screened-out",
        whisper=True,
    ),
    Row(
        "hung up on hearing the whisper",
        Center.hangs_up_on_hearing_the_whisper,
        f"{PICKED_UP} completed",
        "completed",
        "screened-out",
        whisper=True,
    ),
    Row(
        "the caller leaves while it rings",
        Center.accepts,
        f"{RANG} canceled",
        "canceled",
        "abandoned",
        goes_on=False,
        leaves=WHILE_IT_RINGS,
    ),
    Row(
        "the caller leaves while it rings, told as no-answer",
        Center.accepts,
        f"{RANG} no-answer",
        "no-answer",
        "abandoned",
        goes_on=False,
        leaves=WHILE_IT_RINGS,
        left_leg="no-answer",
    ),
    Row(
        "the caller leaves during the whisper",
        _voicemail,
        f"{PICKED_UP} canceled",
        "canceled",
        "abandoned",
        goes_on=False,
        whisper=True,
        leaves=DURING_THE_WHISPER,
    ),
    Row(
        "the caller leaves during the whisper, told as completed",
        _voicemail,
        f"{PICKED_UP} completed",
        "completed",
        "abandoned",
        goes_on=False,
        whisper=True,
        leaves=DURING_THE_WHISPER,
        left_whisper="completed",
    ),
)
