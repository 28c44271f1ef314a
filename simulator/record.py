"""What the caller says after the tone: `<Record>`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from simulator import fields
from simulator.active_call import LineHungUp, NotSimulated
from simulator.behavior import CallPhase
from simulator.document import Verb
from simulator.events import MessageRecorded, ResponseIgnored
from simulator.leg import SimulatedLeg
from simulator.records import SimulatedRecording
from simulator.trace import RequestKind, path_of
from simulator.webhook_client import WebhookRequest

SILENCE = 5
LONGEST = 3600
FINISHES = "1234567890*#"
HANGUP = "hangup"


def record(leg: SimulatedLeg, verb: Verb) -> WebhookRequest | None:
    """Records the caller; where nothing was said, the next verb follows and no action is asked for."""
    if verb.says_yes("transcribe"):
        raise NotSimulated("<Record transcribe> is not simulated")
    leg.opens()
    leg.call.begin(CallPhase.RECORDING)
    return _Tape(leg, verb, leg.call.clock.now(), leg.call.sids.recording()).run()


@dataclass
class _Tape:
    """One recording while it runs."""

    leg: SimulatedLeg
    verb: Verb
    started: datetime
    sid: str

    def run(self) -> WebhookRequest | None:
        try:
            ended_by = self._listen()
        except LineHungUp:
            self._caller_left()
            raise
        return self._silent() if ended_by is None else self._finish(ended_by)

    def _listen(self) -> str | None:
        """What ended it: a key, or silence (empty), or None where nothing was said at all."""
        message, longest = self.leg.call.caller.message, self.verb.number("maxLength", LONGEST)
        silence = min(self.verb.number("timeout", SILENCE), longest)
        self.leg.call.spend(min(message.seconds, longest) or silence)
        if not message.seconds:
            return None
        if message.seconds >= longest:
            return ""
        if message.ended_by == "hangup":
            self.leg.call.leave()
        if message.ended_by == "key" and message.key in self.verb.attributes.get("finishOnKey", FINISHES):
            return message.key
        self.leg.call.spend(silence)
        return ""

    def _finish(self, ended_by: str) -> WebhookRequest:
        recording = self._recording()
        self.leg.call.note(MessageRecorded(recording.seconds, ended_by or "silence"))
        self._store(recording, "completed")
        told = fields.recorded(self.leg.parties, self.leg.status, recording, ended_by)
        return WebhookRequest(RequestKind.RECORD, self.leg.resolve(self.verb.attributes.get("action")), told)

    def _caller_left(self) -> None:
        ask = self._finish(HANGUP)
        self.leg.call.note(ResponseIgnored(path_of(ask.url)))
        self.leg.call.client.report(ask)

    def _silent(self) -> WebhookRequest | None:
        self.leg.call.note(MessageRecorded(0, "silence"))
        self._store(self._recording(seconds=0), "absent")
        return None

    def _recording(self, seconds: int | None = None) -> fields.RecordingFields:
        call = self.leg.call
        length = call.seconds_since(self.started) if seconds is None else seconds
        return fields.RecordingFields(call.account.sid, call.parties.sid, self.sid, self.started, length)

    def _store(self, recording: fields.RecordingFields, status: str) -> None:
        """Booked before anybody is told of it, for whoever is told may ask at once."""
        silent = self.leg.call.caller.message.silent
        self.leg.call.records.add_recording(SimulatedRecording(recording, status, silent))
        self._call_back(recording, status)

    def _call_back(self, recording: fields.RecordingFields, status: str) -> None:
        url = self.verb.attributes.get("recordingStatusCallback")
        events = self.verb.attributes.get("recordingStatusCallbackEvent", "completed").split()
        if url and status in events:
            told = fields.recording_status(recording, status)
            self.leg.call.client.send_callback(RequestKind.RECORDING_STATUS, self.leg.resolve(url), told)
