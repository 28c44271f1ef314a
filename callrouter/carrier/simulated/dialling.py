"""Rings a center and puts it through to the caller: `<Dial>` with one `<Number>` or `<Sip>`."""

from __future__ import annotations

from datetime import datetime

from callrouter.carrier.simulated import fields
from callrouter.carrier.simulated.asking import Ask
from callrouter.carrier.simulated.document import BadDocument, Verb
from callrouter.carrier.simulated.fields import DialResult, Parties
from callrouter.carrier.simulated.happenings import AnswerIgnored, Bridged, LegEnded, PickedUp, Rings
from callrouter.carrier.simulated.leg import Leg, Step
from callrouter.carrier.simulated.ongoing import CallerLeft, NotSimulated
from callrouter.carrier.simulated.people import During, Picks, Place
from callrouter.carrier.simulated.story import Kind, path_of
from callrouter.carrier.simulated.whisper import lets_through

RINGING = 30
SHORTEST, LONGEST = 5, 600
ON_TOP = 5
"""Seconds that the carrier lets it ring longer than the document says."""
TIME_LIMIT = 4 * 60 * 60
SECONDS_TO_FAIL = 2.0
BAD_CALLER_ID = 13214
AT_ONCE = {Picks.BUSY: "busy", Picks.FAILED: "failed"}
EVENT_STATUS = {"initiated": "initiated", "ringing": "ringing", "answered": "in-progress"}


def dial(leg: Leg, verb: Verb) -> Step:
    """Rings; goes on with the action where one is given, else with the next verb."""
    if verb.attributes.get("record", "do-not-record") != "do-not-record":
        raise NotSimulated("<Dial record> is not simulated")
    return _Dialling(leg, verb, _target(verb)).runs()


def _target(verb: Verb) -> Verb:
    """Whom to ring: the only number, or the text of the `<Dial>` itself."""
    if len(verb.children) > 1:
        raise NotSimulated("<Dial> rings one center at a time; several at once are not simulated")
    target = verb.children[0] if verb.children else Verb("Number", text=verb.text)
    if "machineDetection" in target.attributes:
        raise NotSimulated("machineDetection is not simulated")
    return target


class _Dialling:
    """One ringing, from the first tone to what is reported of its end."""

    def __init__(self, leg: Leg, verb: Verb, target: Verb) -> None:
        self._leg, self._verb, self._target = leg, verb, target
        self._call = leg.call
        self._shown = verb.attributes.get("callerId", leg.parties.caller)
        self._behaviour = leg.call.behaviour_of(target.text)
        self._child = self._called_leg()
        self._began = leg.call.clock.now()
        self._picked_up: datetime | None = None
        self._bridged = False
        self._rang = 0.0
        self._sequence = 0

    @property
    def _patience(self) -> int:
        return min(max(self._verb.number("timeout", RINGING), SHORTEST), LONGEST) + ON_TOP

    def _called_leg(self) -> Parties:
        call = self._call.parties
        place = Place() if self._target.name == "Number" else None
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

    def runs(self) -> Step:
        try:
            return self._reported(self._ended(self._rings()))
        except CallerLeft:
            self._caller_left()
            raise

    def _rings(self) -> str:
        """Rings, and gives the status with which that ends."""
        if not self._verb.says_yes("answerOnBridge"):
            self._call.answer()
        self._call.note(Rings(self._target.text, self._shown, self._patience))
        self._progress("initiated")
        if not self._call.may_show(self._shown):
            return self._bad_caller_id()
        if self._behaviour.picks in AT_ONCE:
            self._call.spend(SECONDS_TO_FAIL)
            return AT_ONCE[self._behaviour.picks]
        self._progress("ringing")
        return self._waits()

    def _bad_caller_id(self) -> str:
        reason = "callerId is neither of the call's own numbers, nor one of the account"
        self._call.asker.complain(BadDocument(BAD_CALLER_ID, [reason]), self._leg.url)
        return "failed"

    def _waits(self) -> str:
        self._call.begins(During.RINGING)
        if self._behaviour.picks is Picks.THE_CALLER_LEAVES:
            self._call.leaves_within(self._behaviour.seconds)
        if not self._behaviour.answers or self._behaviour.rings > self._patience:
            self._call.spend(self._patience)
            return "no-answer"
        self._call.spend(self._behaviour.rings)
        self._picks_up()
        return "completed"

    def _picks_up(self) -> None:
        self._picked_up = self._call.clock.now()
        self._rang = self._ringing_so_far()
        self._call.note(PickedUp(self._target.text, self._rang))
        self._progress("answered")
        url = self._target.attributes.get("url")
        if url is None or lets_through(self._listening(), self._leg.resolve(url)):
            self._talks()

    def _listening(self) -> Leg:
        return Leg("center", self._call, self._child, self._behaviour.keys, declines=self._behaviour.declines)

    def _talks(self) -> None:
        self._bridged = True
        if not self._call.clock_is_shared:
            # The application takes the screening off by its own clock, for which it took no time.
            self._picked_up = self._call.clock.now()
        self._call.answer()
        self._call.note(Bridged(self._target.text))
        limit = self._verb.number("timeLimit", TIME_LIMIT)
        self._call.spend(min(self._behaviour.seconds, limit))
        if self._behaviour.hangs_up == "caller" and self._behaviour.seconds <= limit:
            self._call.leave()

    def _caller_left(self) -> None:
        """The leg goes with the caller. The action is still asked for; what it answers leads nowhere."""
        ask = self._reported(self._ended(self._left_as()))
        if ask is not None:
            self._call.note(AnswerIgnored(path_of(ask.url)))
            self._call.asker.report(ask)

    def _left_as(self) -> str:
        if self._bridged:
            return "completed"
        # For the caller it rings on during the whisper; what the carrier calls such a leg is not certain.
        faults = self._call.faults
        return faults.left_whisper if self._picked_up else faults.left_leg

    def _ended(self, status: str) -> DialResult:
        seconds = None
        if status == "completed" and self._picked_up:
            seconds = self._call.seconds_since(self._picked_up)
        rang = self._rang if self._picked_up else self._ringing_so_far()
        leg = LegEnded(self._child.sid, self._target.text, self._shown, status, self._bridged, rang, seconds)
        self._call.note(leg)
        self._progress("completed", status, seconds or 0)
        return DialResult(self._child.sid, status, self._bridged, seconds)

    def _reported(self, result: DialResult) -> Ask | None:
        action = self._verb.attributes.get("action")
        if action is None:
            return None
        tells_bridged = self._call.faults.tells_bridged
        told = fields.dialled(self._leg.parties, self._call.status, result, tells_bridged=tells_bridged)
        return Ask(Kind.DIAL, self._leg.resolve(action), told)

    def _ringing_so_far(self) -> float:
        return (self._call.clock.now() - self._began).total_seconds()

    def _progress(self, event: str, status: str | None = None, seconds: int | None = None) -> None:
        """A status callback of the called leg, if it was asked for; only those are numbered."""
        url = self._target.attributes.get("statusCallback")
        events = self._target.attributes.get("statusCallbackEvent", "completed").split()
        if url is None or event not in events:
            return
        now = self._call.clock.now()
        told = fields.leg_status(self._child, status or EVENT_STATUS[event], now, self._sequence, seconds)
        self._sequence += 1
        self._call.asker.tell(Kind.LEG_STATUS, self._leg.resolve(url), told)
