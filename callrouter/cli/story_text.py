"""The story of a call as lines for a terminal. *Pure.*"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from typing import Any

from callrouter.billing.disputes.decision import IN_WORDS
from callrouter.billing.model import CHARGE
from callrouter.cli.tables import in_words
from callrouter.masking import masked
from callrouter.messages.model import DELETED, GONE, KEPT, SILENT, WAITING
from callrouter.reports.calls.callback_names import callback_name, who_hears
from callrouter.reports.calls.decisions import ReportedDecision
from callrouter.reports.calls.disclosures import DisclosureRow
from callrouter.reports.calls.legs import LegRow
from callrouter.reports.calls.story import Story, StoryTurn
from callrouter.reports.messages.messages import MessageRow
from callrouter.reports.money.charges import EntryRow
from callrouter.reports.money.disputes import OPEN, DisputeRow
from callrouter.reports.promises.promises import AttemptRow

_CAME = (
    "CallStatus",
    "Digits",
    "DialCallStatus",
    "DialBridged",
    "DialCallDuration",
    "CallDuration",
    "ErrorCode",
)
_BECOME = {
    WAITING: "waits to be fetched from the carrier",
    KEPT: "kept, sealed; `callrouter messages play` plays it",
    SILENT: "silent, and dropped ({note})",
    GONE: "the carrier had none any more",
    DELETED: "deleted",
}
_AT_CARRIER_TOO = (KEPT, SILENT, DELETED)


def story_in_words(whole: Story, zone: tzinfo = UTC) -> Iterator[str]:
    """The whole story with times in a zone: the call, turns, decisions, legs, end and disclosures."""
    story: Story = _in_zone(whole, zone)
    yield from _call(story)
    yield from _part("Turns", (line for turn in story["turns"] for line in _turn(turn)))
    yield from _part("Decisions", (line for decision in story["decisions"] for line in _decision(decision)))
    yield from _part("Legs", map(_leg, story["legs"]))
    yield from _part("Promise and message", _promised(story))
    yield from _part("Charge", _charge(story))
    yield from _part("Disclosures", (line for entry in story["disclosures"] for line in _disclosure(entry)))


def _in_zone(value: Any, zone: tzinfo) -> Any:
    """The same value with every time in a zone."""
    if isinstance(value, datetime):
        return value.astimezone(zone)
    if isinstance(value, dict):
        return {name: _in_zone(each, zone) for name, each in value.items()}
    return [_in_zone(each, zone) for each in value] if isinstance(value, list) else value


def _when(moment: datetime) -> str:
    return in_words(moment, moment.tzinfo or UTC)


def _part(title: str, lines: Iterator[str]) -> Iterator[str]:
    yield ""
    yield title
    empty = True
    for line in lines:
        empty = False
        yield f"  {line}"
    if empty:
        yield "  none"


def _call(story: Story) -> Iterator[str]:
    yield f"Call {story['sid']}{' (simulated)' if story['simulated'] else ''}"
    where = story["state"] or "state unknown"
    yield f"  arrived      {_when(story['arrived_at'])}, from {story['caller']} ({where})"
    yield f"  dialled      {story['dialled']}{_whose(story)}"
    yield f"  outcome      {story['outcome'] or 'not over: ' + story['status']}{_since(story)}"
    yield f"  answered by  {_who_answered(story)}"
    if story["helpline_consent_at"]:
        at = _when(story["helpline_consent_at"])
        yield f"  consent      to the helpline, by key press at {at}, after hearing:"
        yield f"               “{story['helpline_consent']}”"
    if story["reaped"]:
        yield "  the carrier did not tell all of its end; what is missing is taken from what it did tell"


def _who_answered(story: Story) -> str:
    accepted = [leg for leg in story["legs"] if leg["accepted"]]
    return next((f"{leg['center']}, {leg['talk_seconds']} s of talk" for leg in accepted), "nobody")


def _whose(story: Story) -> str:
    named = [f"{kind} {story[kind]}" for kind in ("listing", "helpline") if story[kind]]
    return f" ({', then '.join(named) or 'no number of ours'})"


def _since(story: Story) -> str:
    return f", at {_when(story['ended_at'])}" if story["ended_at"] else ""


def _turn(turn: StoryTurn) -> Iterator[str]:
    came = ", ".join(f"{name} {turn['came'][name]}" for name in _CAME if name in turn["came"])
    yield f"{_clock(turn['at'])}  {callback_name(turn['key'])}{f' ({came})' if came else ''}"
    who = who_hears(turn["key"])
    for sentence in turn["spoken"]:
        yield f"    {who} hears [{sentence['language']}]: “{sentence['words']}”"


def _decision(decision: ReportedDecision) -> Iterator[str]:
    picked = decision["center"] or "nobody"
    uncounted = ", counts for no cap" if decision["given_back"] else ""
    where = f"{decision['helpline']} no. {decision['number']}, directory {decision['directory_version']}"
    yield f"{_clock(decision['decided_at'])}  {picked} ({where}{uncounted})"
    for reason, centers in _by_reason(decision).items():
        yield f"    not, {reason}: {', '.join(centers)}"


def _by_reason(decision: ReportedDecision) -> dict[str, list[str]]:
    skipped = defaultdict(list)
    for skip in decision["skipped"]:
        skipped[skip["reason"]].append(skip["center"])
    return skipped


def _leg(leg: LegRow) -> str:
    talk = f", {leg['talk_seconds']} s of talk" if leg["accepted"] else ""
    outcome = leg["outcome"] or "no result yet"
    return f"{_clock(leg['began_at'])}  {leg['center']} at {leg['number']} ({leg['kind']}): {outcome}{talk}"


def _clock(moment: datetime) -> str:
    """The time of day. The header shows the day."""
    return f"{moment:%H:%M:%S.%f}"[:-3]


def _promised(story: Story) -> Iterator[str]:
    promise, message = story["promise"], story["message"]
    if promise:
        owner = promise["owner"] or "nobody yet; staff must find somebody"
        yield f"a return call until {_when(promise['due_at'])}, owed by {owner}: {promise['state']}"
    yield from map(_attempt, story["return_calls"])
    if message:
        yield from _message(message)


def _attempt(attempt: AttemptRow) -> str:
    talk = f", {attempt['talk_seconds']} s of talk" if attempt["talk_seconds"] is not None else ""
    rang = ", the caller was rung" if attempt["taken_at"] else ""
    when = _when(attempt["began_at"])  # it may be on another day
    return f"  {when}  {attempt['center']}: {attempt['outcome'] or 'in progress'}{rang}{talk}"


def _message(message: MessageRow) -> Iterator[str]:
    become = _BECOME[message["state"]].format(**message)
    yield f"a message of {message['seconds']} s for {message['owner'] or 'staff'}: {become}"
    if message["state"] in _AT_CARRIER_TOO and not message["deleted_at_carrier_at"]:
        yield "  it is still to be deleted at the carrier"
    if message["error"]:
        until = "set aside until `callrouter messages retry`" if message["set_aside_at"] else "attempt again"
        yield f"  the carrier was asked in vain, which is {until}: {masked(message['error'])}"


def _charge(story: Story) -> Iterator[str]:
    yield from map(_entry, story["entries"])
    yield from map(_dispute, story["disputes"])
    if story["not_charged_because"]:
        yield f"not charged: {story['not_charged_because']}"


def _entry(entry: EntryRow) -> str:
    what = f"{entry['entry']} {entry['amount']} {entry['currency']} to {entry['partner']}"
    why = f": {entry['reason']}" if entry["reason"] else ""
    by = f", by {entry['person']}" if entry["person"] else ""
    state = f", {entry['state']}" if entry["entry"] == CHARGE else ""
    return f"{what} ({entry['kind']}{state}), posted {_when(entry['posted_at'])}{by}{why}"


def _dispute(dispute: DisputeRow) -> str:
    what = f"objection {dispute['number']} of {dispute['partner']} ({dispute['reason']})"
    raised = f"{what}, raised {_when(dispute['raised_at'])}: {dispute['evidence']}"
    if dispute["decision"] == OPEN:
        return f"{raised}; it is open"
    credited = f"{dispute['credited']} {dispute['currency']} credited"
    decided = f"{IN_WORDS[dispute['decision']]} by {dispute['decided_by']} ({dispute['note']})"
    return f"{raised}; {decided}, {credited}"


def _disclosure(entry: DisclosureRow) -> Iterator[str]:
    about = f" about {entry['center']}" if entry["center"] else ""
    yield f"{_clock(entry['at'])}  no. {entry['sequence']}, {entry['wording']} [{entry['language']}]{about}"
    yield f"    “{entry['words']}”"
