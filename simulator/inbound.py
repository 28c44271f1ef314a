"""A call's own line: asks for one document after another and performs it, until somebody hangs up."""

from __future__ import annotations

from collections.abc import Mapping

from simulator import fields
from simulator.active_call import LeftTheLine, Ongoing
from simulator.behavior import During
from simulator.dial import dial
from simulator.document import BadDocument, Document, Verb
from simulator.events import Heard, HungUp, Rejected
from simulator.gather import gather
from simulator.interpreter import MOST_DOCUMENTS, Performer, hangup, perform
from simulator.leg import ENDS, Leg, Step
from simulator.prompts import LANGUAGE, pause, play, say
from simulator.record import record
from simulator.trace import Kind, Turn, path_of
from simulator.webhook_client import Ask

TOO_MANY_DOCUMENTS = 11215
APOLOGY = "We are sorry, an application error has occurred. Goodbye."
"""What the carrier itself tells a caller whose documents cannot be had."""

REFUSED = {"busy": "busy", "rejected": "no-answer"}


def redirect(leg: Leg, verb: Verb) -> Step:
    return Ask(Kind.REDIRECT, leg.resolve(verb.text), fields.going_on(leg.parties, leg.status))


def reject(leg: Leg, verb: Verb) -> Step:
    """Refuses a call that was not answered; an answered one simply ends."""
    if leg.call.answered_at is None:
        reason = verb.attributes.get("reason", "rejected")
        leg.call.note(Rejected(reason))
        leg.call.end(REFUSED[reason])
    return ENDS


VERBS: dict[str, Performer] = {
    "Say": say,
    "Play": play,
    "Pause": pause,
    "Gather": gather,
    "Dial": dial,
    "Record": record,
    "Redirect": redirect,
    "Hangup": hangup,
    "Reject": reject,
}


def carry(call: Ongoing) -> None:
    """The whole call, up to the callback that reports its end."""
    leg = Leg("caller", call, call.parties, iter(call.caller.keys))
    call.begins(During.CALL)
    converse(leg, Ask(Kind.VOICE, call.webhooks.voice, fields.incoming(leg.parties)), VERBS)
    _report_end(call)


def converse(leg: Leg, first: Ask, verbs: Mapping[str, Performer]) -> None:
    """Everything that is heard on the line, until the call is over."""
    try:
        _perform_all(leg, first, verbs)
    except LeftTheLine:
        leg.call.note(HungUp(leg.who))


def _perform_all(leg: Leg, first: Ask, verbs: Mapping[str, Performer]) -> None:
    """One document after another; the end of the last one, or an error that nothing mends, ends the call."""
    step: Step = first
    try:
        while isinstance(step, Ask):
            step = perform(_document(leg, step), leg, verbs)
    except BadDocument as bad:
        leg.call.asker.complain(bad, leg.call.story.turns[-1].path)
        _apologize(leg)
    else:
        _hang_up(leg)


def _document(leg: Leg, ask: Ask) -> Document:
    """The document asked for, or the one of the fallback, which is asked once."""
    if len(leg.call.story.turns) >= MOST_DOCUMENTS:
        raise BadDocument(TOO_MANY_DOCUMENTS, [f"the call did not end within {MOST_DOCUMENTS} documents"])
    fallback = leg.call.webhooks.fallback
    try:
        return _turn(leg, ask)
    except BadDocument as bad:
        if fallback is None:
            raise
        leg.call.asker.complain(bad, ask.url)
        told = fields.failing(leg.parties, leg.status, bad.code, ask.url)
        return _turn(leg, Ask(Kind.FALLBACK, fallback, told))


def _turn(leg: Leg, ask: Ask) -> Document:
    leg.call.story.turns.append(Turn(leg.call.elapsed, ask.kind, path_of(ask.url)))
    return leg.fetch(ask)


def _hang_up(leg: Leg) -> None:
    """Our document ends the call; an empty one answers it first."""
    leg.call.note(HungUp("document"))
    if leg.call.status in ("ringing", "in-progress"):
        leg.call.answer()
        leg.call.end("completed")


def _apologize(leg: Leg) -> None:
    leg.call.note(Heard(leg.who, APOLOGY, LANGUAGE))
    leg.call.note(HungUp("carrier"))
    leg.call.answer()
    leg.call.end("completed")


def _report_end(call: Ongoing) -> None:
    url = call.webhooks.status
    if url is not None:
        told = fields.call_status(call.parties, call.status, call.clock.now(), call.story.duration)
        call.asker.tell(Kind.CALL_STATUS, url, told)
