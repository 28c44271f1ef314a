"""A call that our server has had placed: rings somebody, and performs our documents for whoever picks up."""

from __future__ import annotations

from simulator import fields
from simulator.active_call import LeftTheLine, Ongoing
from simulator.dial import ON_TOP
from simulator.events import HungUp
from simulator.inbound import VERBS as VERBS_OF_AN_INCOMING_CALL
from simulator.inbound import converse
from simulator.leg import Leg
from simulator.records import Order
from simulator.ringing import Callbacks, Ringing
from simulator.trace import Kind, Turn
from simulator.webhook_client import Ask

VERBS = {name: verb for name, verb in VERBS_OF_AN_INCOMING_CALL.items() if name != "Reject"}


def ring(call: Ongoing, order: Order) -> None:
    """The whole call, from its first ring to the callback that reports its end."""
    call.story.turns.append(Turn(0.0, Kind.RINGING, ""))
    behaviour = call.behaviour_of(call.parties.called)
    callbacks = Callbacks(Kind.CALL_STATUS, fields.outgoing_status, order.status_url, order.events)
    patience = order.ring_seconds + ON_TOP
    ringing = Ringing(call, call.parties, behaviour, patience, callbacks, call.booked)
    if call.booked.over:
        call.story.status = call.booked.status
    elif _picks_up(call, ringing):
        leg = Leg("center", call, call.parties, behaviour.presses(), declines=behaviour.declines)
        converse(leg, Ask(Kind.PICKED_UP, order.url, fields.picked_up(call.parties)), VERBS)
    ringing.ends(call.status)


def _picks_up(call: Ongoing, ringing: Ringing) -> bool:
    try:
        ringing.begins()
        status = ringing.runs()
    except LeftTheLine:
        call.note(HungUp("carrier"))
        return False
    if ringing.picked_up:
        call.answer()
        return True
    call.end(status)
    return False
