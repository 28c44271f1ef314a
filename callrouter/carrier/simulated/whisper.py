"""What a center hears before it is put through: the document of `<Number url>`, which may refuse."""

from __future__ import annotations

from callrouter.carrier.simulated import fields
from callrouter.carrier.simulated.asking import Ask
from callrouter.carrier.simulated.document import BadDocument
from callrouter.carrier.simulated.happenings import Asked
from callrouter.carrier.simulated.keypad import gather
from callrouter.carrier.simulated.leg import ENDS, Leg, LegLeft
from callrouter.carrier.simulated.performance import MOST_DOCUMENTS, Performer, hangup, perform
from callrouter.carrier.simulated.speech import play, say
from callrouter.carrier.simulated.story import Kind, path_of

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
