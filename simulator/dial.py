"""Performs `<Dial>` with one `<Number>` or `<Sip>`: rings somebody and connects the two."""

from __future__ import annotations

from simulator import fields
from simulator.active_call import LineHungUp, NotSimulated
from simulator.behavior import Location
from simulator.document import BadDocument, Verb
from simulator.events import LegBridged, LegEnded, ResponseIgnored, Who
from simulator.fields import DialFields, Parties
from simulator.leg import SimulatedLeg, Step
from simulator.ringing import Ringing, StatusCallbacks
from simulator.trace import RequestKind, path_of
from simulator.webhook_client import WebhookRequest
from simulator.whisper import whisper_accepts

RINGING = 30
SHORTEST, LONGEST = 5, 600
ON_TOP = 5
"""Seconds that the carrier lets it ring longer than the document says."""
TIME_LIMIT = 4 * 60 * 60
BAD_CALLER_ID = 13214
OTHER: dict[Who, Who] = {"caller": "center", "center": "caller"}


def dial(leg: SimulatedLeg, verb: Verb) -> Step:
    """Rings; goes on with the action where one is given, else with the next verb."""
    if verb.attributes.get("record", "do-not-record") != "do-not-record":
        raise NotSimulated("<Dial record> is not simulated")
    return _Dialing(leg, verb, _target(verb)).run()


def _target(verb: Verb) -> Verb:
    """Whom to ring: the only number, or the text of the `<Dial>` itself."""
    if len(verb.children) > 1:
        raise NotSimulated("<Dial> rings one center at a time; several at once are not simulated")
    target = verb.children[0] if verb.children else Verb("Number", text=verb.text)
    if "machineDetection" in target.attributes:
        raise NotSimulated("machineDetection is not simulated")
    return target


class _Dialing:
    """One ringing, from the first tone to what is reported of its end."""

    def __init__(self, leg: SimulatedLeg, verb: Verb, target: Verb) -> None:
        self._leg, self._verb, self._target = leg, verb, target
        self._call = leg.call
        self._shown = verb.attributes.get("callerId", leg.parties.caller)
        self._behavior = leg.call.behavior_of(target.text)
        self._child = self._called_leg()
        stored = self._call.records.add_call(self._child, self._call.clock.now())
        self._ringing = Ringing(
            self._call, self._child, self._behavior, self._patience, self._callbacks(), stored
        )
        self._bridged = False

    @property
    def _patience(self) -> int:
        return min(max(self._verb.number("timeout", RINGING), SHORTEST), LONGEST) + ON_TOP

    def _callbacks(self) -> StatusCallbacks:
        url = self._target.attributes.get("statusCallback")
        events = self._target.attributes.get("statusCallbackEvent", "completed").split()
        where = None if url is None else self._leg.resolve(url)
        return StatusCallbacks(RequestKind.LEG_STATUS, fields.leg_status, where, frozenset(events))

    def _called_leg(self) -> Parties:
        call = self._call.parties
        place = Location() if self._target.name == "Number" else None
        return Parties(
            account=call.account,
            sid=self._call.sids.call(),
            caller=self._shown,
            called=self._target.text,
            caller_place=call.called_place,
            called_place=place,
            direction="outbound-dial",
            parent=call.sid,
            via=call.called,
        )

    def run(self) -> Step:
        try:
            return self._reported(self._ended(self._ring()))
        except LineHungUp:
            self._left_behind()
            raise

    def _ring(self) -> str:
        """Rings, and gives the status with which that ends."""
        if not self._verb.says_yes("answerOnBridge"):
            self._call.answer()
        self._ringing.start()
        if not self._call.may_show(self._shown):
            return self._bad_caller_id()
        status = self._ringing.run()
        if self._ringing.picked_up:
            self._picked_up()
        return status

    def _bad_caller_id(self) -> str:
        reason = "callerId is neither of the call's own numbers, nor one of the account"
        self._call.client.report_error(BadDocument(BAD_CALLER_ID, [reason]), self._leg.url)
        return "failed"

    def _picked_up(self) -> None:
        url = self._target.attributes.get("url")
        if url is None or whisper_accepts(self._listening(), self._leg.resolve(url)):
            self._talk()

    def _listening(self) -> SimulatedLeg:
        who, keys = OTHER[self._leg.who], self._behavior.presses()
        return SimulatedLeg(
            who, self._call, self._child, keys, declines=self._behavior.declines, dialled=True
        )

    def _talk(self) -> None:
        self._bridged = True
        if not self._call.clock_is_shared:
            # The application takes the screening off by its own clock, for which it took no time.
            self._ringing.picked_up = self._call.clock.now()
        self._call.answer()
        self._call.note(LegBridged(self._target.text, self._leg.who))
        limit = self._verb.number("timeLimit", TIME_LIMIT)
        self._call.spend(min(self._behavior.seconds, limit))
        if self._behavior.hangs_up == self._leg.who and self._behavior.seconds <= limit:
            self._call.leave()

    def _left_behind(self) -> None:
        """The leg goes with the call. The action is still asked for; what it answers leads nowhere."""
        ask = self._reported(self._ended(self._left_as()))
        if ask is not None:
            self._call.note(ResponseIgnored(path_of(ask.url)))
            self._call.client.report(ask)

    def _left_as(self) -> str:
        if self._bridged:
            return "completed"
        # For the caller it rings on during the whisper; what the carrier calls such a leg is not certain.
        faults = self._call.faults
        return faults.left_whisper if self._ringing.picked_up else faults.left_leg

    def _ended(self, status: str) -> DialFields:
        rang, number = self._ringing.rang, self._target.text
        seconds = self._ringing.finish(status)
        self._call.note(LegEnded(self._child.sid, number, self._shown, status, self._bridged, rang, seconds))
        return DialFields(self._child.sid, status, self._bridged, seconds)

    def _reported(self, result: DialFields) -> WebhookRequest | None:
        action = self._verb.attributes.get("action")
        if action is None:
            return None
        tells_bridged = self._call.faults.tells_bridged
        told = fields.dial_ended(self._leg.parties, self._call.status, result, tells_bridged=tells_bridged)
        return WebhookRequest(RequestKind.DIAL, self._leg.resolve(action), told)
