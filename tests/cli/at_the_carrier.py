"""The simulated carrier behind a real socket, as the account that the settings of a command line name."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from simulator.rest.account_state import AccountState
from simulator.rest.api_faults import ApiFaults
from simulator.rest.owned_numbers import OwnedNumbers
from simulator.server import start_server
from tests.cli.running import CommandLine
from tests.server.running import free_port

TOKEN = "0123456789abcdef" * 2
PUBLIC = "https://127.0.0.1:1"
"""a name of this machine at which nobody listens, so that nothing outside is asked"""


class AtTheCarrier:
    """The account: its numbers, and how well the API works."""

    def __init__(self, site: AccountState) -> None:
        self._site = site

    @property
    def numbers(self) -> OwnedNumbers:
        return self._site.numbers

    @property
    def knobs(self) -> ApiFaults:
        return self._site.faults

    def owns(self, number: str, **settings: str) -> None:
        self.numbers.buys(number, datetime.now(UTC), settings)

    def settings_of(self, number: str) -> dict[str, str]:
        return {each.number: each.settings for each in self.numbers.known(datetime.now(UTC))}[number]


def with_an_account(command_line: CommandLine) -> None:
    """From now on calls are real, as far as the command line knows."""
    command_line.environment |= {
        "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "PUBLIC_URL": PUBLIC,
    }


@contextmanager
def carrier_of(command_line: CommandLine) -> Iterator[AtTheCarrier]:
    """The carrier listens until the block ends."""
    command_line.environment["TWILIO_API_URL"] = f"http://127.0.0.1:{free_port()}"
    with start_server(command_line.settings, lambda _: None) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield AtTheCarrier(server.app.state)
        finally:
            server.shutdown()
            thread.join()
