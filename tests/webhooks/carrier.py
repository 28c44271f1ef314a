"""The carrier's requests by hand: a form, signed as it should be or not, and what the door answers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from werkzeug.test import Client, TestResponse

from callrouter.carrier.signature import Fields, sign
from tests.scenarios.places import NATIONAL
from tests.scenarios.world import ACCOUNT, ORIGIN, World

CALL = "CA" + "1" * 32
LEG = "CA" + "2" * 32
FORM = "application/x-www-form-urlencoded; charset=UTF-8"

INCOMING: dict[str, str] = {
    "AccountSid": ACCOUNT.sid,
    "CallSid": CALL,
    "CallStatus": "ringing",
    "From": "+13105550188",
    "To": NATIONAL,
    "Direction": "inbound",
    "ApiVersion": "2010-04-01",
    "CallerName": "",
}


@dataclass
class FakeCarrier:
    """Sends what a test has made up to the door of a world."""

    world: World
    token: str = field(default=ACCOUNT.token, repr=False)

    @property
    def client(self) -> Client:
        return Client(self.world.app)

    def posts(self, path: str = "/twilio/voice", **changes: str | None) -> TestResponse:
        """An incoming call's fields with these changes, rightly signed; None leaves a field out."""
        fields = {name: value for name, value in {**INCOMING, **changes}.items() if value is not None}
        return self.posts_fields(list(fields.items()), path)

    def posts_fields(self, fields: Fields, path: str = "/twilio/voice", **headers: str) -> TestResponse:
        signature = sign(self.token, ORIGIN + path, fields)
        return self.sends(path, urlencode(fields).encode(), {"X-Twilio-Signature": signature, **headers})

    def sends(self, path: str, body: bytes, headers: Mapping[str, str]) -> TestResponse:
        return self.client.post(path, data=body, headers={"Content-Type": FORM, **headers})


def routes(world: World) -> Iterator[Any]:
    """Every address of the door, with a number and a call where they belong."""
    for rule in world.app.url_map.iter_rules():
        yield rule, rule.rule.replace("<int:number>", "1").replace("<call>", CALL)
