"""Two web servers on one database: each counts what it does itself, one alone exports the totals of all."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from callrouter.database import Database
from config.web_address import answer
from tests.directories import a_directory, helpline, put_in_force
from tests.server.running import ROOT, free_port, soon

KEY = "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHg="
TOTAL = "callrouter_calls_in_progress"


class WebServer:
    """A web server of its own, as a second machine would run it."""

    def __init__(self, database_url: str, home: Path) -> None:
        self.port = free_port()
        own = {
            "DATABASE_URL": database_url.replace("+psycopg", ""),
            "REDIS_URL": "redis://127.0.0.1:1/0",
            "CALLROUTER_HOME": str(home),
            "CALLROUTER_SECRET_KEY": "a secret that only the tests know of",
            "CALLROUTER_VAULT_KEY": KEY,
            "PORT": str(self.port),
            "LOG_LEVEL": "error",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "server.web_server"],
            env={**os.environ, "PYTHONPATH": str(ROOT), **own},
            start_new_session=True,
        )

    def figures(self) -> dict[str, str]:
        """Each exported figure without labels, by its name; nothing where it does not answer."""
        told = answer("127.0.0.1", self.port, "/metrics", timeout=10)
        return dict(re.findall(r"(?m)^(\w+) (\S+)$", told[1])) if told else {}

    def is_killed(self) -> None:
        """With the process that answers, which is a child of it."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextmanager
def web_server(database_url: str, home: Path) -> Iterator[WebServer]:
    server = WebServer(database_url, home)
    try:
        assert soon(lambda: server.figures().get("callrouter_database_up") == "1.0")
        yield server
    finally:
        server.process.send_signal(signal.SIGTERM)
        server.process.wait()


@pytest.fixture
def servers(database_url: str, tmp_path: Path) -> Iterator[tuple[WebServer, WebServer]]:
    database = Database(database_url)
    put_in_force(database, a_directory(helpline("sunrise-la")), datetime.now(UTC))
    database.close()
    with ExitStack() as running:
        first = running.enter_context(web_server(database_url, tmp_path))
        yield first, running.enter_context(web_server(database_url, tmp_path))


def test_one_of_two_web_servers_exports_the_totals(servers: tuple[WebServer, WebServer]) -> None:
    first, second = servers
    for _ in range(3):
        assert (TOTAL in first.figures(), TOTAL in second.figures()) == (True, False)
    assert second.figures()["callrouter_database_up"] == "1.0"


def test_each_web_server_tells_of_its_own_memory(servers: tuple[WebServer, WebServer]) -> None:
    assert all(float(server.figures()["process_resident_memory_bytes"]) > 1_000_000 for server in servers)


def test_the_other_exports_them_when_it_is_killed(servers: tuple[WebServer, WebServer]) -> None:
    first, second = servers
    assert TOTAL not in second.figures()
    first.is_killed()
    assert soon(lambda: TOTAL in second.figures())
