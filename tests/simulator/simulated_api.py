"""The REST client against the carrier that is played, in one process: what tests of either begin with."""

from base64 import b64encode
from dataclasses import dataclass, field

from callrouter.carrier.http_transport import CarrierResponse, Request
from callrouter.carrier.twilio_rest import TwilioRest
from callrouter.telephony import CallToPlace
from simulator import (
    Caller,
    CenterBehaviors,
    Faults,
    InProcessTransport,
    SimulatedAccount,
    SimulatedCall,
    SimulatedCarrier,
    center_behaviors,
)
from tests.simulator.scripted_server import ORIGIN, ScriptedServer, response
from tests.simulator.simulation import ACCOUNT, CALLER, HELPLINE, NO_FAULTS, SUNRISE, Answers, stage

API = "https://api.twilio.com/2010-04-01/Accounts"
PRESS_1 = '<Gather numDigits="1" action="{}"><Say>{}</Say></Gather><Hangup/>'
RINGS_THE_CALLER = (
    f'<Dial action="/twilio/return/dialled" callerId="{HELPLINE}" timeout="20">'
    '<Number url="/twilio/return/asked" statusCallback="/twilio/return/leg" '
    f'statusCallbackEvent="initiated ringing answered completed">{CALLER}</Number></Dial>'
)
RETURNED: Answers = {
    "/twilio/return": response(
        PRESS_1.format("/twilio/return/key", "A caller asked to be called back. Press 1.")
    ),
    "/twilio/return/key": response(RINGS_THE_CALLER),
    "/twilio/return/asked": response(
        PRESS_1.format("/twilio/return/consent", "You asked us to call. Press 1.")
    ),
    "/twilio/return/consent": response(),
    "/twilio/return/dialled": response("<Say>Goodbye.</Say>"),
}
TO_SUNRISE = CallToPlace(SUNRISE, HELPLINE, f"{ORIGIN}/twilio/return", f"{ORIGIN}/twilio/return/status", 20)
MESSAGE = response('<Record recordingStatusCallback="/twilio/recorded" action="/twilio/next"/>')


@dataclass
class SimulatedApi:
    """A carrier, the server that it asks, and our client of it."""

    carrier: SimulatedCarrier
    server: ScriptedServer
    client: TwilioRest = field(init=False)

    def __post_init__(self) -> None:
        self.client = TwilioRest(ACCOUNT.sid, ACCOUNT.token, transport=InProcessTransport(self.carrier.rest))

    def places(self, call: CallToPlace = TO_SUNRISE) -> str:
        return self.client.place_call(call)

    def returns(self, owner: str, caller: str = "answer:60", faults: Faults = NO_FAULTS) -> SimulatedCall:
        """Places a return call and performs it; the two behave as they are written on a command line."""
        self.places()
        return self.carrier.perform_queued(people(owner, caller), faults=faults)[0]

    def is_left_a_message(self, caller: Caller) -> str:
        """Somebody is recorded; the recording's SID."""
        self.carrier.place_call(HELPLINE, caller)
        return list(self.carrier.records.recordings)[-1]

    def asks(
        self, method: str, path: str, form: str = "", account: SimulatedAccount = ACCOUNT
    ) -> CarrierResponse:
        """A request to the API as it travels, for what the SDK would not ask."""
        url = path if path.startswith("https:") else f"{API}/{ACCOUNT.sid}{path}"
        headers = {"Authorization": basic(account), "Content-Type": "application/x-www-form-urlencoded"}
        return InProcessTransport(self.carrier.rest).send(Request(method, url, headers, form.encode()))


def basic(account: SimulatedAccount) -> str:
    words = f"{account.sid}:{account.token}".encode()
    return f"Basic {b64encode(words).decode()}"


def people(owner: str, caller: str = "answer:60") -> CenterBehaviors:
    return CenterBehaviors({SUNRISE: center_behaviors(owner), CALLER: center_behaviors(caller)})


def simulated_api(answers: Answers = RETURNED, faults: Faults = NO_FAULTS) -> SimulatedApi:
    return SimulatedApi(*stage(answers, faults))
