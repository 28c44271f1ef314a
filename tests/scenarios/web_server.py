"""The real web server as a process of its own, with both doors behind it, that can be killed and started again."""

import base64
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.settings import Settings, read_settings
from config.web_address import answer
from tests.server.running import ROOT, free_port

KEYS = {
    "CALLROUTER_SECRET_KEY": "a secret of this test " * 2,
    "CALLROUTER_VAULT_KEY": base64.b64encode(bytes(range(32))).decode(),
}


class WebServer:
    """`python -m server.web_server`, on a port that stays the same."""

    def __init__(self, home: Path, database_url: str, redis_url: str) -> None:
        self._log = home / "web.log"
        given = {**KEYS, "DATABASE_URL": database_url, "REDIS_URL": redis_url, "PORT": str(free_port())}
        self._environment = {**os.environ, **given, "CALLROUTER_HOME": str(home), "PYTHONPATH": str(ROOT)}
        self.settings: Settings = read_settings(self._environment, env_file=home / "none")

    def starts(self) -> None:
        with self._log.open("ab") as log:
            command = [sys.executable, "-m", "server.web_server"]
            self._process = subprocess.Popen(
                command, env=self._environment, stdout=log, stderr=log, cwd=self._log.parent
            )
        while answer("127.0.0.1", self.settings.port, "/healthz") is None:
            assert self._process.poll() is None, self.log

    def is_killed(self) -> None:
        """With all its processes, as by an out-of-memory killer."""
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text()
        for pid in [*map(int, children.split()), self._process.pid]:
            os.kill(pid, 9)
        self._process.wait()

    def ends(self) -> None:
        self._process.terminate()
        self._process.wait(20)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def log(self) -> str:
        return self._log.read_text(encoding="utf-8")


@contextmanager
def web_server(home: Path, database_url: str, redis_url: str) -> Iterator[WebServer]:
    server = WebServer(home, database_url, redis_url)
    server.starts()
    try:
        yield server
    finally:
        server.ends()
