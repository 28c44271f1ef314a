"""The vault key from a command: run without a shell, and of what it prints nobody sees anything."""

from __future__ import annotations

import base64
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from callrouter.cli.settings import MASK, describe
from config import vault, vault_key_command
from config.environment import SettingsError
from config.settings import Settings, read_settings
from config.vault import key_store, open_vault, source_of_ring
from config.vault_key_command import ring_by_command

KEY, OTHER_KEY = (base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2))
NAME = "CALLROUTER_VAULT_KEY_COMMAND"
PRODUCTION = {"DATABASE_URL": "postgresql://u:p@127.0.0.1/callrouter", "CALLROUTER_SECRET_KEY": "s" * 32}
HUSH = "hush-hush"


@pytest.fixture(autouse=True)
def not_remembered() -> Iterator[None]:
    ring_by_command.cache_clear()
    yield
    ring_by_command.cache_clear()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "var"


def python(program: str, *arguments: str) -> str:
    """A command that runs a program of Python."""
    return shlex.join([sys.executable, "-c", program, *arguments])


def prints(text: str) -> str:
    return python("import sys; print(sys.argv[1])", text)


def read(home: Path, command: str, **environment: str) -> Settings:
    return read_settings({"CALLROUTER_HOME": str(home), NAME: command, **environment}, home.with_name(".env"))


def fault(home: Path, command: str, **environment: str) -> str:
    with pytest.raises(SettingsError) as caught:
        read(home, command, **environment)
    [found] = caught.value.faults
    assert found.name == NAME
    assert HUSH not in str(caught.value)
    return found.wrong


def test_the_ring_is_what_the_command_prints(home: Path) -> None:
    settings = read(home, prints(f"new:{KEY},old:{OTHER_KEY}"), **PRODUCTION)
    assert settings.vault_keys == {"new": bytes([1]) * 32, "old": bytes([2]) * 32}
    assert (source_of_ring(settings), key_store(settings)) == (NAME, None)


def test_it_takes_the_place_of_the_file_too(home: Path) -> None:
    assert list(read(home, prints(f"hsm:{KEY}")).vault_keys) == ["hsm"]


def test_a_ring_that_was_made_here_is_in_a_file_of_ours(home: Path) -> None:
    made = read_settings({"CALLROUTER_HOME": str(home)}, home.with_name(".env"))
    assert source_of_ring(made) == "vault.key in CALLROUTER_HOME"
    store = key_store(made)
    assert store is not None
    assert list(store.put_new_key_first())[1:] == list(made.vault_keys)


def test_no_shell_reads_it(home: Path, tmp_path: Path) -> None:
    spoiled = tmp_path / "spoiled"
    settings = read(home, f"{prints(f'a:{KEY}')} ; touch {spoiled}")
    assert (list(settings.vault_keys), spoiled.exists()) == (["a"], False)


def test_only_one_of_the_two_may_be_set(home: Path) -> None:
    assert "only one may be" in fault(home, prints(KEY), CALLROUTER_VAULT_KEY=KEY)


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("/nowhere/read-key", "names a program that cannot be run: No such file or directory"),
        (python(f"print('{HUSH}'); raise SystemExit(3)"), "ended with status 3"),
        (python(f"import sys; sys.stderr.write('{HUSH}'); sys.exit(1)"), "ended with status 1"),
        (prints(HUSH), "did not print a vault key"),
        (prints(""), "did not print a vault key"),
        (python(r"import sys; sys.stdout.buffer.write(b'\xff\xfe')"), "did not print a vault key"),
    ],
)
def test_a_command_that_does_not_work_is_told_and_what_it_prints_is_not(
    home: Path, command: str, told: str
) -> None:
    assert fault(home, command) == told


def test_a_command_that_does_not_end_is_ended(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault_key_command, "SECONDS", 0.2)
    assert fault(home, python("input() if False else __import__('signal').pause()")) == (
        "did not end within 0.2 seconds"
    )


@pytest.mark.parametrize("command", ["'", "read 'key"])
def test_a_command_that_cannot_be_read_is_a_fault_that_does_not_repeat_it(home: Path, command: str) -> None:
    wrong = fault(home, command)
    assert "read" not in wrong


def test_nobody_is_shown_the_command_or_the_ring(home: Path) -> None:
    settings = read(home, prints(f"a:{KEY}"))
    shown = {row.name: row.value for row in describe(settings)}
    assert shown[NAME] == MASK
    assert shown["CALLROUTER_VAULT_KEY"] == f"{MASK} (ids: a)"
    assert KEY not in repr(settings)


def test_it_is_run_once_in_a_process_until_a_key_is_missing(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs, ring = tmp_path / "runs", tmp_path / "ring"
    ring.write_text(f"old:{OTHER_KEY}")
    program = "import sys; open(sys.argv[1], 'a').write('x'); print(open(sys.argv[2]).read())"
    command = python(program, str(runs), str(ring))
    first = read(home, command)
    assert (read(home, command), runs.read_text()) == (first, "x")
    monkeypatch.setattr(vault, "read_settings", lambda: read(home, command))
    opened = open_vault(first)
    ring.write_text(f"new:{KEY},old:{OTHER_KEY}")
    assert (opened.master_keys.has("old"), runs.read_text()) == (True, "x")
    assert (opened.master_keys.has("new"), runs.read_text()) == (True, "xx")
    ring.write_text("gone")
    assert (opened.master_keys.has("newer"), opened.master_keys.has("new")) == (False, True)
