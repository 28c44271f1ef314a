"""Runs the simulated carrier's REST API if no account is set: `python -m simulator.server`.

A call that is placed there is performed right after the answer, against our own server and in no real time. Its
records are only in memory, because they contain callers' numbers; a restart forgets them. The account's numbers are
those of the directory, and point at our own server until somebody changes them.
"""

import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from socketserver import TCPServer, ThreadingMixIn
from typing import Any
from urllib.parse import urlsplit
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import structlog
from sqlalchemy.exc import SQLAlchemyError

from callrouter.carrier.numbers import our_settings
from callrouter.database import Database
from callrouter.directory.versions import DirectoryCache
from callrouter.reports.reading import reading
from config.core_dumps import forbid_core_dumps
from config.environment import SettingsError
from config.logging import configure
from config.settings import Settings, read_settings
from config.web_address import address
from simulator import (
    PacedClock,
    SimulatedAccount,
    SimulatedCall,
    SimulatedCarrier,
    SimulatedRecords,
    SocketTransport,
    VirtualClock,
    Webhooks,
)
from simulator import transcript as in_lines
from simulator.account import Sids
from simulator.faults import random_source
from simulator.records import SimulatedCdr
from simulator.rest.account_state import AccountState
from simulator.rest.api import RestApi
from simulator.rest.api_faults import ApiFaults
from simulator.rest.control import routes
from simulator.rest.owned_numbers import OwnedNumbers
from simulator.rest.scripted_people import ScriptedPeople
from simulator.rest.trial_calls import OrderedCall, trial_route

Tell = Callable[[str], object]

log = structlog.get_logger("simulator.server")

HTTP = 80
CALLS_A_SECOND = 1
"""as much as Twilio lets an account place by default"""
MOST_TRIAL_CALLS = 20
"""at a time; each has a thread"""


def now() -> datetime:
    return datetime.now(UTC)


class DirectoryNumbers:
    """The numbers of the directory in force, which the simulated account owns; none where it cannot be read."""

    def __init__(self, database_url: str) -> None:
        self._database = Database(database_url, connections=1)
        self._shelf = DirectoryCache()

    def numbers(self) -> list[str]:
        try:
            with reading(self._database.engine) as connection:
                directory = self._shelf.in_force(connection)
        except SQLAlchemyError as error:
            log.warning("the directory cannot be read", error=type(error).__name__)
            return []
        return sorted(directory.own_numbers)


class SimulatedCarrierApp:
    """The API, and the thread that performs what is placed there."""

    def __init__(self, settings: Settings, tell: Tell) -> None:
        self._settings, self._tell = settings, tell
        self._account = SimulatedAccount(settings.account_sid, settings.auth_tokens[0])
        self.records, self.people = SimulatedRecords(), ScriptedPeople()
        self._transport = SocketTransport(via=address(settings.host, settings.port))
        self._something_waits = threading.Event()
        self._trials = threading.BoundedSemaphore(MOST_TRIAL_CALLS)
        directory = DirectoryNumbers(settings.database_url)
        self.state = AccountState(
            self._account,
            self.records,
            Sids(random_source(None)),
            now,
            ApiFaults(calls_a_second=CALLS_A_SECOND),
            OwnedNumbers(directory.numbers, our_settings(settings.public_url)),
        )
        self._api = RestApi(self.state, (*routes(self.people), trial_route(self.begin)))

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        return ResponseWithCallback(self._api(environ, start_response), self._something_waits.set)

    def perform(self) -> None:
        """Performs what is placed, one call after another, for ever."""
        while self._something_waits.wait():
            self._something_waits.clear()
            while (stored := self.records.next_queued()) is not None:
                self._perform(stored)

    def begin(self, ordered: OrderedCall) -> bool:
        """Performs a call in a thread of its own; False where too many are performed already."""
        if not self._trials.acquire(blocking=False):
            return False
        threading.Thread(target=self._try_out, args=[ordered], daemon=True).start()
        return True

    def _try_out(self, ordered: OrderedCall) -> None:
        clock = PacedClock(now(), ordered.speed) if ordered.speed else VirtualClock(now())

        def perform() -> SimulatedCall:
            carrier = self._carrier(clock)
            return carrier.place_call(ordered.number, ordered.caller, ordered.centers, sid=ordered.sid)

        self._report(ordered.sid, perform)
        self._trials.release()

    def _perform(self, stored: SimulatedCdr) -> None:
        clock = VirtualClock(now())
        self._report(stored.sid, lambda: self._carrier(clock).perform(stored, self.people))

    def _report(self, sid: str, perform: Callable[[], SimulatedCall]) -> None:
        try:
            self._tell("\n".join(in_lines(perform())))
        except Exception:
            # Whatever one call comes to, the next is performed.
            log.exception("a call could not be performed", call=sid)

    def _carrier(self, clock: VirtualClock) -> SimulatedCarrier:
        """One for each call, for a call takes time by its own clock alone."""
        return SimulatedCarrier(
            self._account,
            Webhooks.of(self._settings.public_url),
            self._transport,
            clock,
            clock_is_shared=False,
            records=self.records,
        )


class ResponseWithCallback:
    """An answer of the API, after which something else begins."""

    def __init__(self, parts: Iterable[bytes], then: Callable[[], None]) -> None:
        self._parts, self._then = parts, then

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._parts)

    def close(self) -> None:
        self._then()


def say(text: str) -> None:
    """To the terminal of `make run`."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


class QuietRequestHandler(WSGIRequestHandler):
    """A path may hold a number, so no request is logged."""

    def log_message(self, *_: object) -> None:
        """Nothing is printed of a request."""


class CarrierServer(ThreadingMixIn, WSGIServer):
    """Serves one request a connection, in a thread of its own."""

    daemon_threads = True

    def __init__(self, place: tuple[str, int], app: SimulatedCarrierApp) -> None:
        super().__init__(place, QuietRequestHandler)
        self.app = app
        self.set_app(app)

    def server_bind(self) -> None:
        """As usual, without asking the network for the name of this machine."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])
        self.setup_environ()


def start_server(settings: Settings, tell: Tell) -> CarrierServer:
    """The server, where our own side will look for it; what it performs is told. OSError where that cannot be."""
    origin = urlsplit(settings.carrier_api_url)
    if origin.scheme != "http":
        raise OSError("what is simulated is served over http alone")
    server = CarrierServer((origin.hostname or "", origin.port or HTTP), SimulatedCarrierApp(settings, tell))
    threading.Thread(target=server.app.perform, daemon=True).start()
    return server


def main() -> int:
    forbid_core_dumps()
    try:
        settings = read_settings()
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if not settings.simulated:
        sys.stderr.write(
            "TWILIO_ACCOUNT_SID is set, so calls are real; a carrier is simulated without an account\n"
        )
        return 2
    configure(settings.log_level)
    try:
        server = start_server(settings, say)
    except OSError as error:
        sys.stderr.write(f"the simulated carrier cannot listen at {settings.carrier_api_url}: {error}\n")
        return 1
    say(f"the simulated carrier's REST API listens at {settings.carrier_api_url}")
    server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
