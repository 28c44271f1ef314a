"""One turn of a call: a callback of the carrier, and all that is needed to answer it."""

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
from callrouter.routing.lines import LineToRelease
from callrouter.routing.memory import RoutingMemory
from callrouter.routing.rotation_state import LockedRotation
from callrouter.wordings.wordings import Wordings

STILL_THERE = frozenset({"queued", "ringing", "in-progress"})
"""values of CallStatus while the caller is on the line"""


@dataclass(frozen=True, slots=True)
class Callback:
    """A request of the carrier about a call, with its signature and shape checked."""

    call: str
    """the CallSid of the caller's call"""
    fields: Mapping[str, str]
    comes_late: bool = False
    """it came after the end of the call, whatever its CallStatus says"""

    def get(self, name: str) -> str:
        return self.fields.get(name, "")

    @property
    def caller_is_there(self) -> bool:
        return self.caller_was_there and not self.comes_late

    @property
    def caller_was_there(self) -> bool:
        """Whether the caller was on the line when the carrier sent this callback."""
        return self.get("CallStatus") in STILL_THERE

    @property
    def key_pressed(self) -> str:
        """The key that was pressed; empty if none was."""
        digits = self.get("Digits")
        return digits if re.fullmatch(r"[0-9*#]", digits) else ""

    @property
    def digits(self) -> str:
        """All digits, where more than one key was asked for."""
        return self.get("Digits")

    def without_digits(self) -> Callback:
        """The callback without its digits, which are a telephone number and must not be stored."""
        return replace(self, fields={name: value for name, value in self.fields.items() if name != "Digits"})

    def with_caller_gone(self) -> Callback:
        """The callback, marked as late."""
        return replace(self, comes_late=True)

    def seconds(self, name: str) -> int:
        """A field as whole seconds; 0 if it is absent."""
        value = self.get(name)
        return int(value) if value.isascii() and value.isdigit() else 0


@dataclass(slots=True, kw_only=True)
class CallContext:
    """A locked call, with what its rules need. Changes are stored when the session commits."""

    session: Session
    memory: RoutingMemory
    directory: Directory
    call: Call
    now: datetime
    locked_rotation: LockedRotation | None = None
    """of the call's helpline, if it was read together with the call"""
    line_to_release: LineToRelease | None = None
    """the line of the leg that has ended, until it is released"""

    def lock_rotation(self) -> LockedRotation:
        """The rotation of the call's helpline, locked."""
        helpline = self.call.helpline or ""
        if self.locked_rotation is None or self.locked_rotation.helpline != helpline:
            self.locked_rotation = LockedRotation(self.session, helpline)
        return self.locked_rotation


@dataclass(slots=True, kw_only=True)
class Turn(CallContext):
    """One turn of a call: a callback, and all that is needed to answer it."""

    dependencies: CallDependencies
    wordings: Wordings
    """in force when the call arrived"""
    callback: Callback
    owed_by: str | None = None
    """the center that owes this caller a return call"""
    match_value: bytes | None = None
    """of the caller's number, where the call has just arrived"""
    new_legs: list[Leg] = field(default_factory=list)
    """to be stored after their call"""

    @property
    def arrived_under(self) -> Directory:
        """The directory in force when the call arrived. It names every center that the caller has heard of."""
        return self.dependencies.directories.at(self.session, self.call.directory_version)

    @property
    def helpline(self) -> Helpline:
        """The call's helpline. A helpline that has left the directory has no seats."""
        key = self.call.helpline or ""
        return self.directory.helplines.get(key) or replace(self.arrived_under.helplines[key], seats=())

    def decision_context(self) -> DecisionContext:
        """What a decision is based on, with the rotation locked."""
        locked = self.lock_rotation()
        return DecisionContext(
            self.directory, self.helpline, locked.rotation, locked.possibly_unavailable, self.now
        )

    @property
    def helpline_instead(self) -> Helpline | None:
        """The helpline that is offered to a listing's caller. It stays the same during the call."""
        return self.arrived_under.helpline_for(self.call.listing)
