"""Rings a center: the listing's own, or the next in a helpline's rotation."""

from __future__ import annotations

from callrouter.billing.spend_cap import PricedAttempt, reserve
from callrouter.calls.model import Call, Leg
from callrouter.calls.states import CHOOSING, OFFERING, RINGING
from callrouter.calls.steps import Choices, Offer, Ring, Step
from callrouter.calls.turn import Turn
from callrouter.calls.wait import seconds_left
from callrouter.directory.directory import Center
from callrouter.events import outbox
from callrouter.routing.decide import RoutingRequest, decide
from callrouter.routing.eligibility import partner_forbids
from callrouter.routing.lines import take_line

MOST_TRIES_OF_A_LISTING = 3
DID_NOT_ANSWER = "did-not-answer"
LINES_BUSY = "lines-busy"
NOT_AVAILABLE = "not-available"


def ring_next_center(turn: Turn) -> Step:
    """Ring the center that is owed most. If none is eligible, offer a return call or a message."""
    call = turn.call
    call.attempts += 1
    decided = decide(
        turn.session, turn.memory, turn.decision_context(), routing_request(turn), turn.line_to_release
    )
    if decided.center:
        return _ring(turn, decided.center)
    if not _helpline_legs(call):
        outbox.publish_alert(turn.session, "nobody-eligible", at=turn.now, call=call.sid)
    return offer(turn)


def ring_owner(turn: Turn, key: str) -> Step:
    """Ring the center that owes this caller a return call, because the caller asks for it; else the next.

    The rotation decides nothing here: the center used its turn when it got the promise.
    """
    center = turn.directory.centers.get(key)
    if center is None or not take_line(turn.session, center):
        return ring_next_center(turn)
    turn.call.attempts += 1
    return _ring(turn, center)


def callable_owner(turn: Turn, key: str | None) -> Center | None:
    """The center that owes this caller a return call, if a call may go there now."""
    center = turn.directory.centers.get(key or "")
    if center is None or partner_forbids(turn.directory.partners[center.partner], turn.now):
        return None
    return center


def routing_request(turn: Turn) -> RoutingRequest:
    """The facts of the call that routing may know."""
    call = turn.call
    return RoutingRequest(
        call=call.sid,
        attempt=call.attempts,
        state=call.state,
        language=call.language,
        tried=_excluded_centers(turn),
        arrived_at=call.arrived_at,
        simulated=call.simulated,
        seconds_left=seconds_left(_helpline_legs(call), call.spoken_seconds, turn.helpline.max_wait_seconds),
        announcement_seconds=lambda center: turn.dependencies.announcement_seconds(
            turn.wordings, center.name, call.language
        ),
    )


def _helpline_legs(call: Call) -> list[Leg]:
    return [leg for leg in call.legs if leg.kind == "helpline"]


def _excluded_centers(turn: Turn) -> frozenset[str]:
    """The centers that this call has tried. Also a listing's own center, after its caller chose the helpline."""
    call = turn.call
    own = {turn.arrived_under.listings[call.listing].center} if call.listing else set()
    return frozenset(own.union(leg.center for leg in call.legs))


def ring_listing_center(turn: Turn) -> Step:
    """Ring the center of the dialed listing, and no other."""
    call, center = turn.call, listing_center(turn)
    if center is None:
        return choices(turn, NOT_AVAILABLE)
    call.attempts += 1
    if not take_line(turn.session, center):
        return choices(turn, LINES_BUSY)
    return _ring(turn, center)


def listing_center(turn: Turn) -> Center | None:
    """The center of the dialed listing. None if no call may go there now."""
    center = turn.directory.centers.get(turn.call.only_center)
    if center is None or partner_forbids(turn.directory.partners[center.partner], turn.now):
        return None
    return center


def _ring(turn: Turn, center: Center) -> Ring:
    call = turn.call
    call.move(RINGING)
    leg = Leg(
        call=call.sid,
        number=call.attempts,
        only_center=call.only_center,
        center=center.key,
        partner=center.partner,
        kind=call.route or "",
        name=center.name,
        phone=center.phone,
        ring_seconds=center.ring_seconds,
        screens=center.screens,
        began_at=turn.now,
    )
    call.legs.append(leg)
    turn.new_legs.append(leg)
    if leg.partner in turn.directory.spend_capped:
        attempt = PricedAttempt(call.sid, leg.number, leg.kind, call.arrived_at, call.simulated)
        reserve(turn.session, turn.directory.partners[leg.partner], attempt)
    return _ring_step(turn, leg)


def _ring_step(turn: Turn, leg: Leg) -> Ring:
    call = turn.call
    return Ring(
        wording="listing" if leg.kind == "listing" else "connecting",
        center=leg.center,
        name=leg.name,
        language=call.language,
        leg=leg.number,
        phone=leg.phone,
        shown=None if call.shows_number else call.dialled,
        ring_seconds=leg.ring_seconds,
        screens=leg.screens,
    )


def choices(turn: Turn, why: str) -> Choices:
    """Offer a listing's caller the choices after its center did not answer."""
    call = turn.call
    call.move(CHOOSING)
    helpline, center = turn.helpline_instead, listing_center(turn)
    available = center is not None
    return Choices(
        name=(center or turn.arrived_under.centers[call.only_center]).name,
        language=call.language,
        why=why,
        try_again=available and call.attempts < MOST_TRIES_OF_A_LISTING,
        promise=available and call.can_be_called_back,
        helpline=helpline.name if helpline else None,
    )


def offer(turn: Turn) -> Offer:
    """Offer a helpline's caller a return call, if the number is known, or a message."""
    turn.call.move(OFFERING)
    return Offer(
        helpline=turn.helpline.name, language=turn.call.language, promise=turn.call.can_be_called_back
    )
