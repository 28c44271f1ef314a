"""Starts every process in order, says when all is ready, starts again what dies, and stops all together.

A process that cannot start ends the start only where callers depend on it. Once the web server is up, nothing that
dies ends the rest: it is started again, as often as it takes (docs/decisions/0031). Kill -9 of the supervisor ends
the others too: see config/leash.py.
"""

import http
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import FrameType

from config import embedded
from config.backoff import LONGEST, Backoff
from config.child import Child
from config.faults import SettingsError
from config.listening import answer
from config.restarting import Restarting
from config.settings import Settings
from config.terminal import Terminal
from config.welcome import welcome

RELEASE = "release"
WEB = "web"
SERVES_CALLS = (WEB, "worker")
BROKER = "valkey"
TICK = 0.05
READY_WITHIN = 60.0
BROKER_WITHIN = 10.0
WEB_WAITS_AT_MOST = 5.0
"""seconds; while the web server is down callers are lost, so it is tried more often than the others"""
GRACE = 8.0
MOST_TEXT = 1000


class StopAsked(Exception):
    """Somebody wants everything to end: Ctrl-C, SIGTERM, or make is gone."""


class Failed(Exception):
    """It cannot go on; the text says why."""


class Supervisor:
    """Runs the commands of a Procfile, and the embedded broker where no other is set."""

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
        self.children: list[Child] = []
        self.restarting: dict[str, Restarting] = {}
        self.essential = {WEB}
        """whose end ends the start; none once calls can be taken"""
        self.asked = threading.Event()
        # Nobody else holds the end that is held here; when it goes, the leashes pull.
        self.rope, self.held_end = os.pipe()
        # make hands on no kill -9, but whoever ends make means what it runs.
        self.parent = os.getppid() if "MAKELEVEL" in os.environ else None

    def run(self) -> int:
        """Run until somebody asks to stop (0), or until it cannot go on (1)."""
        try:
            lacking = self._bring_up()
            self.terminal.say(welcome(self.settings, lacking))
            while True:
                self._pause()
        except StopAsked:
            self.terminal.say("stopping")
        except (Failed, embedded.NoEmbeddedBroker, SettingsError) as failure:
            self.terminal.say(f"\n{failure}")
            return 1
        finally:
            self._stop_all()
        return 0

    def catch_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask_to_stop)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # It is ignored under nohup.
            signal.signal(signal.SIGHUP, self._ask_to_stop)

    def _ask_to_stop(self, _: int, __: FrameType | None) -> None:
        if self.asked.is_set():
            for child in self.children:
                child.kill()
        self.asked.set()

    def _bring_up(self) -> str | None:
        """Start everything. Returns what does not work yet of what callers can do without."""
        if self.settings.redis is None:
            self._bring_up_broker()
        if RELEASE in self.commands:
            self._run_to_the_end(RELEASE)
        others = [name for name in self.commands if name != RELEASE]
        serving = [name for name in others if name in SERVES_CALLS]
        # A call can be served before the rest is up, and a start is sooner when it has the machine to itself.
        for name in serving:
            self._keep_running(name, self.commands[name])
        if WEB in serving:
            self._wait_for_the_web()
        for name in others:
            if name not in serving:
                self._keep_running(name, self.commands[name])
        return self._wait_while(lambda: self._lacks("/statusz"), self.ready_within)

    def _bring_up_broker(self) -> None:
        socket = self.settings.broker_socket
        self._keep_running(BROKER, embedded.valkey_command(self.settings.home, socket), told=False)
        silent = f"{BROKER}, the embedded broker, does not answer; calls are taken without it"
        if self._wait_while(lambda: None if embedded.answers(socket) else silent, BROKER_WITHIN):
            self.terminal.say(silent)

    def _run_to_the_end(self, name: str) -> None:
        child = self._child(name, self.commands[name])
        child.start(self.rope, self._environment())
        while (status := child.ended()) is None:
            self._pause()
        self.children.remove(child)
        if status:
            raise Failed(_death(child, status))

    def _wait_for_the_web(self) -> None:
        """Wait until a call can be taken. Without that there is nothing to keep running."""
        lack = self._wait_while(lambda: self._lacks("/readyz"), self.ready_within)
        if lack:
            raise Failed(f"it is not ready after {self.ready_within:g} seconds. {lack}")
        self.essential.clear()

    def _keep_running(self, name: str, command: str, *, told: bool = True) -> None:
        child = self._child(name, command, told=told)
        backoff = Backoff(WEB_WAITS_AT_MOST if name == WEB else LONGEST)
        started = partial(child.start, self.rope, self._environment())
        self.restarting[name] = Restarting(child, started, backoff, self.terminal.say)
        self.restarting[name].start()

    def _child(self, name: str, command: str, *, told: bool = True) -> Child:
        child = Child(name, command, self.terminal.tell if told else None)
        self.children.append(child)
        return child

    def _environment(self) -> dict[str, str]:
        """Ours, with the commands of this Python in front, and the home wherever the command looks from."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
        path = [str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]
        return kept | {"CALLROUTER_HOME": str(self.settings.home), "PATH": os.pathsep.join(path)}

    def _lacks(self, path: str) -> str | None:
        """What the web server says there that it lacks; None: nothing."""
        status, text = answer(self.settings.host, self.settings.port, path) or (0, "no answer")
        return None if status == http.HTTPStatus.OK else f"{path} says: {text[:MOST_TEXT]}"

    def _wait_while(self, lacking: Callable[[], str | None], within: float) -> str | None:
        """Wait as long as something is lacking, but not longer than that. Returns what is lacking then."""
        deadline = time.monotonic() + within
        while (lack := lacking()) and time.monotonic() < deadline:
            self._pause()
        return lack

    def _pause(self) -> None:
        """Let a moment pass, and see to what has died."""
        if self.asked.wait(TICK) or (self.parent and os.getppid() != self.parent):
            raise StopAsked
        for name, each in self.restarting.items():
            if name not in self.essential:
                each.tend()
            elif (status := each.child.ended()) is not None:
                raise Failed(_death(each.child, status))

    def _stop_all(self) -> None:
        for child in reversed(self.children):
            child.stop(GRACE)
        if self.settings.redis is None:
            embedded.remove_socket_place(self.settings.broker_socket, self.settings.home)


def _death(child: Child, status: int) -> str:
    lines = "\n".join(f"  {line}" for line in child.last_lines)
    return f"{child.name} ended with status {status}. Its last lines:\n{lines or '  (none)'}"
