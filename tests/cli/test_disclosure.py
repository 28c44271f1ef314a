"""The evidence log from the command line: verified, proved, exported, shown and followed."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from flask import Flask

from callrouter.database import Database
from callrouter.evidence.append import SigningKey, append_records
from callrouter.evidence.offline_verifier import main, verify_lines
from config.evidence_key import evidence_seed
from tests.cli.running import CommandLine
from tests.owner import as_owner
from tests.server.running import free_port
from webhooks.evidence import evidence_pages

SPOKEN = """
INSERT INTO disclosure (sequence, call, turn, at, what, wording, language, words)
SELECT (SELECT coalesce(max(sequence), 0) FROM disclosure) + 1, 'CA12', count(*), now(), 'greeting', 'greeting@1',
       'en', 'Thank you' FROM disclosure
"""


@pytest.fixture
def database(callrouter: CommandLine) -> Iterator[Database]:
    database = callrouter.database()
    yield database
    database.close()


def is_spoken(
    callrouter: CommandLine, database: Database, times: int = 1, *, ago: timedelta = timedelta(0)
) -> None:
    """Something is disclosed, and logged as the outbox sweeper does it."""
    for _ in range(times):
        with as_owner(database) as connection:
            connection.exec_driver_sql(SPOKEN)
    settings = callrouter.settings
    key = SigningKey(settings.evidence_origin, evidence_seed(settings))
    note = database.transact(lambda session: append_records(session, key, datetime.now(UTC) - ago)).head
    assert note
    settings.evidence_dir.mkdir(exist_ok=True)
    (settings.evidence_dir / "checkpoint").write_text(note.note)


def key_of(callrouter: CommandLine) -> str:
    key: str = callrouter.rows("disclosure", "head")[0]["key"]
    return key


def changed(database: Database, statement: str) -> None:
    with as_owner(database) as connection:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        connection.exec_driver_sql(statement)


def test_a_log_that_nobody_changed_verifies(callrouter: CommandLine, database: Database) -> None:
    is_spoken(callrouter, database, 3)
    done = callrouter("disclosure", "verify")
    assert (done.exit_code, done.stdout) == (0, "3 entries and 1 signed heads are as they should be.\n")
    [found] = callrouter.rows("disclosure", "verify")
    assert found == {
        "entries": 3,
        "heads": 1,
        "timestamps": 0,
        "invoices": 0,
        "waiting": 0,
        "faults": 0,
        "described": [],
    }


def test_a_change_is_told(callrouter: CommandLine, database: Database) -> None:
    is_spoken(callrouter, database, 3)
    changed(database, "UPDATE disclosure SET words = 'other' WHERE sequence = 2")
    done = callrouter("disclosure", "verify")
    assert (done.exit_code, done.stdout) == (
        1,
        "entry 1, disclosure 2, is not what the record says now\n1 faults in 3 entries.\n",
    )


def test_the_head_in_the_home_finds_a_log_that_was_truncated(
    callrouter: CommandLine, database: Database
) -> None:
    is_spoken(callrouter, database, 3)
    for table in ("evidence_entry", "evidence_head", "disclosure"):
        changed(database, f"DELETE FROM {table}")
    done = callrouter("disclosure", "verify")
    assert (done.exit_code, "3 entries were signed, and the log has only 0" in done.stdout) == (1, True)


def test_a_head_of_somebody_else_is_a_fault(callrouter: CommandLine, database: Database) -> None:
    is_spoken(callrouter, database)
    (callrouter.place / "head").write_text("nothing")
    done = callrouter("disclosure", "verify", "--since", str(callrouter.place / "head"))
    assert (done.exit_code, "not one of this log" in done.stdout) == (1, True)


def test_an_older_head_is_held(callrouter: CommandLine, database: Database) -> None:
    is_spoken(callrouter, database)
    head = callrouter.place / "head"
    head.write_text(callrouter("disclosure", "head").stdout)
    is_spoken(callrouter, database, 2)
    assert callrouter("disclosure", "verify", "--since", str(head)).exit_code == 0


def test_a_proof_verifies_without_us(callrouter: CommandLine, database: Database) -> None:
    is_spoken(callrouter, database, 3)
    file = callrouter.place / "proof.jsonl"
    assert callrouter("disclosure", "prove", "CA12", "--to", str(file)).exit_code == 0
    assert main(str(file), key_of(callrouter)).startswith("Verified: 3 records")
    assert (
        verify_lines(callrouter("disclosure", "prove", "CA12").stdout.splitlines(), key_of(callrouter))[0]
        == 3
    )


def test_an_export_verifies_against_an_older_head(callrouter: CommandLine, database: Database) -> None:
    is_spoken(callrouter, database)
    head = callrouter.place / "head"
    head.write_text(callrouter("disclosure", "head").stdout)
    is_spoken(callrouter, database, 2)
    file = callrouter.place / "export.jsonl"
    assert callrouter("disclosure", "export", "--to", str(file)).exit_code == 0
    assert main(str(file), key_of(callrouter), str(head)).startswith("Verified: 3 records")


def test_a_call_that_nobody_knows_has_no_proof(callrouter: CommandLine, database: Database) -> None:
    is_spoken(callrouter, database)
    done = callrouter("disclosure", "prove", "CA99")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "there is no record of a call CA99" in done.stderr


def test_a_record_that_is_not_logged_has_no_proof_yet(
    callrouter: CommandLine, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callrouter.cli.when_logged.SECONDS_TO_BE_LOGGED", 0.0)
    is_spoken(callrouter, database)
    changed(database, SPOKEN)
    done = callrouter("disclosure", "prove", "CA12")
    assert (done.exit_code, "disclosure 2 waits to be logged" in done.stderr) == (1, True)
    assert "1 records wait to be logged" in callrouter("disclosure", "verify").stdout


def test_a_log_that_has_not_begun_has_no_head(callrouter: CommandLine) -> None:
    for words in (("head",), ("export",)):
        done = callrouter("disclosure", *words)
        assert (done.exit_code, "nothing was logged yet" in done.stderr) == (1, True)
    assert callrouter("disclosure", "verify").exit_code == 0


def test_a_command_elsewhere_makes_no_key(callrouter: CommandLine) -> None:
    callrouter("disclosure", "verify")
    assert not (callrouter.settings.data_dir / "evidence.key").exists()


class Quiet(WSGIRequestHandler):
    """It logs nothing."""

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def published(database: Database) -> Iterator[str]:
    """The address of our log."""
    app = Flask("test")
    app.register_blueprint(evidence_pages(database))
    with make_server("127.0.0.1", 0, app, handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/evidence"
        server.shutdown()
        thread.join()


@pytest.fixture
def witness(tmp_path: Path) -> CommandLine:
    """Another installation, which needs no database to follow a log."""
    (tmp_path / "witness").mkdir()
    return CommandLine(tmp_path / "witness", PUBLIC_URL="https://witness.example")


def test_a_witness_cosigns_what_extends_what_it_saw(
    callrouter: CommandLine, database: Database, published: str, witness: CommandLine
) -> None:
    is_spoken(callrouter, database)
    watch = ("disclosure", "watch", published, "--once")
    shown = witness(*watch, "--key", key_of(callrouter)).stdout
    assert shown.startswith("This witness has the key witness.example/witness+")
    assert shown.endswith("1 entries, cosigned\n")
    assert witness(*watch).stdout.endswith("1 entries, nothing new\n")
    is_spoken(callrouter, database, 2)
    assert witness(*watch).stdout.endswith("3 entries, cosigned\n")
    [kept] = (witness.place / "var" / "witness").glob("*.checkpoint")
    assert kept.read_text().startswith(callrouter("disclosure", "head").stdout)
    assert "\n— witness.example/witness " in kept.read_text()


def test_a_witness_finds_a_log_that_signs_no_more(
    callrouter: CommandLine, database: Database, published: str, witness: CommandLine
) -> None:
    is_spoken(callrouter, database, ago=timedelta(minutes=7, seconds=1))
    watch = ("disclosure", "watch", published, "--once", "--key", key_of(callrouter))
    done = witness(*watch)
    assert (done.exit_code, "with 1 entries for 7 minutes" in done.stderr) == (1, True)
    is_spoken(callrouter, database)
    assert witness(*watch).stdout.endswith("2 entries, cosigned\n")


def test_a_head_from_elsewhere_is_compared_with_the_published_log(
    callrouter: CommandLine, database: Database, published: str, witness: CommandLine, tmp_path: Path
) -> None:
    """As somebody does who has an invoice."""
    is_spoken(callrouter, database, 2)
    head = tmp_path / "head"
    head.write_text(f"\r\n{callrouter('disclosure', 'head').stdout}\r\n\r\n".replace("\n", "\r\n"))
    is_spoken(callrouter, database, 2)
    watch = ("disclosure", "watch", published, "--once", "--seen", str(head), "--key", key_of(callrouter))
    assert witness(*watch).stdout.endswith("4 entries, cosigned\n")
    for table in ("evidence_entry", "evidence_head", "disclosure"):
        changed(database, f"DELETE FROM {table}")
    is_spoken(callrouter, database, 2)
    other = CommandLine(tmp_path, PUBLIC_URL="https://other.example")
    done = other(*watch)
    assert (done.exit_code, "somebody is shown another log" in done.stderr) == (1, True)


def test_a_witness_keeps_both_heads_of_a_split_view(
    callrouter: CommandLine, database: Database, published: str, witness: CommandLine
) -> None:
    is_spoken(callrouter, database, 2)
    watch = ("disclosure", "watch", published, "--once")
    witness(*watch, "--key", key_of(callrouter))
    for table in ("evidence_entry", "evidence_head", "disclosure"):
        changed(database, f"DELETE FROM {table}")
    is_spoken(callrouter, database, 2)
    done = witness(*watch)
    assert (done.exit_code, "somebody is shown another log" in done.stderr) == (1, True)
    kept = sorted(file.suffix for file in (witness.place / "var" / "witness").iterdir())
    assert kept == [".checkpoint", ".key", ".split"]  # the head that it cosigned, and the other
    assert witness(*watch).exit_code == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["http://127.0.0.1:9/evidence"], "name the log's public key with --key"),
        (["http://127.0.0.1:9/evidence", "--key", "x"], "that is not the public key of a log"),
        (["calls.example/evidence", "--key", "x"], "that is not the address of a log"),
    ],
)
def test_a_witness_that_is_told_too_little_says_so(witness: CommandLine, words: list[str], told: str) -> None:
    done = witness("disclosure", "watch", *words)
    assert (done.exit_code, told in done.stderr) == (2, True)


def test_a_witness_keeps_to_the_first_key(
    callrouter: CommandLine, database: Database, published: str, witness: CommandLine
) -> None:
    is_spoken(callrouter, database)
    key = key_of(callrouter)
    witness("disclosure", "watch", published, "--once", "--key", key)
    other = witness("disclosure", "watch", published, "--once", "--key", key.replace("127", "128"))
    assert (other.exit_code, "a log keeps its key for ever" in other.stderr) == (2, True)


def test_a_log_that_does_not_answer_is_told(
    callrouter: CommandLine, database: Database, published: str, witness: CommandLine
) -> None:
    is_spoken(callrouter, database)
    key = key_of(callrouter)
    for url in (f"{published}/other", f"http://127.0.0.1:{free_port()}"):
        done = witness("disclosure", "watch", url, "--once", "--key", key)
        assert (done.exit_code, "answer" in done.stderr) == (1, True)


def test_a_head_is_for_programs_too(callrouter: CommandLine, database: Database) -> None:
    is_spoken(callrouter, database)
    [head] = callrouter.rows("disclosure", "head")
    assert (head["entries"], head["origin"]) == (1, callrouter.settings.evidence_origin)
    assert head["checkpoint"] == callrouter("disclosure", "head").stdout
    assert json.dumps(head)
