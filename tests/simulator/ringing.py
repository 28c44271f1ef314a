"""Calls that ring one center: the documents, and how to look at what the carrier told of the leg."""

from collections.abc import Sequence

from simulator import Caller, CenterBehavior, Faults, center_behaviors
from tests.simulator.scripted_server import response
from tests.simulator.simulation import ANYBODY, HELPLINE, NO_FAULTS, SUNRISE, Played, play

EVENTS = "initiated ringing answered completed"
WHISPER = (
    '<Gather numDigits="1" timeout="5" action="/twilio/screened">'
    "<Say>A call. Press 1.</Say></Gather><Hangup/>"
)


def number(url: str = 'url="/twilio/whisper"', events: str = EVENTS) -> str:
    return f'<Number {url} statusCallback="/twilio/leg" statusCallbackEvent="{events}">{SUNRISE}</Number>'


def dial(target: str, attributes: str = "") -> str:
    return f'<Dial timeout="20" action="/twilio/dialled" callerId="{HELPLINE}" {attributes}>{target}</Dial>'


SCREENED = {
    "/twilio/voice": response("<Say>Connecting you.</Say>" + dial(number())),
    "/twilio/whisper": response(WHISPER),
    "/twilio/screened": response(),
    "/twilio/dialled": response("<Say>Goodbye.</Say>"),
}


def rings(
    behavior: str | Sequence[CenterBehavior],
    caller: Caller = ANYBODY,
    faults: Faults = NO_FAULTS,
    **verbs: str,
) -> Played:
    """A call that rings Sunrise; `verbs` take the place of a document: `voice=`, `whisper=`, `dialled=` …"""
    does = center_behaviors(behavior) if isinstance(behavior, str) else behavior
    documents = SCREENED | {f"/twilio/{name}": response(document) for name, document in verbs.items()}
    return play(documents, caller, {SUNRISE: does}, faults)


def leg_statuses(played: Played) -> list[str]:
    return [told["CallStatus"] for told in played.server.at("/twilio/leg")]


def dialled(played: Played) -> dict[str, str]:
    """What the action was told of the end of dialing; what was not told is `absent`."""
    told = played.server.at("/twilio/dialled")[0]
    names = ("DialCallStatus", "DialBridged", "DialCallDuration", "CallStatus")
    return {name: told.get(name, "absent") for name in names}
