"""The processes behind the calls, as the Procfile names them: what they say, what they have settled, who was seen."""

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from time import monotonic
from uuid import uuid4

import sqlalchemy as sa

from callrouter.database import Database
from callrouter.events.heartbeat import last_seen
from callrouter.events.model import OutboxFact, OutboxLock
from server.supervisor.procfile import read_procfile
from tests.owner import as_owner

ROOT = Path(__file__).parents[2]
PROCFILE = read_procfile(ROOT / "Procfile")
SECONDS = 40.0
"""a long time for a machine"""


def soon(holds: Callable[[], object], seconds: float = SECONDS) -> bool:
    """Whether this comes to hold within so many seconds."""
    ends, pause = monotonic() + seconds, Event()
    while not holds():
        if monotonic() > ends:
            return False
        pause.wait(0.05)
    return True


class Running:
    """A process that is started anew when it ends by itself, as a platform does."""

    def __init__(self, command: str, environment: dict[str, str], log: Path) -> None:
        program, *words = shlex.split(os.path.expandvars(command))
        self._command = [sys.executable, *(["-m", "celery"] if program == "celery" else []), *words]
        self._environment = environment
        self._log = log
        self.starts = 0
        self._start()

    def said(self) -> str:
        return self._log.read_text()

    def keep(self) -> None:
        """Start it anew where it has ended."""
        if self.process.poll() is not None:
            self._start()

    def stop(self) -> None:
        # In a group of its own, so that nothing it has started is left either.
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def _start(self) -> None:
        self.starts += 1
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                self._command, env=self._environment, stderr=log, stdout=log, start_new_session=True
            )


class Background:
    """What stands behind the calls, with a database and a broker of its own."""

    def __init__(self, database_url: str, redis_url: str, home: Path) -> None:
        self.database = Database(database_url, connections=2)
        self.home = home
        self.running: list[Running] = []
        self._environment = {
            **os.environ,
            "DATABASE_URL": database_url.replace("+psycopg", ""),
            "REDIS_URL": redis_url,
            "CALLROUTER_HOME": str(home),
            "CALLROUTER_SECRET_KEY": "a secret that only the tests know of",
            "CALLROUTER_VAULT_KEY": "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHg=",
            "LOG_LEVEL": "warning",
        }

    def runs(self, name: str) -> Running:
        command = PROCFILE[name].replace("${CALLROUTER_HOME:-var}", str(self.home))
        self.running.append(Running(command, self._environment, self.home / f"{name}.log"))
        return self.running[-1]

    def soon(self, holds: Callable[[], object], seconds: float = SECONDS) -> bool:
        """Whether this comes to hold, while whatever ends is started anew."""

        def kept() -> object:
            for each in self.running:
                each.keep()
            return holds()

        return soon(kept, seconds)

    def publishes(self, facts: int) -> None:
        """So many facts that a worker settles fast: each is a disclosure of a call that was never there."""
        now = datetime.now(UTC)
        disclosed = {"fact": "disclosed", "turn": 1, "at": now, "what": "greeting", "wording": "greeting@1"}
        spoken = {"language": "en", "words": "Thank you for calling."}
        rows = [{**disclosed, **spoken, "call": f"CA{uuid4().hex}"} for _ in range(facts)]
        with self.database.engine.begin() as connection:
            connection.execute(sa.insert(OutboxFact), rows)

    def waiting(self) -> int:
        with self.database.engine.connect() as connection:
            return int(connection.execute(sa.select(sa.func.count()).select_from(OutboxFact)).scalar_one())

    def all_is_settled(self) -> bool:
        return self.waiting() == 0

    def was_seen(self, process: str, within: float = 4.0) -> bool:
        with self.database.engine.connect() as connection:
            ages = {each.process: each.age for each in last_seen(connection, datetime.now(UTC))}
        age = ages[process]
        return age is not None and age < within

    def was_seen_since(self, process: str, began: float) -> bool:
        """Since this moment of the monotonic clock."""
        return self.was_seen(process, within=monotonic() - began)

    @contextmanager
    def outbox_lock_is_held(self) -> Iterator[None]:
        """Nobody can settle meanwhile: whoever has begun waits."""
        with self.database.engine.begin() as connection:
            connection.execute(sa.update(OutboxLock).values(settled_at=OutboxLock.settled_at))
            yield

    def somebody_waits_to_settle(self) -> bool:
        asked = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%outbox_lock%'"
        with as_owner(self.database) as connection:
            return bool(connection.execute(sa.text(asked)).scalar_one())

    def closes(self) -> None:
        for each in self.running:
            each.stop()
        self.database.close()
