"""The home is private, keeps one of each key, and belongs to one supervisor at a time."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.data_dir import make_private, stored_key
from config.environment import SettingsError
from server.supervisor.data_dir_lock import DataDirInUse, lock_data_dir
from tests.servers.small_disk import small_disk


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_new_home_is_private(tmp_path: Path) -> None:
    assert mode(make_private(tmp_path / "deep" / "var")) == 0o700


def test_an_empty_home_becomes_private(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    assert mode(make_private(tmp_path)) == 0o700


def test_a_home_of_ours_becomes_private_again(tmp_path: Path) -> None:
    (tmp_path / "vault.key").touch()
    tmp_path.chmod(0o755)
    assert mode(make_private(tmp_path)) == 0o700


def test_somebody_elses_directory_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "theirs").touch()
    tmp_path.chmod(0o755)
    with pytest.raises(SettingsError, match="CALLROUTER_HOME"):
        make_private(tmp_path)
    assert mode(tmp_path) == 0o755


def test_a_home_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="CALLROUTER_HOME cannot be made"):
        make_private(tmp_path / "file" / "var")


def test_a_key_is_made_once_and_readable_by_nobody_else(tmp_path: Path) -> None:
    assert stored_key(tmp_path / "a.key", "first") == "first"
    assert stored_key(tmp_path / "a.key", "second") == "first"
    assert mode(tmp_path / "a.key") == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["a.key"]


ASK = """
import sys
from pathlib import Path
from config.data_dir import stored_key
from tests.servers.small_disk import small_disk
sys.stdin.read()
print(stored_key(Path(sys.argv[1]), sys.argv[2]))
"""


def test_processes_that_ask_at_once_get_the_same_key(tmp_path: Path) -> None:
    gate, opener = os.pipe()
    commands = [[sys.executable, "-c", ASK, str(tmp_path / "a.key"), f"key-{n}"] for n in range(8)]
    asking = [subprocess.Popen(command, stdin=gate, stdout=subprocess.PIPE) for command in commands]
    os.close(gate)
    os.close(opener)
    assert len({process.communicate()[0] for process in asking}) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["a.key"]


def test_a_home_is_held_by_one_at_a_time(tmp_path: Path) -> None:
    with lock_data_dir(tmp_path), pytest.raises(DataDirInUse, match=r"\d+"), lock_data_dir(tmp_path):
        pass


def test_a_home_is_free_again_afterwards(tmp_path: Path) -> None:
    with lock_data_dir(tmp_path):
        pass
    with lock_data_dir(tmp_path):
        assert (tmp_path / "run.lock").read_text().strip().isdigit()


def test_a_home_on_a_full_disk_is_held_all_the_same() -> None:
    with small_disk(megabytes=1) as disk:
        home = make_private(disk.path / "var")
        disk.fill()
        with lock_data_dir(home), pytest.raises(DataDirInUse), lock_data_dir(home):
            pass
