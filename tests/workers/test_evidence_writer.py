"""The evidence log is written behind the calls, and its heads are kept in files."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from callrouter.database import Database
from callrouter.events.heartbeat import evidence_complete_at
from callrouter.evidence.append import BrokenEvidenceLog
from callrouter.privacy.audit import Access, record_access
from tests.databases import open_database
from tests.evidence.logs import KEY, NOW, OTHER_KEY, head_of, signed_head, verifies
from tests.workers.background import soon
from workers.evidence_writer import EvidenceWriter, write_until


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with open_database(database_url) as database:
        yield database


@pytest.fixture
def writer(database: Database, tmp_path: Path) -> EvidenceWriter:
    return EvidenceWriter(database, KEY, tmp_path / "evidence", lambda: NOW)


def happens(database: Database, times: int = 1) -> None:
    access = Access("ada", "the caller complained", NOW)
    for _ in range(times):
        database.transact(lambda session: record_access(session, access, "message played", "CA12"))


def test_what_waits_is_written_with_a_head_in_files(
    database: Database, writer: EvidenceWriter, tmp_path: Path
) -> None:
    happens(database, 3)
    assert writer.write() == 3
    note = head_of(database).note
    files = {file.name: file.read_text() for file in (tmp_path / "evidence").iterdir()}
    assert files == {"checkpoint": note, "2026-11-30": note}


def test_it_says_when_the_log_had_everything(
    database: Database, writer: EvidenceWriter, tmp_path: Path
) -> None:
    happens(database)
    writer.write()
    assert database.transact(evidence_complete_at) == NOW
    later = NOW + timedelta(minutes=1)
    stuck = EvidenceWriter(database, OTHER_KEY, tmp_path / "evidence", lambda: later)
    happens(database)
    with pytest.raises(BrokenEvidenceLog):
        stuck.write()
    assert database.transact(evidence_complete_at) == NOW


def test_where_nothing_waits_nothing_is_written(writer: EvidenceWriter, tmp_path: Path) -> None:
    assert writer.write() == 0
    assert not (tmp_path / "evidence").exists()


def test_each_day_keeps_its_last_head(database: Database, tmp_path: Path) -> None:
    notes = []
    for day in (1, 1, 2):
        happens(database)
        now = datetime(2026, 12, day, tzinfo=UTC)
        EvidenceWriter(database, KEY, tmp_path, lambda now=now: now).write()  # type: ignore[misc]
        notes.append(head_of(database).note)
    files = {file.name: file.read_text() for file in tmp_path.iterdir()}
    assert files == {"2026-12-01": notes[1], "2026-12-02": notes[2], "checkpoint": notes[2]}


def test_a_head_whose_file_was_lost_is_kept_again(
    database: Database, writer: EvidenceWriter, tmp_path: Path
) -> None:
    """A process that dies after its commit has not written the file."""
    happens(database)
    writer.write()
    (tmp_path / "evidence" / "checkpoint").unlink()
    assert writer.write() == 0
    assert (tmp_path / "evidence" / "checkpoint").read_text() == head_of(database).note


def test_a_database_that_forgot_what_was_signed_is_not_signed_again(
    database: Database, writer: EvidenceWriter, tmp_path: Path
) -> None:
    happens(database)
    writer.write()
    (tmp_path / "evidence" / "checkpoint").write_text(signed_head(100, bytes(32)))
    happens(database)
    with pytest.raises(BrokenEvidenceLog, match="restored from an older backup"):
        writer.write()


def test_a_kept_head_that_is_no_text_is_refused_until_it_is_mended(
    database: Database, writer: EvidenceWriter, tmp_path: Path
) -> None:
    happens(database)
    writer.write()
    file = tmp_path / "evidence" / "checkpoint"
    kept = file.read_bytes()
    file.write_bytes(b"\xff\xfe")
    happens(database)
    with pytest.raises(BrokenEvidenceLog, match="checkpoint is no signed head"):
        writer.write()
    file.write_bytes(kept)
    assert writer.write() == 1


def test_it_writes_until_it_is_stopped(database: Database, writer: EvidenceWriter) -> None:
    stopped = threading.Event()
    thread = threading.Thread(target=write_until, args=(stopped, writer, 0.01))
    thread.start()
    try:
        for size in (1, 2):
            happens(database)
            soon(lambda size=size: size_of(database) == size)  # type: ignore[misc]
    finally:
        stopped.set()
        thread.join()
    assert database.transact(verifies).faults == 0


def size_of(database: Database) -> int:
    return database.transact(verifies).entries
