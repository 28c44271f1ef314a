"""Starts all processes in order, reports when all are ready, restarts those that die, and stops all together.

A process that cannot start ends the start only if callers depend on it. Once the web server is up, nothing that dies
ends the rest: it is restarted as often as necessary (docs/decisions/0031). Kill -9 of the supervisor ends the others
too: see server/supervisor/process_group.py.
"""

import http
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from types import FrameType

from config.environment import SettingsError
from config.settings import Settings
from config.web_address import answer
from server.embedded import valkey
from server.embedded.database import EmbeddedDatabase
from server.embedded.programs import PostgresUnavailable
from server.embedded.socket_directories import remove_sockets
from server.supervisor.banner import banner
from server.supervisor.child_process import GRACE, ChildProcess
from server.supervisor.restart import LONGEST, Backoff, RestartedProcess
from server.supervisor.terminal import Terminal

RELEASE = "release"
WEB = "web"
SERVES_CALLS = (WEB, "worker")
BROKER = "valkey"
DATABASE = "postgres"
INITDB = "initdb"
TICK = 0.05
READY_WITHIN = 60.0
BROKER_WITHIN = 10.0
WAIT_AT_MOST = {WEB: 5.0, DATABASE: 5.0}
"""seconds; without these processes callers are lost, so they are restarted sooner than others"""
STOPPED_BY = {DATABASE: signal.SIGINT}
"""at SIGTERM, PostgreSQL would wait for its clients"""
GRACES = {DATABASE: 60.0}
"""seconds; it writes its memory to disk"""
MOST_TEXT = 1000
EARLIER_WITHIN = 10.0
"""time for an earlier database server to end"""
Inherited = Callable[[], AbstractContextManager[Sequence[int]]]
"""the descriptors that a process inherits when it starts"""


def no_descriptors() -> AbstractContextManager[Sequence[int]]:
    return nullcontext(())


class StopRequested(Exception):
    """Everything must end: Ctrl-C, SIGTERM, or make is gone."""


class StartFailed(Exception):
    """The start cannot continue. The text says why."""


class Supervisor:
    """Runs the commands of a Procfile, with the embedded database and broker unless others are set."""

    def __init__(
        self,
        settings: Settings,
        commands: Mapping[str, str],
        terminal: Terminal,
        ready_within: float = READY_WITHIN,
    ) -> None:
        self.settings = settings
        self.commands = commands
        self.terminal = terminal
        self.ready_within = ready_within
        self.children: list[ChildProcess] = []
        self.restarting: dict[str, RestartedProcess] = {}
        self.essential = {WEB, DATABASE}
        """whose end ends the start; the database until it answers, and none once calls can be taken"""
        self.stop_requested = threading.Event()
        # Only this process has the writing end. When it closes, every process group ends.
        self.pipe, self.writing_end = os.pipe()
        # make does not pass on kill -9, but whoever kills make wants its processes to end.
        self.parent = os.getppid() if "MAKELEVEL" in os.environ else None

    def run(self) -> int:
        """Run until a stop is requested (0), or until the start fails (1)."""
        try:
            missing = self._start_up()
            self.terminal.print_line(banner(self.settings, missing))
            while True:
                self._pause()
        except StopRequested:
            self.terminal.print_line("stopping")
        except (StartFailed, valkey.ValkeyUnavailable, PostgresUnavailable, SettingsError) as failure:
            self.terminal.print_line(f"\n{failure}")
            return 1
        finally:
            self._stop_all()
        return 0

    def catch_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._request_stop)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # It is ignored under nohup.
            signal.signal(signal.SIGHUP, self._request_stop)

    def _request_stop(self, _: int, __: FrameType | None) -> None:
        if self.stop_requested.is_set():
            for child in self.children:
                child.kill()
        self.stop_requested.set()

    def _start_up(self) -> str | None:
        """Start everything. Returns what does not work yet but is not essential."""
        # The database starts first and stops last.
        if self.settings.database is None:
            self._start_up_database()
        if self.settings.redis is None:
            self._start_up_broker()
        if RELEASE in self.commands:
            self._run_to_end(RELEASE, self.commands[RELEASE])
        others = [name for name in self.commands if name != RELEASE]
        serving = [name for name in others if name in SERVES_CALLS]
        # Start the web server first: calls can be served before the rest is up.
        for name in serving:
            self._keep_running(name, self.commands[name])
        if WEB in serving:
            self._wait_for_web()
        for name in others:
            if name not in serving:
                self._keep_running(name, self.commands[name])
        return self._wait_while(lambda: self._missing_at("/statusz"), self.ready_within)

    def _start_up_database(self) -> None:
        database = EmbeddedDatabase(self.settings.data_dir, self.settings.most_connections)
        try:
            self._wait_while(database.is_locked, EARLIER_WITHIN)
            if not database.is_made:
                self.terminal.print_line("making the database")
                self._run_to_end(INITDB, database.initdb, inherit=database.locked, shown=False)
                database.keep_new_data()
            self._keep_running(DATABASE, database.postgres, inherit=database.locked, shown=False)
            if missing := self._wait_while(database.missing, self.ready_within):
                raise StartFailed(f"it does not answer after {self.ready_within:g} seconds. {missing}")
        except (StartFailed, BlockingIOError) as failure:
            raise PostgresUnavailable(str(failure)) from failure
        self.essential.discard(DATABASE)

    def _start_up_broker(self) -> None:
        socket = self.settings.broker_socket
        self._keep_running(BROKER, valkey.valkey_command(self.settings.data_dir, socket), shown=False)
        silent = f"{BROKER}, the embedded broker, does not answer; calls are taken without it"
        if self._wait_while(lambda: None if valkey.is_ready(socket) else silent, BROKER_WITHIN):
            self.terminal.print_line(silent)

    def _run_to_end(
        self, name: str, command: str, *, inherit: Inherited = no_descriptors, shown: bool = True
    ) -> None:
        child = self._child(name, command, shown=shown)
        self._start(child, inherit)
        while (status := child.exit_status()) is None:
            self._pause()
        self.children.remove(child)
        if status:
            raise StartFailed(_exit_message(child, status))

    def _wait_for_web(self) -> None:
        """Wait until a call can be taken."""
        missing = self._wait_while(lambda: self._missing_at("/readyz"), self.ready_within)
        if missing:
            raise StartFailed(f"it is not ready after {self.ready_within:g} seconds. {missing}")
        self.essential.clear()

    def _keep_running(
        self, name: str, command: str, *, inherit: Inherited = no_descriptors, shown: bool = True
    ) -> None:
        child = self._child(name, command, shown=shown)
        backoff = Backoff(WAIT_AT_MOST.get(name, LONGEST))
        self.restarting[name] = RestartedProcess(
            child, partial(self._start, child, inherit), backoff, self.terminal.print_line
        )
        self.restarting[name].start()

    def _start(self, child: ChildProcess, inherit: Inherited) -> None:
        with inherit() as descriptors:
            child.start(self.pipe, self._environment(), descriptors)

    def _child(self, name: str, command: str, *, shown: bool = True) -> ChildProcess:
        child = ChildProcess(
            name,
            command,
            self.terminal.print_output if shown else None,
            stop_signal=STOPPED_BY.get(name, signal.SIGTERM),
            grace=GRACES.get(name, GRACE),
        )
        self.children.append(child)
        return child

    def _environment(self) -> dict[str, str]:
        """Our environment, with the commands of this Python first and an absolute data directory."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
        path = [str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]
        return kept | {"CALLROUTER_HOME": str(self.settings.data_dir), "PATH": os.pathsep.join(path)}

    def _missing_at(self, path: str) -> str | None:
        """What the web server reports as missing. None: nothing."""
        status, text = answer(self.settings.host, self.settings.port, path) or (0, "no answer")
        return None if status == http.HTTPStatus.OK else f"{path} says: {text[:MOST_TEXT]}"

    def _wait_while(self, find_missing: Callable[[], str | None], within: float) -> str | None:
        """Wait while something is missing, up to a limit. Returns what is missing then."""
        deadline = time.monotonic() + within
        while (missing := find_missing()) and time.monotonic() < deadline:
            self._pause()
        return missing

    def _pause(self) -> None:
        """Wait a moment, and restart what has died."""
        if self.stop_requested.wait(TICK) or (self.parent and os.getppid() != self.parent):
            raise StopRequested
        for name, each in self.restarting.items():
            if name in self.essential and (status := each.child.exit_status()) is not None:
                raise StartFailed(_exit_message(each.child, status))
            each.check()

    def _stop_all(self) -> None:
        for child in reversed(self.children):
            child.stop()
        remove_sockets(self.settings.data_dir)


def _exit_message(child: ChildProcess, status: int) -> str:
    lines = "\n".join(f"  {line}" for line in child.last_lines)
    return f"{child.name} ended with status {status}. Its last lines:\n{lines or '  (none)'}"
