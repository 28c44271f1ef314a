"""What is said and played: how long it takes, and that it was heard. `<Say>`, `<Play>`, `<Pause>`."""

from __future__ import annotations

from simulator.behavior import CallPhase
from simulator.document import Verb
from simulator.events import PausePlayed, PromptHeard
from simulator.leg import SimulatedLeg

WORDS_A_SECOND = 2.5
SECONDS_OF_A_FILE = 5.0
SECONDS_OF_A_KEY = 0.5
LANGUAGE = "en-US"
MOST_REPEATS = 1000
"""What the carrier does of a `loop="0"`, which otherwise would not end."""


def say(leg: SimulatedLeg, verb: Verb) -> None:
    language = verb.attributes.get("language", LANGUAGE)
    _sounds(leg, verb, PromptHeard(leg.who, verb.text, language), len(verb.text.split()) / WORDS_A_SECOND)


def play(leg: SimulatedLeg, verb: Verb) -> None:
    keys = verb.attributes.get("digits")
    seconds = SECONDS_OF_A_FILE if keys is None else len(keys) * SECONDS_OF_A_KEY
    _sounds(leg, verb, PromptHeard(leg.who, keys or verb.text, played=True), seconds)


def pause(leg: SimulatedLeg, verb: Verb) -> None:
    # A pause in front of everything else lets the call ring on: it does not answer.
    seconds = verb.number("length", 1)
    leg.call.note(PausePlayed(seconds))
    leg.call.spend(seconds)


def _sounds(leg: SimulatedLeg, verb: Verb, heard: PromptHeard, seconds: float) -> None:
    leg.opens()
    for _ in range(verb.number("loop", 1) or MOST_REPEATS):
        if not leg.dialled:
            leg.call.begin(CallPhase.SPEECH)
        leg.call.note(heard)
        leg.call.spend(seconds)
