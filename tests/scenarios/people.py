"""The people of a scenario: whoever calls, and whoever picks up at a center, or does not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from callrouter.directory.directory import Center as CenterEntry
from simulator import Caller as CallerBehavior
from simulator import CallerHangup, CallPhase, CenterBehavior, Faults, RingOutcome, VoiceMessage
from tests.scenarios.call import PlacedCall

if TYPE_CHECKING:
    from tests.scenarios.world import World


class Center:
    """A center of the directory, and what its people will do when it is rung next."""

    def __init__(self, world: World, entry: CenterEntry) -> None:
        self._world = world
        self.entry = entry
        self.key, self.partner, self.name, self.phone = entry.key, entry.partner, entry.name, entry.phone

    def does_not_answer(self) -> None:
        self._does(CenterBehavior(RingOutcome.NOBODY))

    def is_busy(self) -> None:
        self._does(CenterBehavior(RingOutcome.BUSY))

    def cannot_be_reached(self) -> None:
        self._does(CenterBehavior(RingOutcome.FAILED))

    def accepts(self, seconds: float = 90, hangs_up: Literal["center", "caller"] = "center") -> None:
        """A person picks up, presses 1 where asked to, and they talk so long."""
        self._does(CenterBehavior(RingOutcome.A_PERSON, seconds, hangs_up=hangs_up))

    def presses(self, key: str) -> None:
        """A person picks up, and presses this when asked for key 1."""
        self._does(CenterBehavior(RingOutcome.A_PERSON, key=key))

    def hangs_up_on_hearing_the_whisper(self) -> None:
        self._does(CenterBehavior(RingOutcome.A_PERSON, seconds=0, declines=True))

    def has_its_voicemail_pick_up(self, seconds: float = 30) -> None:
        self._does(CenterBehavior(RingOutcome.A_MACHINE, seconds))

    def rings_until_the_caller_leaves(self, seconds: float = 8) -> None:
        self._does(CenterBehavior(RingOutcome.THE_CALLER_LEAVES, seconds))

    def _does(self, behavior: CenterBehavior) -> None:
        self._world.expects(self.phone, behavior)


class Caller:
    """Somebody who calls, and what they will press and say."""

    def __init__(self, world: World, behavior: CallerBehavior) -> None:
        self._world = world
        self._behavior = behavior

    @property
    def number(self) -> str:
        return self._behavior.number

    def presses(self, *keys: str) -> Caller:
        """At one prompt after another; an empty text presses nothing."""
        return self._who(keys=keys)

    def says(self, seconds: float, ended_by: Literal["key", "silence", "hangup"] = "key") -> Caller:
        """When asked for a message."""
        return self._who(message=VoiceMessage(seconds, ended_by))

    def says_nothing(self, seconds: float) -> Caller:
        """When asked for a message, and stays on the line."""
        return self._who(message=VoiceMessage(seconds, silent=True))

    def takes_the_return_call(self, seconds: float = 90) -> None:
        """When called back: picks up, presses 1, and they talk so long."""
        self._when_called_back(CenterBehavior(RingOutcome.A_PERSON, seconds, keys=("1",)))

    def presses_when_called_back(self, *keys: str) -> None:
        self._when_called_back(CenterBehavior(RingOutcome.A_PERSON, keys=keys))

    def does_not_pick_up_when_called_back(self) -> None:
        self._when_called_back(CenterBehavior(RingOutcome.NOBODY))

    def has_an_answering_machine(self) -> None:
        self._when_called_back(CenterBehavior(RingOutcome.A_MACHINE, rings=10))

    def _when_called_back(self, behavior: CenterBehavior) -> None:
        self._world.expects(self.number, behavior)

    def leaves(self, seconds: float, during: CallPhase = CallPhase.CALL, occasion: int = 1) -> Caller:
        return self._who(leaves=CallerHangup(seconds, during, occasion))

    def dials(self, number: str, faults: Faults | None = None, *, settled: bool = True) -> PlacedCall:
        """Places a call, once something is asked of it."""
        call = PlacedCall(self._world, number, self._behavior, faults, settled=settled)
        self._world.dials(call)
        return call

    def _who(self, **does: Any) -> Caller:
        return Caller(self._world, replace(self._behavior, **does))
