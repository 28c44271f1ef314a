"""The servers under measurement: PostgreSQL (with durable commits), Valkey, b, and our processes.

Our processes run the commands of the Procfile with default settings; b runs on the same web server. Everything that
is started here ends with this process.
"""

from __future__ import annotations

import http.client
import secrets
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

from bench.requests import ACCOUNT, TOKEN, Carrier
from callrouter.database import Database
from callrouter.directory.directory import Directory
from callrouter.directory.load import load_directory
from callrouter.migrations import upgrade
from server.supervisor.procfile import read_procfile
from tests.servers.embedded_postgres import EmbeddedPostgres, embedded_postgres
from tests.servers.process_group import process_group
from tests.servers.valkey import ValkeyServer, running_valkey

ROOT = Path(__file__).parents[1]
MIGRATED = "migrated"
WORKED = "SELECT 1 FROM heartbeat WHERE worker_at IS NOT NULL"


@dataclass(frozen=True)
class Server:
    """A web server: ours or b."""

    port: int
    pid: int

    @property
    def carrier(self) -> Carrier:
        return Carrier(_origin(self.port))


@dataclass(frozen=True)
class CallrouterServer(Server):
    """Our web server, with its database and the environment of its workers."""

    postgres: EmbeddedPostgres
    database: str
    environment: Mapping[str, str]

    def asked(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query on its database."""
        return self.postgres.execute(query, database=self.database)

    @contextmanager
    def worker(self) -> Iterator[int]:
        """Run a Celery worker that has proved to work; its process id."""
        with _running(_command("worker"), self.environment, lambda: bool(self.asked(WORKED))) as pid:
            yield pid

    @contextmanager
    def outbox_sweeper(self) -> Iterator[int]:
        with _running(_command("outbox_sweeper"), self.environment, lambda: True) as pid:
            yield pid

    @contextmanager
    def console(self, secret_key: str) -> Iterator[int]:
        """Run the console, to which the web server forwards; its process id."""
        environment = {**self.environment, "CALLROUTER_SECRET_KEY": secret_key}
        with _running(_command("console"), environment, lambda: _answers(self.port, "/console/")) as pid:
            yield pid


class BenchServers:
    """PostgreSQL and Valkey, for any number of web servers."""

    def __init__(self, postgres: EmbeddedPostgres, valkey: ValkeyServer) -> None:
        self.postgres = postgres
        self.valkey = valkey
        postgres.create_database(MIGRATED)
        upgrade(postgres.url(MIGRATED))

    @contextmanager
    def callrouter(self, directory: Directory) -> Iterator[CallrouterServer]:
        """Run our web server on a database of its own with this directory."""
        with self.new_database(directory) as database:
            port = _free_port()
            environment = self._environment(database, port)
            with _running(_command("web"), environment, lambda: _answers(port)) as pid:
                yield CallrouterServer(port, pid, self.postgres, database, environment)

    @contextmanager
    def bare(self) -> Iterator[Server]:
        """Run b."""
        port = _free_port()
        with _running(
            "python -m bench.bare", self._environment("postgres", port), lambda: _answers(port)
        ) as pid:
            yield Server(port, pid)

    @contextmanager
    def new_database(self, directory: Directory) -> Iterator[str]:
        """Create a migrated database with a directory in force; its name."""
        name = f"bench_{secrets.token_hex(4)}"
        self.postgres.create_database(name, template=MIGRATED)
        with (
            closing(Database(self.postgres.url(name), connections=1)) as database,
            database.engine.begin() as connection,
        ):
            load_directory(connection, directory, datetime.now(UTC))
        yield name
        self.postgres.drop_database(name)

    @contextmanager
    def commits_delayed(self, microseconds: int) -> Iterator[None]:
        """Delay each commit, like a slower disk."""
        self._set("commit_siblings", "0")
        self._set("commit_delay", str(microseconds))
        yield
        self._set("commit_delay", "0")

    @contextmanager
    def commit_times_kept(self) -> Iterator[None]:
        """Have PostgreSQL store when each row was committed."""
        self._set("track_commit_timestamp", "on")
        self.postgres.restart()
        yield
        self._set("track_commit_timestamp", "off")
        self.postgres.restart()

    def _set(self, setting: str, value: str) -> None:
        self.postgres.execute(f"ALTER SYSTEM SET {setting} = {value}")
        self.postgres.execute("SELECT pg_reload_conf()")

    def _environment(self, database: str, port: int) -> dict[str, str]:
        """The whole environment of the processes; nothing is taken from the benchmark's own."""
        return {
            "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
            "PYTHONPATH": str(ROOT),
            "DATABASE_URL": self.postgres.url(database),
            "REDIS_URL": self.valkey.redis_url,
            "CALLROUTER_SECRET_KEY": "s" * 40,
            "CALLROUTER_VAULT_KEY": "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHg=",
            "CALLROUTER_HOME": "home",
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "PORT": str(port),
            "CONSOLE_ADDRESS": f"127.0.0.1:{_free_port()}",
            "PUBLIC_URL": _origin(port),
        }


@contextmanager
def bench_servers(*, durable: bool = True) -> Iterator[BenchServers]:
    """Run PostgreSQL and Valkey. Only `durable` figures may be published."""
    with embedded_postgres(durable=durable) as postgres, running_valkey() as valkey:
        yield BenchServers(postgres, valkey)


@contextmanager
def _running(command: str, environment: Mapping[str, str], answers: Callable[[], bool]) -> Iterator[int]:
    """The process in a directory of its own, where it logs to a file; its process id."""
    variables = [f"{name}={value}" for name, value in environment.items()]
    with process_group() as group:
        yield group.start(["env", "-i", *variables, "sh", "-c", f"exec {command}"], answers)


def _command(process: str) -> str:
    return read_procfile(ROOT / "Procfile")[process]


def _answers(port: int, path: str = "/healthz") -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < HTTPStatus.INTERNAL_SERVER_ERROR
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def _origin(port: int) -> str:
    return f"http://127.0.0.1:{port}"
