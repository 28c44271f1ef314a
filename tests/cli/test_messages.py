"""`callrouter messages`: listed without their sound, heard into a file of one's own for a reason, and deleted."""

import base64
import json
import os
import pwd
import resource
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from callrouter.cli.user import user
from callrouter.telephony import RefusedByCarrier
from tests.cli.running import PATIENCE, SECRETS, CommandLine
from tests.messages.sounds import NOBODY_SPEAKS, SOMEBODY_SPEAKS
from tests.messages.voicemail import Voicemail
from tests.scenarios.call import PlacedCall
from tests.scenarios.world import VAULT_KEY, World

WHY = ("--reason", "sunrise asked")


@pytest.fixture
def voicemail(callrouter: CommandLine) -> Iterator[Voicemail]:
    voicemail = its_voicemail(callrouter)
    yield voicemail
    voicemail.world.closes()


def its_voicemail(callrouter: CommandLine) -> Voicemail:
    world = World(callrouter.settings.database_url)
    callrouter.environment["CALLROUTER_VAULT_KEY"] = f"k1:{base64.b64encode(VAULT_KEY).decode()}"
    return Voicemail(world)


@pytest.fixture
def kept(voicemail: Voicemail) -> PlacedCall:
    call = voicemail.leaves()
    voicemail.works()
    return call


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "message.wav"


def test_each_message_is_listed_with_its_state(callrouter: CommandLine, voicemail: Voicemail) -> None:
    kept, silent = voicemail.leaves(), voicemail.leaves(NOBODY_SPEAKS, number="+13105550101")
    voicemail.works()
    waiting = voicemail.leaves(number="+13105550102")
    rows = callrouter.rows("messages", "list")
    states = {kept.sid: "kept", silent.sid: "silent", waiting.sid: "waiting"}
    assert {row["call"]: row["state"] for row in rows} == states
    assert {(row["seconds"], row["simulated"]) for row in rows} == {(12, True)}
    assert {row["owner"] for row in rows} <= {"sunrise-la", "harbor-sd", "meadow-bos"}
    assert [row["call"] for row in callrouter.rows("messages", "list", "--state", "silent")] == [silent.sid]


def test_a_list_has_nothing_of_the_sound(callrouter: CommandLine, kept: PlacedCall) -> None:
    [row] = callrouter.rows("messages", "list")
    assert {"sealed", "day"} & row.keys() == set()
    assert callrouter("messages", "list").stdout.splitlines()[0].split("  ")[0] == "call"


def test_a_refusal_of_the_carrier_is_listed_without_a_number(
    callrouter: CommandLine, voicemail: Voicemail
) -> None:
    call = voicemail.leaves()
    voicemail.recordings.fails("sound", RefusedByCarrier("403: not for +13105550188"))
    voicemail.works()
    assert callrouter.rows("messages", "list")[0]["error"] == "403: not for [number]"
    assert "403: not for [number]" in callrouter("show", call.sid).stdout


def test_a_refused_one_is_tried_again_when_somebody_says_so(
    callrouter: CommandLine, voicemail: Voicemail
) -> None:
    call = voicemail.leaves()
    voicemail.recordings.fails("sound", RefusedByCarrier("403"))
    voicemail.works()
    assert callrouter("messages", "retry").stdout == "1 messages will be tried again.\n"
    voicemail.world.passes(days=365)
    voicemail.works()
    assert voicemail.state_of(call) == "kept"


def test_a_message_is_heard_from_a_file_of_ones_own(
    callrouter: CommandLine, kept: PlacedCall, file: Path
) -> None:
    done = callrouter("messages", "play", kept.sid, *WHY, "--to", str(file))
    assert (done.exit_code, file.read_bytes()) == (0, SOMEBODY_SPEAKS)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_who_heard_it_is_who_runs_the_command(
    callrouter: CommandLine, voicemail: Voicemail, kept: PlacedCall, file: Path
) -> None:
    callrouter.environment |= {"USER": "somebody-else", "LOGNAME": "somebody-else"}
    callrouter("messages", "play", kept.sid, *WHY, "--to", str(file))
    [entry] = voicemail.world.rows("audit_log")
    me = pwd.getpwuid(os.getuid()).pw_name
    assert (entry["person"], entry["action"], entry["subject"]) == (me, "message played", kept.sid)
    assert entry["reason"] == "sunrise asked"


def test_the_audit_is_committed_before_the_sound_is_written(tmp_path: Path, database_url: str) -> None:
    """The file cannot hold it; that somebody was about to hear it is known."""
    callrouter = CommandLine(tmp_path, DATABASE_URL=database_url, **SECRETS)
    voicemail = its_voicemail(callrouter)
    call, file = voicemail.leaves(), tmp_path / "message.wav"
    voicemail.works()
    words = ("messages", "play", call.sid, *WHY, "--to", str(file))
    with callrouter.starts(*words, stderr=subprocess.PIPE, preexec_fn=writes_no_large_file) as process:
        _, told = process.communicate(timeout=PATIENCE)
    assert (process.returncode, file.exists()) == (1, False)
    assert b"cannot be written: File too large" in told
    assert [entry["action"] for entry in voicemail.world.rows("audit_log")] == ["message played"]
    voicemail.world.closes()


def writes_no_large_file() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, 1_000))


@pytest.mark.parametrize("reason", [(), ("--reason", ""), ("--reason", "  ")])
def test_without_a_reason_nothing_is_heard(
    callrouter: CommandLine, voicemail: Voicemail, kept: PlacedCall, file: Path, reason: tuple[str, ...]
) -> None:
    assert callrouter("messages", "play", kept.sid, *reason, "--to", str(file)).exit_code == 2
    assert callrouter("messages", "delete", kept.sid, *reason).exit_code == 2
    assert (file.exists(), voicemail.world.rows("audit_log"), voicemail.state_of(kept)) == (False, [], "kept")


def test_a_reason_is_stored_without_a_number(
    callrouter: CommandLine, voicemail: Voicemail, kept: PlacedCall, file: Path
) -> None:
    callrouter("messages", "play", kept.sid, "--reason", "(310) 555-0188 asked", "--to", str(file))
    assert voicemail.world.rows("audit_log")[0]["reason"] == "[number] asked"


def test_a_file_that_is_there_is_not_overwritten(
    callrouter: CommandLine, voicemail: Voicemail, kept: PlacedCall, file: Path
) -> None:
    file.write_text("mine")
    elsewhere = file.with_name("link.wav")
    elsewhere.symlink_to(file.with_name("not there"))
    for taken in (file, elsewhere, file.parent / "nowhere" / "message.wav"):
        done = callrouter("messages", "play", kept.sid, *WHY, "--to", str(taken))
        assert (done.exit_code, done.stdout) == (1, "")
        assert f"{taken} cannot be written" in done.stderr
    assert (file.read_text(), voicemail.world.rows("audit_log")) == ("mine", [])


def test_what_cannot_be_heard_leaves_no_file(
    callrouter: CommandLine, voicemail: Voicemail, kept: PlacedCall, file: Path
) -> None:
    callrouter.environment |= {**SECRETS, "CALLROUTER_VAULT_KEY": "B" * 43 + "="}
    done = callrouter("messages", "play", kept.sid, *WHY, "--to", str(file))
    assert (done.exit_code, file.exists(), voicemail.world.rows("audit_log")) == (1, False, [])
    assert "does not open what this database has sealed with the key 'k1'" in done.stderr
    assert callrouter("db", "accept-vault-key", "--reason", "it is lost").exit_code == 0
    done = callrouter("messages", "play", kept.sid, *WHY, "--to", str(file))
    assert (done.exit_code, file.exists(), len(voicemail.world.rows("audit_log"))) == (1, False, 1)
    assert "cannot be opened any more: the key of its day was destroyed" in done.stderr


def test_a_dry_run_deletes_no_message(
    callrouter: CommandLine, voicemail: Voicemail, kept: PlacedCall
) -> None:
    shown = callrouter("messages", "delete", kept.sid, *WHY, "--dry-run")
    assert shown.stdout == f"Dry run, nothing is changed:\nThe message of {kept.sid} is deleted.\n"
    assert [row["state"] for row in callrouter.rows("messages", "list")] == ["kept"]
    assert voicemail.world.rows("audit_log") == []


def test_a_message_is_deleted_once(callrouter: CommandLine, voicemail: Voicemail, kept: PlacedCall) -> None:
    done = callrouter("messages", "delete", kept.sid[:20], *WHY)
    assert (done.exit_code, done.stdout) == (0, f"The message of {kept.sid} is deleted.\n")
    again = callrouter("messages", "delete", kept.sid, *WHY)
    assert (again.exit_code, again.stdout) == (1, "")
    assert "there is nothing to delete" in again.stderr
    assert [entry["action"] for entry in voicemail.world.rows("audit_log")] == ["message deleted"]


def test_the_story_of_a_call_tells_what_has_become_of_its_message(
    callrouter: CommandLine, voicemail: Voicemail
) -> None:
    call, silent = voicemail.leaves(), voicemail.leaves(NOBODY_SPEAKS, number="+13105550101")
    assert "waits to be fetched from the carrier" in callrouter("show", call.sid).stdout
    voicemail.takes_a_step()
    assert "it is still to be deleted at the carrier" in callrouter("show", call.sid).stdout
    voicemail.works()
    shown = callrouter("show", call.sid).stdout
    assert "kept, sealed; `callrouter messages play` plays it" in shown
    assert "still to be deleted" not in shown
    assert "silent, and dropped (2.0 s, 0.00 s of it loud" in callrouter("show", silent.sid).stdout
    [story] = callrouter.rows("show", call.sid)
    assert story["message"]["state"] == "kept"


def test_doctor_tells_of_messages_that_do_not_come(callrouter: CommandLine, voicemail: Voicemail) -> None:
    call = voicemail.leaves()
    assert call.outcome == "voicemail"
    found = told_by_doctor(callrouter)
    assert (found["status"], found["found"][:30]) == ("not ok", "1 messages are not fetched yet")
    voicemail.recordings.fails("sound", RefusedByCarrier("403"))
    voicemail.works()
    assert "callrouter messages retry" in told_by_doctor(callrouter)["mend"]
    callrouter("messages", "retry")
    voicemail.world.passes(days=365)
    voicemail.works()
    assert told_by_doctor(callrouter)["found"] == "0 messages are to be fetched"


def told_by_doctor(callrouter: CommandLine) -> dict[str, str]:
    lines = callrouter("doctor", "--format", "jsonl").stdout.splitlines()
    [found] = [row for row in map(json.loads, lines) if row["check"] == "messages"]
    return found


def test_whoever_has_no_name_is_told_by_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callrouter.cli.user.LOGIN_UID", Path("no-login"))
    monkeypatch.delenv("SUDO_USER", raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000_001)
    assert user() == "user 4000000001"


def test_what_came_of_a_message_is_told_for_programs(
    callrouter: CommandLine, kept: PlacedCall, file: Path
) -> None:
    heard = callrouter.rows("messages", "play", kept.sid, *WHY, "--to", str(file))
    assert heard == [{"call": kept.sid, "file": str(file), "person": user()}]
    deleted = {"call": kept.sid, "state": "deleted", "dry_run": False}
    assert callrouter.rows("messages", "delete", kept.sid, *WHY) == [deleted]
    assert callrouter.rows("messages", "retry") == [{"messages": 0}]
