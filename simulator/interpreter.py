"""Performs a document's verbs in their order, until one of them leads elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from simulator.active_call import NotSimulated
from simulator.document import BadDocument, Document, Verb
from simulator.leg import ENDS, SimulatedLeg, Step

NOT_ALLOWED_HERE = 13201
MOST_DOCUMENTS = 200
"""Of one call; a document that leads back to itself would not end otherwise."""

Performer = Callable[[SimulatedLeg, Verb], Step]


def perform(document: Document, leg: SimulatedLeg, verbs: Mapping[str, Performer]) -> Step:
    """Where the document leads: None where it simply runs out."""
    for verb in document.verbs:
        performer = verbs.get(verb.name)
        if performer is None:
            raise BadDocument(NOT_ALLOWED_HERE, [f"<{verb.name}> may not be performed on a called leg"])
        _only_posts(verb)
        step = performer(leg, verb)
        if step is not None:
            return step
    return None


def _only_posts(verb: Verb) -> None:
    for name, value in verb.attributes.items():
        if name.lower().endswith("method") and value != "POST":
            raise NotSimulated(f'<{verb.name} {name}="{value}"> is not simulated; everything is posted')
    for child in verb.children:
        _only_posts(child)


def hangup(leg: SimulatedLeg, verb: Verb) -> Step:
    leg.opens()
    return ENDS
