"""The story of a call as one timeline, the oldest first: what happened, who was rung, what was said. *Pure.*"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from callrouter.reports.calls.callback_names import callback_name, who_hears
from callrouter.reports.calls.decisions import ReportedDecision, SkippedSeat
from callrouter.reports.calls.legs import LegRow
from callrouter.reports.calls.story import Story, StoryTurn
from callrouter.reports.calls.twiml_words import Spoken
from callrouter.reports.money.charges import EntryRow
from callrouter.reports.promises.promises import AttemptRow

GOOD, WARNING, NEUTRAL = "good", "warn", ""


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One thing that happened. `who` hears the `spoken` sentences; `came` is what the carrier sent."""

    at: datetime
    title: str
    detail: str = ""
    mood: str = NEUTRAL
    who: str = ""
    spoken: list[Spoken] = field(default_factory=list)
    came: dict[str, str] = field(default_factory=dict)
    skipped: list[SkippedSeat] = field(default_factory=list)


def timeline(story: Story) -> list[TimelineEntry]:
    """All that happened, in the order of its time."""
    entries = [
        *map(_turn, story["turns"]),
        *map(_decision, story["decisions"]),
        *(entry for leg in story["legs"] for entry in _leg(leg)),
        *(entry for attempt in story["return_calls"] for entry in _attempt(attempt)),
        *map(_ledger_entry, story["entries"]),
        *_consent(story),
        *_end(story),
    ]
    return sorted(entries, key=lambda entry: entry.at)


def _turn(turn: StoryTurn) -> TimelineEntry:
    status = turn["came"].get("CallStatus")
    name = _step(turn["came"]) if re.fullmatch(r"turn [1-9]\d*", turn["key"]) else callback_name(turn["key"])
    return TimelineEntry(
        turn["at"],
        f"{name}: {status}" if status and turn["key"].startswith("leg ") else name,
        who=who_hears(turn["key"]),
        spoken=turn["spoken"],
        came=turn["came"],
    )


def _step(came: Mapping[str, str]) -> str:
    """Why the carrier asks what is next."""
    if "DialCallStatus" in came:
        return f"the attempt ends: {came['DialCallStatus']}"
    if "RecordingSid" in came:
        return "the message is recorded"
    if came.get("Digits"):
        return f"the caller presses {came['Digits']}"
    return "the prompt is over, and no key was pressed"


def _decision(decision: ReportedDecision) -> TimelineEntry:
    picked = f"{decision['center']} is picked" if decision["center"] else "nobody can be rung"
    detail = (
        f"decision {decision['number']} of {decision['helpline']}, by directory version"
        f" {decision['directory_version']}"
    )
    if decision["given_back"]:
        detail += "; given back, so it counts for no cap"
    mood = NEUTRAL if decision["center"] else WARNING
    return TimelineEntry(decision["decided_at"], picked, detail, mood, skipped=decision["skipped"])


def _leg(leg: LegRow) -> Iterator[TimelineEntry]:
    yield TimelineEntry(
        leg["began_at"],
        f"{leg['center']} is rung",
        f"attempt {leg['attempt']}, at {leg['number']}, for up to {leg['ring_seconds']} s",
    )
    if leg["taken_at"]:
        yield TimelineEntry(leg["taken_at"], f"{leg['center']} presses 1 and takes the call", mood=GOOD)
    if leg["closed_at"]:
        talk = f"{leg['talk_seconds']} s of talk" if leg["accepted"] else ""
        mood = GOOD if leg["accepted"] else WARNING
        yield TimelineEntry(leg["closed_at"], f"{leg['center']}: {leg['outcome']}", talk, mood)


def _attempt(attempt: AttemptRow) -> Iterator[TimelineEntry]:
    outcome = attempt["outcome"] or "in progress"
    yield TimelineEntry(attempt["began_at"], f"return call through {attempt['center']}: {outcome}")


def _ledger_entry(entry: EntryRow) -> TimelineEntry:
    by = f", by {entry['person']}" if entry["person"] else ""
    why = f": {entry['reason']}" if entry["reason"] else ""
    return TimelineEntry(
        entry["posted_at"],
        f"{entry['entry'].replace('_', ' ')} of {entry['amount']} {entry['currency']} to {entry['partner']}",
        f"{entry['kind']}, {entry['state']}{by}{why}",
    )


def _consent(story: Story) -> Iterator[TimelineEntry]:
    at, words = story["helpline_consent_at"], story["helpline_consent"]
    if at and words:
        said = [Spoken(language=story["language"], words=words)]
        yield TimelineEntry(at, "the caller consents to the helpline by key press", who="caller", spoken=said)


def _end(story: Story) -> Iterator[TimelineEntry]:
    if story["ended_at"]:
        detail = "the carrier did not report all of its end" if story["reaped"] else ""
        yield TimelineEntry(story["ended_at"], f"the call ends: {story['outcome']}", detail)
