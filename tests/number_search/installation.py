"""All processes as `make run` starts them, on a PostgreSQL that logs all it can, with a mail server and a receiver of
alerts beside them. Everything that any of them writes is kept.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfile
from threading import Event
from time import monotonic

import psycopg
import urllib3

from config.settings import Settings, read_settings
from simulator import (
    Caller,
    CenterBehaviors,
    Faults,
    SimulatedAccount,
    SimulatedCall,
    SimulatedCarrier,
    SimulatedRecords,
    SocketTransport,
    VirtualClock,
    Webhooks,
)
from simulator.rest.control_client import ControlClient
from tests.alerts.mail_server import MailServer, taking_mail
from tests.alerts.receiver import Receiver, receiving
from tests.cli.running import CommandLine
from tests.server.running import ROOT, free_port
from tests.servers.embedded_postgres import EmbeddedPostgres, embedded_postgres

SECONDS = 120.0
"""a long time for a machine"""
TALKATIVE = {
    "shared_preload_libraries": "auto_explain,pg_stat_statements",
    "log_statement": "all",
    "log_min_error_statement": "debug5",
    "log_parameter_max_length": "-1",
    "log_parameter_max_length_on_error": "-1",
    "auto_explain.log_min_duration": "0",
    "auto_explain.sample_rate": "0.05",
    "auto_explain.log_parameter_max_length": "-1",
    "track_activity_query_size": "65536",
    "max_wal_size": "4GB",
}
"""Nobody should run PostgreSQL like this. With it, whatever reaches the server is in its log."""
VAULT_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
"""bytes(range(32)), as tests/scenarios/world.py has it"""


@dataclass
class Installation:
    """Everything that runs, and what it has written."""

    home: Path
    server: EmbeddedPostgres
    database_url: str
    mail: MailServer
    alerts: Receiver
    environment: Mapping[str, str]
    settings: Settings
    process: subprocess.Popen[bytes]

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.settings.port}"

    @property
    def conninfo(self) -> str:
        """The database, for psycopg."""
        return self.database_url.replace("+psycopg", "")

    @property
    def account(self) -> SimulatedAccount:
        return SimulatedAccount(self.settings.account_sid, self.settings.auth_tokens[0])

    @property
    def control(self) -> ControlClient:
        """Who says what people do when they are called back."""
        return ControlClient(self.account, self.settings.carrier_api_url)

    def carrier(self, transport: SocketTransport, seed: int) -> SimulatedCarrier:
        return SimulatedCarrier(
            self.account,
            Webhooks.of(self.origin),
            transport,
            VirtualClock(datetime.now(UTC)),
            seed=seed,
            clock_is_shared=False,
            records=SimulatedRecords(self.control.add),
        )

    def printed(self) -> str:
        """What all processes have printed so far."""
        return (self.home / "printed").read_text(errors="replace")

    def soon(self, holds: Callable[[], object], seconds: float = SECONDS) -> None:
        """Wait until this holds. Fails with what was printed."""
        ends, pause = monotonic() + seconds, Event()
        while not holds():
            assert self.process.poll() is None, self.printed()
            assert monotonic() < ends, f"{holds} did not come to hold:\n{self.printed()[-20_000:]}"
            pause.wait(0.1)

    def get(self, path: str) -> bytes:
        return urllib3.request("GET", self.origin + path, retries=False, timeout=30).data

    def runs(self, *words: str) -> bytes:
        """What a command prints, on both of its streams. It is run in this process, which saves a second for each."""
        command = CommandLine(self.home)
        command.environment = {**self.environment}
        return command(*words).output.encode()

    def processes(self) -> dict[str, int]:
        """The process ids of all that runs here, by their command lines."""
        found = {}
        for pid in _below(self.process.pid):
            words = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            if "process_group.py" not in words:
                found[words] = pid
        return found

    def pid(self, part: str) -> int:
        """Of the process whose command line has this in it."""
        return next(pid for words, pid in self.processes().items() if part in words)

    def count(self, what: str) -> int:
        """So many rows, by what follows FROM."""
        with psycopg.connect(self.conninfo) as connection:
            return int(connection.execute(f"SELECT count(*) FROM {what}".encode()).fetchone()[0])  # type: ignore[index]

    def stops(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(SECONDS)


def _below(pid: int) -> Iterator[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:
        return
    for child in map(int, children):
        yield child
        yield from _below(child)


@contextmanager
def talkative_postgres() -> Iterator[EmbeddedPostgres]:
    with embedded_postgres(TALKATIVE) as server:
        yield server


@contextmanager
def running_installation(place: Path, server: EmbeddedPostgres, database_url: str) -> Iterator[Installation]:
    """On a database that is migrated, and has a directory."""
    copyfile(ROOT / "Procfile", place / "Procfile")
    with taking_mail(MailServer()) as mail, receiving(200) as alerts:
        own = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        environment = {**own, **_settings(place, database_url, mail, alerts), "PYTHONPATH": str(ROOT)}
        with (place / "printed").open("ab") as printed:
            process = subprocess.Popen(
                [sys.executable, "-m", "server.supervisor"],
                env=environment,
                cwd=place,
                stdout=printed,
                stderr=subprocess.STDOUT,
            )
        settings = read_settings(environment, place / "none")
        installation = Installation(place, server, database_url, mail, alerts, environment, settings, process)
        try:
            installation.soon(lambda: "Ctrl-C" in installation.printed())
            yield installation
        finally:
            installation.stops()


def _settings(place: Path, database_url: str, mail: MailServer, alerts: Receiver) -> dict[str, str]:
    return {
        "CALLROUTER_HOME": str(place / "var"),
        "DATABASE_URL": database_url.replace("+psycopg", ""),
        "CALLROUTER_SECRET_KEY": "a secret that only the tests know of",
        "CALLROUTER_VAULT_KEY": f"k1:{VAULT_KEY}",
        "PORT": str(free_port()),
        "QUIET_HOURS": "none",
        "NUMBER_RETENTION_DAYS": "7",
        "MESSAGE_RETENTION_DAYS": "7",
        "LOG_LEVEL": "debug",
        "SMTP_URL": f"smtp://127.0.0.1:{mail.port}",
        "INVOICE_FROM": "billing@example.org",
        "ALERT_EMAIL": "night@example.org",
        "ALERT_FROM": "callrouter@example.org",
        "ALERT_WEBHOOK_URL": alerts.url,
        "ALERT_WEBHOOK_SECRET": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "TMPDIR": str(_made(place / "tmp")),
    }


def _made(directory: Path) -> Path:
    directory.mkdir(exist_ok=True)
    return directory


@dataclass(frozen=True)
class CallToPlace:
    """Who calls whom, what they press, who picks up, and what goes wrong meanwhile."""

    dialled: str
    caller: Caller
    centers: CenterBehaviors
    faults: Faults | None = None


def place_calls(
    installation: Installation, calls: Sequence[CallToPlace], threads: int = 3
) -> list[SimulatedCall]:
    """All of them, some at a time; a carrier for each thread."""
    transport = SocketTransport(via=installation.origin)

    def of_one(number: int) -> list[SimulatedCall]:
        carrier = installation.carrier(transport, seed=int(monotonic() * 1000) + number)
        return [
            carrier.place_call(each.dialled, each.caller, each.centers, faults=each.faults)
            for each in calls[number::threads]
        ]

    with ThreadPoolExecutor(threads) as pool:
        placed = [call for calls_of_one in pool.map(of_one, range(threads)) for call in calls_of_one]
    transport.close()
    return placed
