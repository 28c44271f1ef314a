"""Writes the evidence log: every second, what is not in it yet. A thread of the outbox sweeper does it.

It is no part of settling, which it would slow down by half. It needs the database alone, and no broker. Each batch
ends with a signed head. The heads are written to files too, so that they are kept outside of the database:
`checkpoint` is the latest, and there is one for each day.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from callrouter.database import Database, Session
from callrouter.events.heartbeat import mark_evidence_complete
from callrouter.evidence.append import AppendResult, BrokenEvidenceLog, SigningKey, append_records
from callrouter.evidence.stored_tree import StoredHead
from callrouter.invoices.checkpoint import add_checkpoints
from config.data_dir import replace_durably
from workers.heartbeat import DATABASE_ERRORS

log = structlog.get_logger("workers.evidence_writer")

WRITE_SECONDS = 1.0
MARKED_EVERY = timedelta(seconds=5)
LATEST = "checkpoint"


class EvidenceWriter:
    """Appends what is not in the log yet, and keeps the heads in a directory."""

    def __init__(
        self, database: Database, key: SigningKey, directory: Path, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._key = key
        self._directory = directory
        self._clock = clock
        self._marked_at: datetime | None = None

    def write(self) -> int:
        """Append until nothing is left. Returns how many records were appended. Raises BrokenEvidenceLog."""
        total = 0
        while count := self._write_batch():
            total += count
        self._mark_complete()
        return total

    def _write_batch(self) -> int:
        now, kept = self._clock(), self._kept()
        done = self._database.transact(lambda session: self._append(session, now, kept))
        if done.head and done.head.note != kept:
            self._keep(done.head, now)
        return done.records

    def _append(self, session: Session, now: datetime, kept: str | None) -> AppendResult:
        done = append_records(session, self._key, now, kept)
        add_checkpoints(session)
        return done

    def _mark_complete(self) -> None:
        now = self._clock()
        if self._marked_at is None or abs(now - self._marked_at) >= MARKED_EVERY:
            self._database.transact(lambda session: mark_evidence_complete(session, now))
            self._marked_at = now

    def _kept(self) -> str | None:
        file = self._directory / LATEST
        try:
            return file.read_text(encoding="utf-8") if file.exists() else None
        except UnicodeDecodeError as error:
            raise BrokenEvidenceLog(f"{file} is no signed head: bring back the file, or remove it") from error

    def _keep(self, head: StoredHead, now: datetime) -> None:
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in (f"{now:%Y-%m-%d}", LATEST):
            replace_durably(self._directory / name, head.note)


def write_until(stopped: threading.Event, writer: EvidenceWriter, seconds: float = WRITE_SECONDS) -> None:
    """Write every second. If the database is down, the next round tries again."""
    known = ""
    while not stopped.wait(seconds):
        try:
            writer.write()
            known = ""
        except BrokenEvidenceLog as error:
            # Only a person can mend it. It is said once, and not every second.
            if str(error) != known:
                known = str(error)
                log.error("the evidence log is not written", reason=known)
        except (*DATABASE_ERRORS, OSError) as error:
            log.warning("the evidence log is not written; it is tried again", error=type(error).__name__)
