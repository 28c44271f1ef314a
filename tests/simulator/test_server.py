"""The simulated carrier as a process: asked over sockets, and calling our server over sockets."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from callrouter.carrier.twilio_rest import TwilioRest
from callrouter.errors import Fault
from callrouter.telephony import RefusedByCarrier, TooManyRequests
from config.settings import Settings, read_settings
from simulator import SimulatedAccount, SimulatedRecording, SimulatedRecords, WebhookResponse
from simulator.account import Sids
from simulator.fields import Parties, RecordingFields
from simulator.rest.control_client import ControlClient
from simulator.server import start_server
from tests.server.running import ROOT, free_port
from tests.simulator.scripted_server import ORIGIN, ScriptedServer
from tests.simulator.simulated_api import RETURNED, TO_SUNRISE
from tests.simulator.simulation import CALLER, HELPLINE, SUNRISE
from tests.simulator.socket_server import serving

PATIENCE = 20.0
NOW = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)


class Watched(ScriptedServer):
    """Our server, which knows when the end of a call has been told."""

    def __init__(self, token: str) -> None:
        super().__init__(RETURNED, token=token)
        self.ended = threading.Event()

    def _next(self, path: str) -> WebhookResponse:
        if self.received[-1].values.get("CallStatus") in {"completed", "no-answer"} and path.endswith(
            "/status"
        ):
            self.ended.set()
        return super()._next(path)


@dataclass
class Street:
    """Our server, the carrier beside it, and who asks the carrier."""

    settings: Settings
    server: Watched

    @property
    def account(self) -> SimulatedAccount:
        return SimulatedAccount(self.settings.account_sid, self.settings.auth_tokens[0])

    @property
    def client(self) -> TwilioRest:
        return TwilioRest(self.account.sid, self.account.token, self.settings.carrier_api_url)

    @property
    def control(self) -> ControlClient:
        return ControlClient(self.account, self.settings.carrier_api_url)

    def returns(self) -> str:
        """Has a return call placed, and waits until it is over."""
        sid = self.client.place_call(TO_SUNRISE)
        assert self.server.ended.wait(PATIENCE)
        return sid


def settings(place: Path, **given: object) -> Settings:
    given = {"CALLROUTER_HOME": place / "var", "PUBLIC_URL": ORIGIN, **given}
    return read_settings({name: str(value) for name, value in given.items()}, place / ".env")


@pytest.fixture
def street(tmp_path: Path) -> Iterator[Street]:
    watched = Watched(settings(tmp_path).auth_tokens[0])
    with serving(watched) as server:
        api = f"http://127.0.0.1:{free_port()}"
        told: list[str] = []
        chosen = settings(tmp_path, PORT=server.server_port, TWILIO_API_URL=api)
        with start_server(chosen, told.append) as carrier:
            thread = threading.Thread(target=carrier.serve_forever, kwargs={"poll_interval": 0.01})
            thread.start()
            yield Street(chosen, watched)
            carrier.shutdown()
            thread.join()


def test_a_call_that_is_placed_is_performed_after_its_answer(street: Street) -> None:
    sid = street.returns()
    assert street.server.at("/twilio/return/dialled")[0]["DialBridged"] == "true"
    call = street.client.call(sid)
    assert call is not None
    assert (call.status, call.to) == ("completed", SUNRISE)
    assert {each["CallSid"] for each in street.server.at("/twilio/return/status")} == {sid}


def test_people_do_what_was_said_of_them(street: Street) -> None:
    street.control.set_behavior(SUNRISE, "answer:90:keys=1")
    street.control.set_behavior(CALLER, "answer:60:keys=9")
    street.returns()
    assert street.server.at("/twilio/return/consent")[0]["Digits"] == "9"


def test_what_is_said_is_for_one_ringing_after_another(street: Street) -> None:
    street.control.set_behavior(SUNRISE, "no-answer,busy")
    street.returns()
    assert street.server.at("/twilio/return/status")[-1]["CallStatus"] == "no-answer"
    assert street.server.at("/twilio/return") == []


def test_what_nobody_does_is_refused(street: Street) -> None:
    with pytest.raises(Fault):
        street.control.set_behavior(SUNRISE, "flies")


def test_what_happened_elsewhere_stands_in_its_books(street: Street) -> None:
    sids = Sids(Random(1))
    cdrs = SimulatedRecords(street.control.add)
    parties = Parties(street.account.sid, sids.call(), CALLER, HELPLINE, None, None)
    cdrs.add_recording(
        SimulatedRecording(
            RecordingFields(street.account.sid, parties.sid, sids.recording(), NOW, 3), "completed"
        )
    )
    cdrs.end_call(cdrs.add_call(parties, NOW, "ringing"), "completed", NOW, 30)
    call = street.client.call(parties.sid)
    assert call is not None
    assert (call.shown, call.status, call.seconds, call.started_at) == (CALLER, "completed", 30, NOW)
    [sid] = cdrs.recordings
    recording = street.client.recording(sid)
    assert recording is not None
    assert (recording.call, recording.seconds) == (parties.sid, 3)
    assert street.client.sound(sid).startswith(b"RIFF")


def test_only_who_has_the_token_is_listened_to(street: Street) -> None:
    stranger = SimulatedAccount(street.account.sid, "another token")
    assert not ControlClient(stranger, street.settings.carrier_api_url).is_running()
    assert street.control.is_running()
    with pytest.raises(RefusedByCarrier):
        TwilioRest(stranger.sid, stranger.token, street.settings.carrier_api_url).place_call(TO_SUNRISE)


def test_more_than_a_call_a_second_is_too_much(street: Street) -> None:
    with pytest.raises(TooManyRequests):
        for _ in range(20):
            street.client.place_call(TO_SUNRISE)


def test_no_number_is_told_to_the_terminal(tmp_path: Path) -> None:
    api = f"http://127.0.0.1:{free_port()}"
    chosen = settings(tmp_path)
    watched = Watched(chosen.auth_tokens[0])
    with (
        serving(watched) as server,
        process(tmp_path, PORT=str(server.server_port), TWILIO_API_URL=api) as carrier,
    ):
        street = Street(settings(tmp_path, PORT=server.server_port, TWILIO_API_URL=api), watched)
        list(lines_until(carrier, "listens at"))
        street.returns()
        said = "".join(lines_until(carrier, "the call is over"))
    assert "our server has +1 310 ••• ••01 rung" in said
    assert CALLER not in said
    assert SUNRISE not in said


def test_with_an_account_there_is_none_to_play(tmp_path: Path) -> None:
    account = {"TWILIO_ACCOUNT_SID": "AC" + "1" * 32, "TWILIO_AUTH_TOKEN": "x", "PUBLIC_URL": ORIGIN}
    with process(tmp_path, **account) as carrier:
        said, _ = carrier.communicate(timeout=PATIENCE)
    assert carrier.returncode == 2
    assert "TWILIO_ACCOUNT_SID is set" in said


def test_where_it_cannot_listen_it_says_so(tmp_path: Path, street: Street) -> None:
    with process(tmp_path, TWILIO_API_URL=street.settings.carrier_api_url) as carrier:
        said, _ = carrier.communicate(timeout=PATIENCE)
    assert carrier.returncode == 1
    assert f"cannot listen at {street.settings.carrier_api_url}" in said


@contextmanager
def process(place: Path, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """The carrier as it is started by `make run`; it ends with the block."""
    with subprocess.Popen(
        [sys.executable, "-m", "simulator.server"],
        cwd=place,
        env={"PYTHONPATH": str(ROOT), "CALLROUTER_HOME": "var", "PUBLIC_URL": ORIGIN, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as carrier:
        try:
            yield carrier
        finally:
            carrier.kill()


def lines_until(process: subprocess.Popen[str], text: str) -> Iterator[str]:
    """What it prints, up to the line with this text."""
    for line in process.stdout or ():
        yield line
        if text in line:
            return
