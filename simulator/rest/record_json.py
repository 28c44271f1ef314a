"""Calls and recordings as JSON, for one carrier that is played to tell another. *Pure.*"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from simulator.fields import Recording
from simulator.records import BookedCall, BookedRecording, Entry

TIMES = ("made_at", "started_at", "ended_at")


def written(entry: Entry) -> bytes:
    kind = "call" if isinstance(entry, BookedCall) else "recording"
    return json.dumps({kind: asdict(entry) | {"order": None}}, default=datetime.isoformat).encode()


def read(letter: bytes) -> Entry:
    """The entry; raises ValueError where this is none."""
    try:
        told = json.loads(letter)
        return _call(told["call"]) if "call" in told else _recording(told["recording"])
    except (KeyError, TypeError) as error:
        raise ValueError("no call and no recording") from error


def _call(told: dict[str, Any]) -> BookedCall:
    return BookedCall(**(told | {name: told[name] and datetime.fromisoformat(told[name]) for name in TIMES}))


def _recording(told: dict[str, Any]) -> BookedRecording:
    recording = told["recording"]
    started = datetime.fromisoformat(recording["started"])
    return BookedRecording(Recording(**(recording | {"started": started})), told["status"], told["silent"])
