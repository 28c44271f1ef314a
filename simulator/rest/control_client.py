"""The simulated carrier that runs as a process of its own, as seen by another one: `callrouter call`."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import quote, urlencode

from callrouter.carrier.http_transport import CarrierTransport, HttpTransport, NoAnswer, NotConnected, Request
from callrouter.errors import Fault
from simulator.account import SimulatedAccount
from simulator.records import SimulatedRecord
from simulator.rest.api import FORM
from simulator.rest.control import ENTRIES, PEOPLE
from simulator.rest.record_json import to_json
from simulator.rest.resources import ACCOUNTS


class ControlClient:
    """The carrier at an origin; whether it runs is found out when something is asked of it."""

    def __init__(
        self, account: SimulatedAccount, origin: str, transport: CarrierTransport | None = None
    ) -> None:
        self.origin = origin
        self._transport = transport or HttpTransport()
        self._account = account
        words = b64encode(f"{account.sid}:{account.token}".encode()).decode()
        self._signed_in = {"Authorization": f"Basic {words}"}

    def is_running(self) -> bool:
        """Whether it is there, and has the same account."""
        return self._asked("GET", f"{ACCOUNTS}/{self._account.sid}/Calls.json?PageSize=1")

    def set_behavior(self, number: str, behavior: str) -> None:
        """When our server has this number rung, this happens."""
        body = urlencode({"behavior": behavior}).encode()
        if not self._asked("PUT", f"{PEOPLE}/{quote(number, safe='+')}", body, {"Content-Type": FORM}):
            raise Fault(f"the simulated carrier at {self.origin} does not take what is said of people")

    def add(self, entry: SimulatedRecord) -> None:
        """Something that happened here stands in its records too; where it does not run, nowhere else."""
        self._asked("POST", ENTRIES, to_json(entry), {"Content-Type": "application/json"})

    def _asked(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> bool:
        request = Request(method, self.origin + path, {**self._signed_in, **(headers or {})}, body)
        try:
            status = self._transport.send(request).status
        except (NotConnected, NoAnswer):
            return False
        return HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES
