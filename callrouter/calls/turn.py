"""One turn of a call: a callback for the document the call was given last, and what is at hand to answer it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from callrouter.calls.dependencies import CallDependencies
from callrouter.calls.model import Call, Leg
from callrouter.database import Session
from callrouter.directory.directory import Directory, Helpline
from callrouter.routing.decide import DecisionContext
from callrouter.routing.lines import LineLeft
from callrouter.routing.memory import RoutingMemory
from callrouter.routing.rotation_state import LockedRotation

STILL_THERE = frozenset({"queued", "ringing", "in-progress"})
"""values of CallStatus while the caller is on the line"""


@dataclass(frozen=True, slots=True)
class Callback:
    """A request of the carrier about a call, checked for its signature and shape."""

    call: str
    """CallSid of the caller's call"""
    fields: Mapping[str, str]
    comes_late: bool = False
    """after the end of the call, whatever it says of the caller"""

    def get(self, name: str) -> str:
        return self.fields.get(name, "")

    @property
    def caller_is_there(self) -> bool:
        return self.caller_was_there and not self.comes_late

    @property
    def caller_was_there(self) -> bool:
        """Whether the caller was on the line when the carrier sent this."""
        return self.get("CallStatus") in STILL_THERE

    @property
    def key_pressed(self) -> str:
        """The digit or sign that was pressed; empty where none was."""
        digits = self.get("Digits")
        return digits if re.fullmatch(r"[0-9*#]", digits) else ""

    @property
    def digits(self) -> str:
        """All that was pressed, where more than one key was asked for."""
        return self.get("Digits")

    def without_digits(self) -> Callback:
        """The same callback as it may be stored: what was pressed is somebody's number."""
        return replace(self, fields={name: value for name, value in self.fields.items() if name != "Digits"})

    def with_caller_gone(self) -> Callback:
        """The same callback, known to have come after the end of the call."""
        return replace(self, comes_late=True)

    def seconds(self, name: str) -> int:
        """A field in whole seconds; 0 where it is absent."""
        value = self.get(name)
        return int(value) if value.isascii() and value.isdigit() else 0


@dataclass(slots=True, kw_only=True)
class CallContext:
    """A call under its lock, with what the rules about it need. Deeds are stored with the commit of the session."""

    session: Session
    memory: RoutingMemory
    directory: Directory
    call: Call
    now: datetime
    locked_rotation: LockedRotation | None = None
    """of the call's helpline, where it was asked for along with the call"""
    leaving: LineLeft | None = None
    """the line of the leg that has ended, until it is given up"""

    def lock_rotation(self) -> LockedRotation:
        """The rotation of the call's helpline, under its lock."""
        helpline = self.call.helpline or ""
        if self.locked_rotation is None or self.locked_rotation.helpline != helpline:
            self.locked_rotation = LockedRotation(self.session, helpline)
        return self.locked_rotation


@dataclass(slots=True, kw_only=True)
class Turn(CallContext):
    """One turn of a call: a callback, and all that is at hand to answer it."""

    dependencies: CallDependencies
    callback: Callback
    owed_by: str | None = None
    """the center that owes this caller a return call from before"""
    new_legs: list[Leg] = field(default_factory=list)
    """to be stored after the call that they belong to"""

    @property
    def arrived_under(self) -> Directory:
        """The directory in force when the call arrived: whoever the caller was told of has a name there."""
        return self.dependencies.directories.at(self.session, self.call.directory_version)

    @property
    def helpline(self) -> Helpline:
        """The helpline that the call is on. One that has left the directory serves nobody any more."""
        key = self.call.helpline or ""
        return self.directory.helplines.get(key) or replace(self.arrived_under.helplines[key], seats=())

    def decision_context(self) -> DecisionContext:
        """What a decision is taken from, under the lock of the rotation."""
        locked = self.lock_rotation()
        return DecisionContext(
            self.directory, self.helpline, locked.rotation, locked.possibly_unavailable, self.now
        )

    @property
    def helpline_instead(self) -> Helpline | None:
        """The helpline that a listing's caller hears of, and may ask for: the same one as long as the call lasts."""
        return self.arrived_under.helpline_for(self.call.listing)
