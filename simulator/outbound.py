"""A call that our server has had placed: rings somebody, and performs our documents for whoever picks up."""

from __future__ import annotations

from simulator import fields
from simulator.active_call import ActiveCall, LineHungUp
from simulator.dial import ON_TOP
from simulator.events import CallHungUp
from simulator.inbound import VERBS as VERBS_OF_AN_INCOMING_CALL
from simulator.inbound import run_documents
from simulator.leg import SimulatedLeg
from simulator.records import PlacedCallOptions
from simulator.ringing import Ringing, StatusCallbacks
from simulator.trace import DocumentTurn, RequestKind
from simulator.webhook_client import WebhookRequest

VERBS = {name: verb for name, verb in VERBS_OF_AN_INCOMING_CALL.items() if name != "Reject"}


def run_outbound_call(call: ActiveCall, order: PlacedCallOptions) -> None:
    """The whole call, from its first ring to the callback that reports its end."""
    call.trace.turns.append(DocumentTurn(0.0, RequestKind.RINGING, ""))
    behavior = call.behavior_of(call.parties.called)
    callbacks = StatusCallbacks(
        RequestKind.CALL_STATUS, fields.outgoing_status, order.status_url, order.events
    )
    patience = order.ring_seconds + ON_TOP
    ringing = Ringing(call, call.parties, behavior, patience, callbacks, call.stored)
    if call.stored.over:
        call.trace.status = call.stored.status
    elif _picks_up(call, ringing):
        leg = SimulatedLeg("center", call, call.parties, behavior.presses(), declines=behavior.declines)
        run_documents(
            leg, WebhookRequest(RequestKind.PICKED_UP, order.url, fields.picked_up(call.parties)), VERBS
        )
    ringing.finish(call.status)


def _picks_up(call: ActiveCall, ringing: Ringing) -> bool:
    try:
        ringing.start()
        status = ringing.run()
    except LineHungUp:
        call.note(CallHungUp("carrier"))
        return False
    if ringing.picked_up:
        call.answer()
        return True
    call.end(status)
    return False
