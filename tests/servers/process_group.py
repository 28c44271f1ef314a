"""Starts a server in a private directory, and holds it so that it never outlives this process."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from server.embedded.account import OsAccount

KEEPER = Path(__file__).with_name("keeper.py")
SECONDS_TO_START = 60
LONGEST_PARENT = 70  # A socket's path ends at 107 bytes on Linux and 103 on macOS; its name needs the rest.


class ServerDidNotStart(Exception):
    """A test server ended, or did not answer in time; the message ends with what it wrote."""


class ProcessGroup:
    def __init__(self, directory: Path, account: OsAccount | None) -> None:
        self.directory = directory
        self.account = account
        self._prefix = account.prefix if account else ()
        self._keeper = subprocess.Popen(
            [sys.executable, "-I", "-S", str(KEEPER), str(directory), str(os.getpid())],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=_environment(), start_new_session=True,
        )  # fmt: skip

    def start(self, command: Sequence[str], answers: Callable[[], bool]) -> int:
        """Starts the server, waits until it answers, and returns its process id."""
        pid = self._start(command)
        deadline = time.monotonic() + SECONDS_TO_START
        while not answers():
            if self._order("poll") is not None or time.monotonic() > deadline:
                raise ServerDidNotStart(f"{command[0]} did not start:\n{self.last_words()}")
            time.sleep(0.01)
        return pid

    def run(self, command: Sequence[str]) -> None:
        """Runs a program to its end, under the same care."""
        self._start(command)
        if self._order("wait") != 0:
            raise ServerDidNotStart(f"{command[0]} failed:\n{self.last_words()}")

    def end(self, with_signal: signal.Signals = signal.SIGINT) -> None:
        self._order("end", with_signal)

    def let_go(self) -> None:
        self._keeper.communicate()

    def last_words(self) -> str:
        log = self.directory / "log"
        return log.read_text(errors="replace")[-2000:] if log.exists() else ""

    def _start(self, command: Sequence[str]) -> int:
        pid: int = self._order("start", [*self._prefix, *command])
        return pid

    def _order(self, do: str, *arguments: object) -> Any:
        assert self._keeper.stdin is not None and self._keeper.stdout is not None
        self._keeper.stdin.write(json.dumps({"do": do, "with": arguments}) + "\n")
        self._keeper.stdin.flush()
        answer = self._keeper.stdout.readline()
        if not answer:
            raise ServerDidNotStart(f"the keeper of {self.directory} ended on the order {do} {arguments}")
        return json.loads(answer)


@contextmanager
def process_group(account: OsAccount | None = None, parent: str | None = None) -> Iterator[ProcessGroup]:
    """A private directory with a keeper; `parent` overrides where, as long as sockets fit in it."""
    directory = Path(tempfile.mkdtemp(prefix="callrouter-", dir=_parent(parent)))
    group = ProcessGroup(directory, account)
    try:
        if account:
            account.own(directory)
        yield group
    finally:
        group.let_go()


def _parent(wanted: str | None) -> str:
    parent = wanted or tempfile.gettempdir()
    return parent if len(os.fsencode(parent)) <= LONGEST_PARENT else "/tmp"  # noqa: S108


def _environment() -> dict[str, str]:
    """Ours, without what would give PostgreSQL's programs another directory, port or option."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C"}
