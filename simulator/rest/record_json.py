"""Calls and recordings as JSON, for one carrier that is played to tell another. *Pure.*"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from simulator.fields import RecordingFields
from simulator.records import SimulatedCdr, SimulatedRecord, SimulatedRecording

TIMES = ("made_at", "started_at", "ended_at")


def to_json(entry: SimulatedRecord) -> bytes:
    kind = "call" if isinstance(entry, SimulatedCdr) else "recording"
    return json.dumps({kind: asdict(entry) | {"order": None}}, default=datetime.isoformat).encode()


def from_json(letter: bytes) -> SimulatedRecord:
    """The entry; raises ValueError where this is none."""
    try:
        told = json.loads(letter)
        return _call(told["call"]) if "call" in told else _recording(told["recording"])
    except (KeyError, TypeError) as error:
        raise ValueError("no call and no recording") from error


def _call(told: dict[str, Any]) -> SimulatedCdr:
    return SimulatedCdr(
        **(told | {name: told[name] and datetime.fromisoformat(told[name]) for name in TIMES})
    )


def _recording(told: dict[str, Any]) -> SimulatedRecording:
    recording = told["recording"]
    started = datetime.fromisoformat(recording["started"])
    return SimulatedRecording(
        RecordingFields(**(recording | {"started": started})), told["status"], told["silent"]
    )
