"""What a center hears before it is put through: the document of `<Number url>`, which may refuse."""

from __future__ import annotations

from simulator import fields
from simulator.document import BadDocument
from simulator.events import Asked
from simulator.gather import gather
from simulator.interpreter import MOST_DOCUMENTS, Performer, hangup, perform
from simulator.leg import ENDS, Leg, LegLeft
from simulator.prompts import play, say
from simulator.trace import Kind, path_of
from simulator.webhook_client import Ask

VERBS: dict[str, Performer] = {"Say": say, "Play": play, "Gather": gather, "Hangup": hangup}


def lets_through(leg: Leg, url: str) -> bool:
    """Performs the whisper: its end connects the two; `<Hangup>`, an error and who leaves do not."""
    ask = Ask(Kind.WHISPER, url, fields.going_on(leg.parties, leg.status))
    try:
        return _performed(leg, ask)
    except LegLeft:
        return False


def _performed(leg: Leg, ask: Ask) -> bool:
    for _ in range(MOST_DOCUMENTS):
        leg.call.note(Asked(path_of(ask.url), leg.who))
        try:
            step = perform(leg.fetch(ask), leg, VERBS)
        except BadDocument as bad:
            leg.call.asker.complain(bad, ask.url)
            return False
        if not isinstance(step, Ask):
            return step != ENDS
        ask = step
    return False
