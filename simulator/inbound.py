"""A call's own line: asks for one document after another and performs it, until somebody hangs up."""

from __future__ import annotations

from collections.abc import Mapping

from simulator import fields
from simulator.active_call import ActiveCall, LineHungUp
from simulator.behavior import CallPhase
from simulator.dial import dial
from simulator.document import BadDocument, Document, Verb
from simulator.events import CallHungUp, CallRejected, PromptHeard
from simulator.gather import gather
from simulator.interpreter import MOST_DOCUMENTS, Performer, hangup, perform
from simulator.leg import ENDS, SimulatedLeg, Step
from simulator.prompts import LANGUAGE, pause, play, say
from simulator.record import record
from simulator.trace import DocumentTurn, RequestKind, path_of
from simulator.webhook_client import WebhookRequest

TOO_MANY_DOCUMENTS = 11215
APOLOGY = "We are sorry, an application error has occurred. Goodbye."
"""What the carrier itself tells a caller whose documents cannot be had."""

REFUSED = {"busy": "busy", "rejected": "no-answer"}


def redirect(leg: SimulatedLeg, verb: Verb) -> Step:
    return WebhookRequest(
        RequestKind.REDIRECT, leg.resolve(verb.text), fields.call_in_progress(leg.parties, leg.status)
    )


def reject(leg: SimulatedLeg, verb: Verb) -> Step:
    """Refuses a call that was not answered; an answered one simply ends."""
    if leg.call.answered_at is None:
        reason = verb.attributes.get("reason", "rejected")
        leg.call.note(CallRejected(reason))
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


def run_inbound_call(call: ActiveCall) -> None:
    """The whole call, up to the callback that reports its end."""
    leg = SimulatedLeg("caller", call, call.parties, iter(call.caller.keys))
    call.begin(CallPhase.CALL)
    run_documents(
        leg, WebhookRequest(RequestKind.VOICE, call.webhooks.voice, fields.incoming(leg.parties)), VERBS
    )
    _report_end(call)


def run_documents(leg: SimulatedLeg, first: WebhookRequest, verbs: Mapping[str, Performer]) -> None:
    """Everything that is heard on the line, until the call is over."""
    try:
        _perform_all(leg, first, verbs)
    except LineHungUp:
        leg.call.note(CallHungUp(leg.who))


def _perform_all(leg: SimulatedLeg, first: WebhookRequest, verbs: Mapping[str, Performer]) -> None:
    """One document after another; the end of the last one, or an error that nothing mends, ends the call."""
    step: Step = first
    try:
        while isinstance(step, WebhookRequest):
            step = perform(_document(leg, step), leg, verbs)
    except BadDocument as bad:
        leg.call.client.report_error(bad, leg.call.trace.turns[-1].path)
        _apologize(leg)
    else:
        _hang_up(leg)


def _document(leg: SimulatedLeg, ask: WebhookRequest) -> Document:
    """The document asked for, or the one of the fallback, which is asked once."""
    if len(leg.call.trace.turns) >= MOST_DOCUMENTS:
        raise BadDocument(TOO_MANY_DOCUMENTS, [f"the call did not end within {MOST_DOCUMENTS} documents"])
    fallback = leg.call.webhooks.fallback
    try:
        return _turn(leg, ask)
    except BadDocument as bad:
        if fallback is None:
            raise
        leg.call.client.report_error(bad, ask.url)
        told = fields.document_failed(leg.parties, leg.status, bad.code, ask.url)
        return _turn(leg, WebhookRequest(RequestKind.FALLBACK, fallback, told))


def _turn(leg: SimulatedLeg, ask: WebhookRequest) -> Document:
    leg.call.trace.turns.append(DocumentTurn(leg.call.elapsed, ask.kind, path_of(ask.url)))
    return leg.fetch(ask)


def _hang_up(leg: SimulatedLeg) -> None:
    """Our document ends the call; an empty one answers it first."""
    leg.call.note(CallHungUp("document"))
    if leg.call.status in ("ringing", "in-progress"):
        leg.call.answer()
        leg.call.end("completed")


def _apologize(leg: SimulatedLeg) -> None:
    leg.call.note(PromptHeard(leg.who, APOLOGY, LANGUAGE))
    leg.call.note(CallHungUp("carrier"))
    leg.call.answer()
    leg.call.end("completed")


def _report_end(call: ActiveCall) -> None:
    url = call.webhooks.status
    if url is not None:
        told = fields.call_status(call.parties, call.status, call.clock.now(), call.trace.duration)
        call.client.send_callback(RequestKind.CALL_STATUS, url, told)
