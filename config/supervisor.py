"""Starts every process in order, says when all is ready, starts again what dies, and stops all together.

Kill -9 of the supervisor ends the others too: see config/leash.py.
"""

import http
import os
import signal
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType

from config import embedded
from config.child import Child, Tell
from config.deaths import MOST, WITHIN, Deaths
from config.listening import answer
from config.settings import Settings
from config.terminal import Terminal
from config.welcome import welcome

RELEASE = "release"
SERVES_CALLS = ("web", "worker")
TICK = 0.05
READY_WITHIN = 60.0
GRACE = 8.0
MOST_TEXT = 1000


class StopAsked(Exception):
    """Somebody wants everything to end: Ctrl-C, SIGTERM, or make is gone."""


class Failed(Exception):
    """It cannot go on; the text says why."""


class Supervisor:
    """Runs the commands of a Procfile, and the embedded broker where no other is set."""

    def __init__(self, settings: Settings, commands: Mapping[str, str], terminal: Terminal) -> None:
        self.settings = settings
        self.commands = commands
        self.terminal = terminal
        self.children: list[Child] = []
        self.deaths: dict[Child, Deaths] = defaultdict(Deaths)
        self.due: dict[Child, float] = {}
        self.asked = threading.Event()
        # Nobody else holds the end that is held here; when it goes, the leashes pull.
        self.rope, self.held_end = os.pipe()
        # make hands on no kill -9, but whoever ends make means what it runs.
        self.parent = os.getppid() if "MAKELEVEL" in os.environ else None

    def run(self) -> int:
        """Run until somebody asks to stop (0), or until it cannot go on (1)."""
        try:
            self._bring_up()
            self.terminal.say(welcome(self.settings))
            self._watch()
        except StopAsked:
            self.terminal.say("stopping")
        except (Failed, embedded.NoEmbeddedBroker) as failure:
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

    def _bring_up(self) -> None:
        if self.settings.redis is None:
            self._bring_up_broker()
        if RELEASE in self.commands:
            self._run_to_the_end(RELEASE)
        others = [name for name in self.commands if name != RELEASE]
        serving = [name for name in others if name in SERVES_CALLS]
        # A call can be served before the rest is up, and a start is sooner when it has the machine to itself.
        for names in (serving, [name for name in others if name not in serving]):
            for name in names:
                self._start(name, self.commands[name])
            if names:
                self._wait_while(self._not_ready)

    def _bring_up_broker(self) -> None:
        socket = self.settings.broker_socket
        self._start("valkey", embedded.valkey_command(self.settings.home, socket), tell=_keep_to_itself)
        self._wait_while(lambda: None if embedded.answers(socket) else "the embedded broker does not answer")

    def _run_to_the_end(self, name: str) -> None:
        child = self._start(name, self.commands[name])
        while (status := child.ended()) is None:
            self._pause()
        self.children.remove(child)
        if status:
            raise Failed(_death(child, status))

    def _start(self, name: str, command: str, tell: Tell | None = None) -> Child:
        child = Child(name, command, tell or self.terminal.tell)
        child.start(self.rope, self._environment())
        self.children.append(child)
        return child

    def _environment(self) -> dict[str, str]:
        """Ours, with the commands of this Python in front, and the home wherever the command looks from."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
        path = [str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]
        return kept | {"CALLROUTER_HOME": str(self.settings.home), "PATH": os.pathsep.join(path)}

    def _not_ready(self) -> str | None:
        """What the web server lacks, or None when it could serve a call."""
        status, text = answer(self.settings.host, self.settings.port, "/readyz") or (0, "no answer")
        return None if status == http.HTTPStatus.OK else f"/readyz says: {text[:MOST_TEXT]}"

    def _wait_while(self, lacking: Callable[[], str | None]) -> None:
        """Wait as long as something is lacking, but not for a process that died, and not for ever."""
        deadline = time.monotonic() + READY_WITHIN
        while lack := lacking():
            for child in self.children:
                if (status := child.ended()) is not None:
                    raise Failed(_death(child, status))
            if time.monotonic() > deadline:
                raise Failed(f"it is not ready after {READY_WITHIN:g} seconds. {lack}")
            self._pause()

    def _watch(self) -> None:
        while True:
            self._pause()
            for child in self.children:
                if child in self.due:
                    self._start_again(child)
                elif (status := child.ended()) is not None:
                    self._note_death(child, status)

    def _note_death(self, child: Child, status: int) -> None:
        now = time.monotonic()
        wait = self.deaths[child].wait_after(now)
        if wait is None:
            raise Failed(f"{_death(child, status)}\n{child.name} died {MOST} times in {WITHIN:g} seconds")
        self.due[child] = now + wait
        self.terminal.say(f"{child.name} ended with status {status} and is started again in {wait:g} seconds")

    def _start_again(self, child: Child) -> None:
        if time.monotonic() >= self.due[child]:
            del self.due[child]
            child.start(self.rope, self._environment())

    def _pause(self) -> None:
        if self.asked.wait(TICK) or (self.parent and os.getppid() != self.parent):
            raise StopAsked

    def _stop_all(self) -> None:
        for child in reversed(self.children):
            child.stop(GRACE)
        if self.settings.redis is None:
            embedded.remove_socket_place(self.settings.broker_socket, self.settings.home)


def _death(child: Child, status: int) -> str:
    lines = "\n".join(f"  {line}" for line in child.last_lines)
    return f"{child.name} ended with status {status}. Its last lines:\n{lines or '  (none)'}"


def _keep_to_itself(_: str, __: str) -> None:
    """Valkey's remarks are for those who run a server of their own; its last lines are told when it dies."""
