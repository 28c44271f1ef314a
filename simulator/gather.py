"""The keys that a prompt takes: `<Gather>`."""

from __future__ import annotations

from dataclasses import dataclass

from simulator import fields
from simulator.active_call import NotSimulated
from simulator.document import Verb
from simulator.events import KeysPressed
from simulator.leg import SimulatedLeg
from simulator.prompts import pause, play, say
from simulator.webhook_client import WebhookRequest

PATIENCE = 5
FINISHES = "#"
SECONDS_TO_REACT = 1.0
SECONDS_BETWEEN_KEYS = 0.5
UNLIMITED = 0

PROMPTS = {"Say": say, "Play": play, "Pause": pause}


@dataclass(frozen=True)
class KeyEntry:
    """The keys pressed, the key that finished it (empty where number or silence did), and the time taken."""

    digits: str
    finished_on: str
    seconds: float
    surplus: str = ""
    """what was pressed after it was finished"""
    by_silence: bool = False


def gather(leg: SimulatedLeg, verb: Verb) -> WebhookRequest | None:
    """Prompts and listens. Without a key the next verb follows, unless the document wants to know."""
    if "speech" in verb.attributes.get("input", ""):
        raise NotSimulated("<Gather> listens to keys only; spoken answers are not simulated")
    leg.opens()
    entry = _pressed(leg, verb)
    leg.typed_ahead = entry.surplus
    leg.call.spend(entry.seconds)
    leg.call.note(KeysPressed(leg.who, entry.digits + entry.finished_on))
    if not entry.digits and not verb.says_yes("actionOnEmptyResult"):
        return None
    told = fields.gathered(leg.parties, leg.status, entry.digits, entry.finished_on)
    return WebhookRequest(leg.keys_asked, leg.resolve(verb.attributes.get("action")), told)


def _pressed(leg: SimulatedLeg, verb: Verb) -> KeyEntry:
    """What the prompt takes: first the keys that an earlier one did not take. Those interrupt its words."""
    if not leg.typed_ahead:
        for prompt in verb.children:
            PROMPTS[prompt.name](leg, prompt)
    ahead = read_keys(verb, leg.typed_ahead)
    return read_keys(verb, leg.typed_ahead + leg.next_keys()) if ahead.by_silence else ahead


def read_keys(verb: Verb, keys: str) -> KeyEntry:
    """What of the keys that somebody presses the prompt takes, and what it leaves to the next. *Pure.*"""
    finishes = verb.attributes.get("finishOnKey", FINISHES)
    most = verb.number("numDigits", UNLIMITED)
    digits, seconds = "", SECONDS_TO_REACT
    for taken, key in enumerate(keys, start=1):
        seconds += SECONDS_BETWEEN_KEYS
        if finishes and key in finishes:
            return KeyEntry(digits, key, seconds, surplus=keys[taken:])
        digits += key
        if len(digits) == most:
            return KeyEntry(digits, "", seconds, surplus=keys[taken:])
    silence = (seconds if keys else 0.0) + verb.number("timeout", PATIENCE)
    return KeyEntry(digits, "", silence, by_silence=True)
