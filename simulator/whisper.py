"""What a center hears before it is put through: the document of `<Number url>`, which may refuse."""

from __future__ import annotations

from simulator import fields
from simulator.document import BadDocument
from simulator.events import WhisperRequested
from simulator.gather import gather
from simulator.interpreter import MOST_DOCUMENTS, Performer, hangup, perform
from simulator.leg import ENDS, LegHungUp, SimulatedLeg
from simulator.prompts import play, say
from simulator.trace import RequestKind, path_of
from simulator.webhook_client import WebhookRequest

VERBS: dict[str, Performer] = {"Say": say, "Play": play, "Gather": gather, "Hangup": hangup}


def whisper_accepts(leg: SimulatedLeg, url: str) -> bool:
    """Performs the whisper: its end connects the two; `<Hangup>`, an error and who leaves do not."""
    ask = WebhookRequest(RequestKind.WHISPER, url, fields.call_in_progress(leg.parties, leg.status))
    try:
        return _performed(leg, ask)
    except LegHungUp:
        return False


def _performed(leg: SimulatedLeg, ask: WebhookRequest) -> bool:
    for _ in range(MOST_DOCUMENTS):
        leg.call.note(WhisperRequested(path_of(ask.url), leg.who))
        try:
            step = perform(leg.fetch(ask), leg, VERBS)
        except BadDocument as bad:
            leg.call.client.report_error(bad, ask.url)
            return False
        if not isinstance(step, WebhookRequest):
            return step != ENDS
        ask = step
    return False
