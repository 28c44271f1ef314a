"""Where the embedded database cannot be used, one message says why, and what to set."""

import os
from pathlib import Path

import pytest

from server.embedded import account, programs
from server.embedded.account import account_for
from server.embedded.programs import PostgresUnavailable, Programs, installed_programs

AN_ADDRESS = r"DATABASE_URL=postgresql://"


def test_a_platform_without_the_server_is_told_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "find_spec", lambda _: None)
    with pytest.raises(PostgresUnavailable, match="there is none for this platform") as caught:
        installed_programs()
    assert "DATABASE_URL=postgresql://" in str(caught.value)


def test_a_program_that_does_not_run_here_is_told(tmp_path: Path) -> None:
    (tmp_path / "postgres").write_text("for another machine")
    (tmp_path / "postgres").chmod(0o755)
    with pytest.raises(PostgresUnavailable, match=AN_ADDRESS):
        Programs(tmp_path).major_version()


def test_the_wheel_is_of_the_version_that_is_locked() -> None:
    assert installed_programs().major_version() == "18"


def test_nobody_to_run_as_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account, "_has_a_name", lambda _: False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PostgresUnavailable, match="neither unshare nor setpriv is installed") as caught:
        account_for(installed_programs(), tmp_path)
    assert "DATABASE_URL=postgresql://" in str(caught.value)


def test_what_each_attempt_came_to_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("unshare", "setpriv"):
        (tmp_path / name).write_text(f"#!/bin/sh\necho {name} is forbidden >&2\nexit 1\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setattr(account, "_has_a_name", lambda _: False)
    monkeypatch.setenv("PATH", str(tmp_path))
    told = "unshare is forbidden" + ("; setpriv is forbidden" if os.geteuid() == 0 else "")
    with pytest.raises(PostgresUnavailable, match=told):
        account_for(installed_programs(), tmp_path)
